"""`huiyin service`: running under systemd: units for server, worker, backups and `huiyin doctor`, as a user without rights."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._columns import padded
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.service.units import Service

INSTALL = gettext_noop(
    "写好 systemd 单元并启动：网页服务和后台进程、每晚的备份、每天早晨的 `huiyin doctor`；"
    "都以一个系统用户运行（没有就新建），只能写数据目录和备份目录。"
    "变量写在 /etc/huiyin/environment（权限 600），只写一次，以后不动。"
    "升级以后或者换了选项可以再次运行。"
)
HOME = "/var/lib/huiyin"


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its actions."""
    parser = subparsers.add_parser("service", help=_("在 systemd 下运行"), description=_("在 systemd 下运行。"))
    actions = parser.add_subparsers(title=_("动作"), metavar="ACTION", required=True)
    made = actions.add_parser("install", help=_("写好单元并启动"), description=_(INSTALL))
    made.add_argument("--user", default="huiyin", metavar="NAME", help=_("服务的系统用户（默认 huiyin）"))
    made.add_argument(
        "--home",
        type=Path,
        metavar="FOLDER",
        help=_("数据目录（默认 HUIYIN_HOME，没有设置时为 %(home)s）") % {"home": HOME},
    )
    made.add_argument("--public-url", metavar="URL", help=_("信访人使用的网址（默认 HUIYIN_PUBLIC_URL）"))
    made.add_argument("--port", type=int, default=8000, help=_("网页在 127.0.0.1 上的端口（默认 8000）"))
    made.add_argument("--proxies", type=int, default=1, metavar="N", help=_("前面有几层代理（默认 1）"))
    made.add_argument("--backups", type=Path, default=Path("/var/backups/huiyin"), metavar="FOLDER", help=_("备份目录"))
    made.add_argument("--metrics-port", type=int, metavar="N", help=_("在这个端口提供 Prometheus 指标"))
    made.add_argument("--print", action="store_true", help=_("只显示会写什么"))
    _into(made)
    made.set_defaults(run=install, django=False)
    gone = actions.add_parser("uninstall", help=_("停止并删除单元；数据、变量和用户保留"))
    _into(gone)
    gone.set_defaults(run=uninstall, django=False)
    shown = actions.add_parser("status", help=_("单元在不在、运行没有；服务没有运行的，退出码为 1"))
    add_json(shown)
    _into(shown)
    shown.set_defaults(run=status, django=False)


def _into(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--into", type=Path, default=Path("/"), metavar="FOLDER", help=_("系统映像的根目录；不启动任何东西")
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
        raise Failure(_("没有写明对外的网址"), _("请写 --public-url https://…"), status=MISUSED)
    if not url.startswith(("https://", "http://")):
        raise Failure(_("公开网址不是网址"), _("请写成 https://xinfang.example.cn 的样子"), status=MISUSED)
    if arguments.proxies < 0:
        raise Failure(_("--proxies 不能小于 0"), status=MISUSED)
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
        raise Failure(_("没有 %(found)s") % {"found": found}, _("请用 pip 把 huiyin 装进这个环境"))
    return found


def uninstall(arguments: argparse.Namespace) -> int:
    """Takes the units away."""
    from huiyin.service import placing

    done = list(placing.uninstall(arguments.into))
    for line in done or [_("没有本系统的单元")]:
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
    there, missing = _("已安装"), _("没有安装")
    lines = (f"{one.name:<24} {padded(there if one.is_installed else missing, 10)} {one.state}" for one in found)
    report(arguments, {"units": data}, lines)
    runs = any(one.name == SERVER and one.is_installed and one.state == "active" for one in found)
    return DONE if runs else FAILED
