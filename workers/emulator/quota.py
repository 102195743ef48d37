"""The quota book: what is held in a region, and the rows that say so."""
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from workers.emulator.fleet import Fleet
from workers.emulator.plan import PROVIDER, Deployment, Workspace
from workers.emulator.sizes import FAMILIES, cores_held

TOTAL, LOW_TOTAL, CLUSTERS = "TotalDedicatedCores", "TotalLowPriorityCores", "TotalClusters"
TITLES = {TOTAL: "Total Cluster Dedicated Regional vCPUs", LOW_TOTAL: "Total Cluster Low Priority Regional vCPUs",
          CLUSTERS: "Total Clusters"}
LOW_LIMIT = 300


def _here(workspace: Workspace, subscription: str, location: str) -> bool:
    same = workspace.subscription.lower() == subscription.lower()
    return same and workspace.location.lower() == location.lower()


class QuotaBook:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._limits: dict[tuple[str, str], dict[str, int]] = {}

    def _deployments(self, subscription: str, location: str) -> Iterable[Deployment]:
        for endpoint in self._fleet.endpoints:
            if _here(endpoint.workspace, subscription, location):
                yield from endpoint.deployments

    def held(self, subscription: str, location: str, at: datetime, workspace: str | None = None) -> Counter[str]:
        """Dedicated cores held by family."""
        found: Counter[str] = Counter()
        for deployment in self._deployments(subscription, location):
            if workspace in (None, deployment.workspace.guid):
                family, cores = deployment.cores(at)
                found[family] += cores
        for compute in self._computes(subscription, location, low=False):
            if workspace in (None, compute.workspace.guid):
                found[compute.size.family] += compute.cores
        return +found

    def _computes(self, subscription: str, location: str, low: bool) -> list:
        return [compute for compute in self._fleet.computes
                if _here(compute.workspace, subscription, location) and compute.low_priority == low]

    def limits(self, subscription: str, location: str) -> dict[str, int]:
        """Granted cores by family: room above the most that the plan can ever hold, unless a story grants less."""
        key = (subscription.lower(), location.lower())
        if key not in self._limits:
            self._limits[key] = self._granted(subscription, location)
        return self._limits[key]

    def _granted(self, subscription: str, location: str) -> dict[str, int]:
        peak: Counter[str] = Counter()
        for deployment in self._deployments(subscription, location):
            if not deployment.kubernetes and any(a.act.stop != "quota" for a in deployment.attempts):
                peak[deployment.cast.size.family] += cores_held(deployment.cast.size, deployment.cast.instances)
        for compute in self._computes(subscription, location, low=False):
            peak[compute.size.family] += compute.cores
        limits = {family: -(-(peak[family] * 5 // 4 + 4) // 10) * 10 if peak[family] else -1 for family in FAMILIES}
        limits[TOTAL] = -(-(sum(peak.values()) + 30) // 20) * 20
        for (sub, place, family), limit in self._fleet.grants.items():
            if (sub.lower(), place.lower()) == (subscription.lower(), location.lower()):
                limits[family] = limit
        return limits

    def rows(self, subscription: str, location: str, at: datetime) -> list[dict]:
        """All rows of `usages`: dedicated and low priority under the same names, totals, workspace splits."""
        held, limits = self.held(subscription, location, at), self.limits(subscription, location)
        root = f"/subscriptions/{subscription}/providers/{PROVIDER}/locations/{location}/usages"
        low: Counter[str] = Counter()
        for compute in self._computes(subscription, location, low=True):
            low[compute.size.family] += compute.cores
        clusters = len(self._computes(subscription, location, False) + self._computes(subscription, location, True))
        rows = [_row(root, "dedicatedCores", TOTAL, sum(held.values()), limits[TOTAL]),
                _row(root, "lowPriorityCores", LOW_TOTAL, sum(low.values()), LOW_LIMIT),
                _row(root, "clusters", CLUSTERS, clusters, 200)]
        for family in FAMILIES:
            shown = _shown(held[family], limits[family])
            rows.append(_row(root, "vmFamily/dedicatedCores", family, shown, limits[family]))
            rows.append(_row(root, "vmFamily/lowPriorityCores", family, low[family], -1))
        return rows + self._splits(subscription, location, at)

    def _splits(self, subscription: str, location: str, at: datetime) -> list[dict]:
        rows = []
        for workspace in self._fleet.workspaces:
            if workspace.caps and _here(workspace, subscription, location):
                held = self.held(subscription, location, at, workspace.guid)
                for family, cap in workspace.caps.items():
                    row = _row(f"{workspace.id}/usages", "workspaces/dedicatedCores", family, held[family], cap)
                    rows.append({**row, "amlWorkspaceLocation": location})
        return rows

    def caps(self, subscription: str, location: str) -> list[dict]:
        """Rows of `quotas`: what the subscription has, and the split among workspaces."""
        rows = []
        root = f"/subscriptions/{subscription}/providers/{PROVIDER}/locations/{location}/quotas"
        for family, limit in self.limits(subscription, location).items():
            rows.append(_cap(f"{root}/{family}", "vmFamily/dedicatedCores/quotas", family, limit, location))
        for workspace in self._fleet.workspaces:
            if _here(workspace, subscription, location):
                for family, cap in workspace.caps.items():
                    split = f"{workspace.id}/quotas/{family}"
                    rows.append(_cap(split, "workspaces/dedicatedCores/quotas", family, cap, location))
        return rows


def _shown(held: int, limit: int) -> int | None:
    """Azure says null where a plan has never had the family."""
    return None if not held and limit == -1 else held


def _title(name: str, low: bool) -> str:
    words = name.replace("standard", "Standard ").replace("Family", " Family").replace("  ", " ")
    return TITLES.get(name) or f"{words} Cluster {'Low Priority' if low else 'Dedicated'} vCPUs"


def _row(root: str, kind: str, name: str, used: int | None, limit: int) -> dict:
    return {"id": f"{root}/{name}", "type": f"{PROVIDER}/{kind}/usages", "unit": "Count", "currentValue": used,
            "limit": limit, "name": {"value": name, "localizedValue": _title(name, "lowPriority" in kind)}}


def _cap(row_id: str, kind: str, name: str, limit: int, location: str) -> dict:
    return {"id": row_id, "type": f"{PROVIDER}/{kind}", "amlWorkspaceLocation": location, "unit": "Count",
            "limit": limit, "name": {"value": name, "localizedValue": _title(name, False)}}
