"""A kept connection is noticed to be dead without asking the server; moments are read as Django reads them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DataError, connection

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_a_living_connection_is_usable() -> None:
    connection.ensure_connection()
    assert connection.is_usable()


def test_a_connection_that_the_server_has_closed_is_not_usable_and_the_next_request_gets_another() -> None:
    connection.ensure_connection()
    assert connection.connection is not None
    gone = connection.connection.info.backend_pid
    parameters = connection.get_connection_params()
    with psycopg.connect(
        host=parameters.get("host"), dbname=parameters["dbname"], user=parameters.get("user")
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [gone])
    assert not connection.is_usable()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_moments_are_read_as_django_reads_them(zone: str) -> None:
    noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    moments = [noon, noon.replace(microsecond=120_000), noon.replace(microsecond=123_456), noon.replace(year=1900)]
    with connection.cursor() as cursor:
        cursor.execute(f"SET TIME ZONE '{zone}'")
        try:
            for moment in moments:
                cursor.execute("SELECT %s::timestamptz", [moment])
                (found,) = cursor.fetchone()
                # What Django makes of it: the clock of the session, said to be in the zone of the connection.
                assert found == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
                assert found.tzinfo is UTC
            cursor.execute("SELECT NULL::timestamptz")
            assert cursor.fetchone() == (None,)
            with pytest.raises(DataError):
                cursor.execute("SELECT '0044-03-15 00:00:00 BC'::timestamptz")
                cursor.fetchone()
        finally:
            cursor.execute("SET TIME ZONE 'UTC'")
