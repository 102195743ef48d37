"""Which running attempt cannot succeed, as its own readable log proves already."""
from datetime import datetime

from troubleshoot.diagnosis.facts import CERTAIN, CONTAINERS, Evidence, Verdict

# Causes that lie in the files, the environment or the size that was asked for: every start of the container meets them
# again, and nothing outside of the deployment can end them. Left out is what a grant, a network or luck may heal.
FATAL = frozenset((
    "dependency-version-conflict", "init-binary-mismatch", "init-env-missing", "init-model-path", "init-no-gpu",
    "init-pickle-version", "mlflow-monitoring-missing", "script-import-error", "script-local-module-missing",
    "script-missing", "script-no-init-or-run", "script-run-signature", "script-syntax-error", "server-config-error",
    "server-contrib-missing", "server-flask-deps", "server-flask-mismatch", "server-package-missing",
    "system-library-missing", "gpu-too-old", "init-model-damaged",
))


def proof(verdict: Verdict, started: datetime, alone: bool) -> Evidence | None:
    """The line that proves it, or None. It must lie behind a start of the container inside the attempt.

    `alone` says that no broken container of an earlier attempt can be the one that the log is of: during an update
    Azure answers with the log of some instance, and does not say of which (azure/WIRE 6.1).
    """
    best = verdict.best
    if best is None or not alone or best.certainty != CERTAIN or best.against or best.cause not in FATAL:
        return None
    return next((one for one in best.evidence if _own(one, verdict, started)), None)


def _own(one: Evidence, verdict: Verdict, started: datetime) -> bool:
    if one.source not in CONTAINERS or one.line is None:
        return False
    before = [start for start in verdict.restarts if start.container == one.source and start.line <= one.line]
    return bool(before) and before[-1].at is not None and before[-1].at >= started
