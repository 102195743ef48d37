"""A deployment of a workspace that has been collected for weeks."""
from datetime import UTC, datetime

import pytest

from tests.dashboard import rows


@pytest.fixture
def green(db, held_clock):
    """churn / green, of a workspace that is collected since the first of October."""
    rows.heartbeat()
    space = rows.workspace("mlw-growth", "northeurope")
    end = rows.endpoint(space, "churn", first_seen_at=datetime(2026, 10, 1, tzinfo=UTC))
    return rows.deployment(end, "green", "Failed")
