"""Production traffic of an attempt that went wrong: in words, with its split, and the way back to who is ready."""
import shlex
from collections.abc import Sequence

from troubleshoot import ranks, stakes
from troubleshoot.boards import hurt
from troubleshoot.boards.card import Fact, ready_others, serving, split
from troubleshoot.boards.words import NB, instances
from troubleshoot.diagnosis.facts import Step
from troubleshoot.models import Attempt, Deployment, Endpoint


def way_back(row: Attempt, siblings: list[Deployment], steps: Sequence[Step]) -> tuple[Step, ...]:
    """The step that gives the traffic to a deployment that is ready, where there is one and traffic is at stake."""
    own = row.deployment
    if own is None or not own.weight or stakes.is_gone(row) or row.state not in stakes.BAD:
        return ()
    others = ready_others(siblings, own.id)
    if not others or any("--traffic" in step.command for step in steps[:1]):
        return ()
    return (shift(row.endpoint, others[0], [own, *others[1:]], f"Send all traffic to {others[0].name}"),)


def shift(end: Endpoint, to: Deployment, rest: Sequence[Deployment], title: str, more: str = "") -> Step:
    """The command that gives a ready deployment all the traffic and the rest none, with its reason."""
    space = end.workspace
    names = [to.name, *(one.name for one in rest if one.id != to.id)]
    shares = " ".join(f"{name}={0 if at else 100}" for at, name in enumerate(names))
    command = (f"az ml online-endpoint update -n {shlex.quote(end.name)} \\\n"
               f"    --traffic {shlex.quote(shares) if _plain(shares) is None else _plain(shares)} \\\n"
               f"    -g {shlex.quote(space.group)} -w {shlex.quote(space.name)}")
    what = instances(to.instance_count, to.instance_type)
    why = f"{to.name} is ready{f' with {what}' if what else ''}: provisioning Succeeded; serving not measured."
    return Step(title, f"{why} {more}".strip(), command)


def _plain(shares: str) -> str | None:
    """The shares in double quotes, as people write them, where no shell could take them for more."""
    return f'"{shares}"' if all(c.isalnum() or c in "-=_. " for c in shares) else None


def traffic_fact(row: Attempt) -> Fact:
    """Production traffic in words, with the split; what is not known is said to be not known."""
    rank = stakes.traffic_of(row)
    tone = ("bad", "warn", "")[rank]
    shares = split(row.endpoint.traffic)
    own = row.deployment
    if not stakes.mapped(row.endpoint) and (own is None or own.weight is None and not own.refused):
        shares = hurt.NO_MAP
    elif rank == ranks.NOT_AFFECTED and row.deployment and not row.deployment.weight:
        shares = f"{row.deployment.name} 0{NB}%, {serving(row.endpoint.traffic, row.deployment.name)}"
    return Fact("Production traffic", ranks.TRAFFIC[rank], shares, tone)
