"""The database backend that the settings name (Django finds it by the name of this module)."""

from __future__ import annotations

import select
from typing import Any, cast

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but a kept connection is not tried by a query of its own before every request."""

    def is_usable(self) -> bool:
        """Whether the server at the other end is still there.

        A server that goes away closes the connection, which makes its socket readable although nothing was asked: one
        system call tells. Django asks ``SELECT 1`` instead, which costs as much as reading a row.
        """
        # Django types it as a connection that is there.
        connection = cast(Any, self.connection)
        if connection is None or connection.closed or connection.pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return not poll.poll(0)
