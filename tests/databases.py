"""Says which database the tests ran on, and fails where the marked ones never met PostgreSQL 18."""
import pytest
from django.db import connection

ON_POSTGRES = "tests.on_postgres"
_ran: dict[str, int] = {}


def pytest_report_header(config):
    return f"database: {_name()}" + ("" if config.pluginmanager.has_plugin(ON_POSTGRES) else " in memory")


def _name() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {connection.Database.sqlite_version}"
    import psycopg

    settings = connection.settings_dict
    with psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"]) as link:
        row = link.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if item.get_closest_marker("postgres") and connection.connection is not None:
        met = _met()
        _ran[met] = _ran.get(met, 0) + 1
    return result


def _met() -> str:
    """The database behind the open connection, asked of the connection and not of the settings."""
    if connection.vendor != "postgresql":
        return "SQLite"
    return f"PostgreSQL {connection.connection.info.server_version // 10000}"


def pytest_sessionfinish(session):
    asked = session.config.pluginmanager.has_plugin(ON_POSTGRES)
    if asked and not _ran.get("PostgreSQL 18") and not session.config.option.collectonly:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    if config.pluginmanager.has_plugin(ON_POSTGRES) and not _ran.get("PostgreSQL 18"):
        terminalreporter.write_line("FAILED: not one marked test ran on PostgreSQL 18", red=True)
    for name, count in sorted(_ran.items()):
        terminalreporter.write_line(f"{count} marked tests ran on {name}")
