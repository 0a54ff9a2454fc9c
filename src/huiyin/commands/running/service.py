"""`huiyin service`: running under systemd: units for server, worker, backups and `huiyin doctor`, as a user without rights."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report

if TYPE_CHECKING:
    from huiyin.service.units import Service

INSTALL = """
Writes units for systemd and starts them: the server with its worker, a backup each night, a look by `huiyin doctor` each morning; all run as a
system user, which is made, and may write to the data folder and to the folder of the backups alone. The variables stand in
/etc/huiyin/environment (mode 600), which is written once and then left alone. Can be run again, after an update or with other options.
"""
HOME = "/var/lib/huiyin"


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its actions."""
    parser = subparsers.add_parser("service", help="run under systemd", description="Running under systemd.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    made = actions.add_parser("install", help="write units and start them", description=INSTALL)
    made.add_argument("--user", default="huiyin", metavar="NAME", help="system user of the service (default huiyin)")
    made.add_argument("--home", type=Path, metavar="FOLDER", help=f"data folder (default HUIYIN_HOME, else {HOME})")
    made.add_argument("--public-url", metavar="URL", help="address for petitioners (default HUIYIN_PUBLIC_URL)")
    made.add_argument("--port", type=int, default=8000, help="port of the pages on 127.0.0.1 (default 8000)")
    made.add_argument("--proxies", type=int, default=1, metavar="N", help="proxies in front of it (default 1)")
    made.add_argument(
        "--backups", type=Path, default=Path("/var/backups/huiyin"), metavar="FOLDER", help="folder of the backups"
    )
    made.add_argument("--metrics-port", type=int, metavar="N", help="serve figures for Prometheus there")
    made.add_argument("--print", action="store_true", help="only show what would be written")
    _into(made)
    made.set_defaults(run=install, django=False)
    gone = actions.add_parser("uninstall", help="stop and remove the units; data, variables and user stay")
    _into(gone)
    gone.set_defaults(run=uninstall, django=False)
    shown = actions.add_parser("status", help="whether the units are there and run; status 1 unless the server does")
    add_json(shown)
    _into(shown)
    shown.set_defaults(run=status, django=False)


def _into(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--into", type=Path, default=Path("/"), metavar="FOLDER", help="root of an image; nothing is started there"
    )


def install(arguments: argparse.Namespace) -> int:
    """Installs, or shows what would be written."""
    from huiyin.service import placing, units

    service = _service(arguments)
    if arguments.print:
        for path, text in {units.ENVIRONMENT: units.environment(service), **units.files(service)}.items():
            print(f"==> {path} <==\n{text}")
        return DONE
    for line in placing.install(service, arguments.into):
        print(line)
    return DONE


def _service(arguments: argparse.Namespace) -> Service:
    from huiyin.service.units import Service

    url = arguments.public_url or os.environ.get("HUIYIN_PUBLIC_URL")
    if not url:
        raise Failure("nothing says under which address people reach it", "give --public-url https://…", status=MISUSED)
    if not url.startswith(("https://", "http://")):
        raise Failure("the public address is none", "write one such as https://xinfang.example.cn", status=MISUSED)
    if arguments.proxies < 0:
        raise Failure("--proxies must be 0 or more", status=MISUSED)
    return Service(
        user=arguments.user,
        program=_program(),
        home=(arguments.home or Path(os.environ.get("HUIYIN_HOME") or HOME)).absolute(),
        public_url=url,
        port=arguments.port,
        proxies=arguments.proxies,
        backups=arguments.backups.absolute(),
        metrics_port=arguments.metrics_port,
    )


def _program() -> Path:
    """The program beside the Python that runs this: that of the same installation, whatever the shell would find."""
    found = Path(sys.executable).absolute().with_name("huiyin")
    if not found.exists():
        raise Failure(f"{found} is not there", "install huiyin with pip into this environment")
    return found


def uninstall(arguments: argparse.Namespace) -> int:
    """Takes the units away."""
    from huiyin.service import placing

    done = list(placing.uninstall(arguments.into))
    for line in done or ["no unit of ours is there"]:
        print(line)
    return DONE


def status(arguments: argparse.Namespace) -> int:
    """Tells how the units stand."""
    from huiyin.service import placing
    from huiyin.service.units import SERVER

    found = placing.states(arguments.into)
    data: list[dict[str, Any]] = [
        {"unit": one.name, "installed": one.is_installed, "state": one.state} for one in found
    ]
    lines = (f"{one.name:<24} {'installed' if one.is_installed else 'not there':<10} {one.state}" for one in found)
    report(arguments, {"units": data}, lines)
    runs = any(one.name == SERVER and one.is_installed and one.state == "active" for one in found)
    return DONE if runs else FAILED
