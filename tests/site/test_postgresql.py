"""A kept connection is noticed to be dead without asking the server."""

import psycopg
import pytest
from django.db import connection

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
