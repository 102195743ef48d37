"""The manual lists every variable that the code reads, and no other."""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("demo.py", "run.py")


def read_by_the_code():
    text = (ROOT / "dashboard/settings.py").read_text(encoding="utf-8")
    found = set(re.findall(r'\benv_\w+\("([A-Z_]+)"', text))
    for name in COMMANDS:
        command = (ROOT / "workers/management/commands" / name).read_text(encoding="utf-8")
        found |= set(re.findall(r'os\.environ\.get\("([A-Z_]+)"', command))
    return found


def told_by_the_manual():
    text = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    table = text.split("## Settings", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)


def test_every_setting_has_one_row_in_the_manual():
    told = told_by_the_manual()
    assert sorted(told) == sorted(read_by_the_code())
