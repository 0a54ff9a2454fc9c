"""The port of the figures: the supervisor of `huiyin serve` answers there, for all processes that it started."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from huiyin.site import private
from huiyin.site.metrics.installation import InstallationFigures


def empty_folder(home: Path) -> Path:
    """The folder in which processes note what they count, without what earlier ones noted: their ids come again."""
    folder = home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    return private.folder(folder)


def serve(host: str, port: int, folder: Path) -> Callable[[], None]:
    """Answers at ``host``:``port`` in a thread; returns what ends it. Raises OSError if nobody can listen there."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # registers itself
    registry.register(InstallationFigures())
    server, thread = start_http_server(port, host, registry)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
