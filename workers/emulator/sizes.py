"""The sizes of managed online endpoints, and how many cores a deployment of one holds."""
import csv
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "managed_online_skus.csv"


@dataclass(frozen=True)
class Size:
    name: str
    family: str
    vcpus: int
    memory: int
    gpus: str
    exempt: bool


def _read() -> dict[str, Size]:
    with TABLE.open(encoding="utf-8") as rows:
        return {row["sku"].lower(): _size(row) for row in csv.DictReader(rows)}


def _size(row: dict[str, str]) -> Size:
    exempt = row["skip_20pct_reservation"] == "yes"
    return Size(row["sku"], row["family"], int(row["vcpus"]), int(row["memory_gib"]), row["gpus"], exempt)


SIZES = _read()
FAMILIES = sorted({size.family for size in SIZES.values()}, key=str.lower)


def size_named(name: str) -> Size:
    return SIZES[name.lower()]


def cores_held(size: Size, instances: int) -> int:
    """Cores that Azure sets aside: a fifth more instances, unless the size is exempt."""
    reserved = instances if size.exempt else (6 * instances + 4) // 5
    return reserved * size.vcpus
