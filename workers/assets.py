"""Collects the static files, only when the lock file or a file of ours has changed."""
import hashlib
import sys
from pathlib import Path

# What packages bring and no page uses; plotly's second bundle alone costs seconds to compress.
UNUSED = ("datasets", "templates", "widgetbundle.js", "ext", "htmax-*", "htmx-2*", "htmx-4.js")


class Assets:
    """The collected files of one data folder, and the stamp that says of what they were made."""

    def __init__(self, home: Path, root: Path, stamp: Path) -> None:
        self.home, self.root, self.stamp = home, root, stamp
        self.manifest = root / "staticfiles.json"

    def made_of(self) -> str:
        """A fingerprint of all that decides what is collected."""
        ours = sorted(path for path in (self.home / "static").rglob("*") if path.is_file())
        digest = hashlib.sha256("\0".join(UNUSED).encode())
        for path in [self.home / "requirements.txt", Path(__file__), *ours]:
            digest.update(f"\0{path.relative_to(self.home)}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def fresh(self) -> bool:
        """Whether the collected files are those of today."""
        try:
            return self.manifest.exists() and self.stamp.read_text(encoding="ascii") == self.made_of()
        except OSError:
            return False

    def command(self) -> list[str]:
        """What collects them; pages can be shown as soon as the manifest stands, before all is compressed."""
        self.manifest.unlink(missing_ok=True)
        ignored = [word for name in UNUSED for word in ("-i", name)]
        return [sys.executable, "manage.py", "collectstatic", "--no-input", *ignored]

    def collected(self) -> None:
        """Remember that all was collected."""
        self.stamp.write_text(self.made_of(), encoding="ascii")
