"""Whether there is room where the tables lie: on a full disk SQLite can neither write nor remove anything."""
import shutil

from django.conf import settings
from django.db import connection

LEAST = 128_000_000  # bytes that stay free: the journal's 64 MiB, and room for retention to work


def full() -> bool:
    """True where polling must rest until there is room again; tables on a server look after their own disk."""
    if connection.vendor != "sqlite":
        return False
    try:
        return shutil.disk_usage(settings.DATA_DIR).free < LEAST
    except OSError:
        return False
