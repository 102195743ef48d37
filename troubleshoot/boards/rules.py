"""A rule of a channel in words, and the choices that a rule has."""
from troubleshoot import ranks, silent
from troubleshoot.diagnosis import handbook
from troubleshoot.models import Rule


def severities() -> tuple[tuple[int, str], ...]:
    """Every rank that a rule may ask for, with its words."""
    return tuple((rank, ranks.GROUPS[rank] if rank == ranks.AFFECTED else f"{ranks.GROUPS[rank]}, and worse")
                 for rank in range(ranks.RESOLVED))


def causes() -> dict[str, str]:
    """Every cause of the handbook, and every kind of silent trouble, by its slug."""
    return {slug: one.title for known in (handbook.entries(), silent.KINDS) for slug, one in known.items()}


def said(row: Rule) -> str:
    """A rule in one sentence; its workspace must be loaded."""
    where = f"endpoint {row.endpoint}" if row.endpoint else "every endpoint"
    where += f" in {row.workspace.slug}" if row.workspace else ""
    parts = [where, dict(severities()).get(row.rank, "").lower()]
    parts += [f"only “{causes().get(row.cause, row.cause)}”"] if row.cause else []
    parts.append("also when it is over" if row.recoveries else "not when it is over")
    return "; ".join((*parts, *_quiet(row)))


def _quiet(row: Rule) -> tuple[str, ...]:
    if row.quiet_from is None or row.quiet_until is None:
        return ()
    but = ", but for production traffic affected" if row.break_quiet else ""
    return (f"quiet from {row.quiet_from:%H:%M} to {row.quiet_until:%H:%M} {row.zone}{but}",)
