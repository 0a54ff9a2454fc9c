"""What the files for systemd say: the server with its worker, a timer for backups, one for `huiyin doctor`, and the environment. Pure.

Sandboxing as in systemd.exec(5). Not set: MemoryDenyWriteExecute, since libffi of some distributions needs such memory for ctypes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

MARK: Final = "# Written by `huiyin service install`. Changes of yours: `systemctl edit`, which leaves this file alone."
UNIT_FOLDER: Final = Path("/etc/systemd/system")
ENVIRONMENT: Final = Path("/etc/huiyin/environment")
SERVER: Final = "huiyin.service"
TIMERS: Final = ("huiyin-backup.timer", "huiyin-doctor.timer")
UNITS: Final = (SERVER, "huiyin-backup.service", "huiyin-backup.timer", "huiyin-doctor.service", "huiyin-doctor.timer")

_PLAIN_PATH: Final = re.compile(r"/[A-Za-z0-9_./@+-]*")
_USER: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")  # useradd(8)
_HOMES: Final = ("/home", "/root", "/run/user")  # what ProtectHome= closes

HARDENING: Final = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome={protect_home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
ReadWritePaths={writable}
"""

SERVER_UNIT: Final = """\
[Unit]
Description=Huiyin: petitions, server and worker
After=network-online.target postgresql.service
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=exec
User={user}
Group={user}
EnvironmentFile={environment}
ExecStart={program} serve --port {port}{metrics}
Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec=40
{hardening}
[Install]
WantedBy=multi-user.target
"""

TASK_UNIT: Final = """\
[Unit]
Description={description}

[Service]
Type=oneshot
User={user}
Group={user}
EnvironmentFile={environment}
ExecStart={program} {command}
Nice=10
IOSchedulingClass=idle
{hardening}"""

TIMER_UNIT: Final = """\
[Unit]
Description={description}

[Timer]
OnCalendar={when}
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
"""


class ServiceMisdescribed(HuiyinError):
    """Raised when a service cannot be as it was described."""

    to_do = gettext_noop("见 huiyin service install --help")


@dataclass(frozen=True, slots=True)
class Service:
    """How an installation is run.

    Args:
        user: the system user of all processes.
        program: the absolute path of `huiyin`.
        home: the data folder.
        public_url: the address under which people reach it.
        port: of the pages, on 127.0.0.1.
        proxies: how many proxies stand in front.
        backups: the folder of the scheduled backups.
        metrics_port: of the figures; None: none.
    """

    user: str
    program: Path
    home: Path
    public_url: str
    port: int = 8000
    proxies: int = 1
    backups: Path = Path("/var/backups/huiyin")
    metrics_port: int | None = None


def check(service: Service) -> None:
    """Let nothing into a unit that systemd would read as something else.

    Raises:
        ServiceMisdescribed: a user name or a path that is none, or that systemd would have to be told specially.
    """
    if not _USER.fullmatch(service.user) or service.user == "root":
        raise ServiceMisdescribed(_("用户应是 root 以外的系统用户"), _("请用 --user 另选一个"))
    for what, path in (
        (_("安装好的程序"), service.program),
        (_("存放数据的目录"), service.home),
        (_("存放备份的目录"), service.backups),
    ):
        if not _PLAIN_PATH.fullmatch(str(path)):
            raise ServiceMisdescribed(
                _("%(what)s的路径应以 / 开头，只含字母、数字和 ._@+-") % {"what": what}, _("请另选一个")
            )
    for port in (service.port, service.metrics_port):
        if port is not None and not 1024 <= port <= 65535:
            raise ServiceMisdescribed(_("%(port)s 不是普通服务可用的端口") % {"port": port}, _("请选 1024 到 65535"))
    if re.search(r"[\s\"'\\]", service.public_url):
        raise ServiceMisdescribed(_("公开网址含有空格或引号"), _("请写成 https://… 的样子"))


def files(service: Service) -> dict[Path, str]:
    """The text of each file by its path. Raises ServiceMisdescribed."""
    check(service)
    common = {"user": service.user, "environment": ENVIRONMENT, "program": service.program}
    serving, backing_up = _hardening(service, service.home), _hardening(service, service.home, service.backups)
    metrics = f" --metrics-port {service.metrics_port}" if service.metrics_port else ""
    backup = f"backup --scheduled {service.backups} --keep-daily 14 --keep-weekly 8 --keep-monthly 12"
    texts = {
        SERVER: SERVER_UNIT.format(**common, port=service.port, metrics=metrics, hardening=serving),
        "huiyin-backup.service": TASK_UNIT.format(
            **common, description="Huiyin: backup", command=backup, hardening=backing_up
        ),
        "huiyin-backup.timer": TIMER_UNIT.format(description="Huiyin: a backup each night", when="*-*-* 02:30:00"),
        "huiyin-doctor.service": TASK_UNIT.format(
            **common, description="Huiyin: is everything well?", command="doctor", hardening=serving
        ),
        "huiyin-doctor.timer": TIMER_UNIT.format(description="Huiyin: a look each morning", when="*-*-* 07:00:00"),
    }
    return {UNIT_FOLDER / name: f"{MARK}\n{text}" for name, text in texts.items()}


def environment(service: Service) -> str:
    """The text of the environment file; written once and never again, since it is the operator's from then on."""
    check(service)
    return f"""\
# The variables of the service, one a line; their meaning: docs/administration.md. Only root may read this file: it may hold passwords.
HUIYIN_HOME={service.home}
HUIYIN_PUBLIC_URL={service.public_url}
HUIYIN_TRUSTED_PROXIES={service.proxies}
#DATABASE_URL=postgresql://huiyin:password@127.0.0.1:5432/huiyin
#EMAIL_URL=smtp://user:password@mail.example.cn:587
#HUIYIN_MAIL_FROM=xinfang@example.cn
#HUIYIN_MAILBOX_URLS=imaps://user:password@imap.example.cn/INBOX
"""


def _hardening(service: Service, *writable: Path) -> str:
    paths = (service.program, *writable)
    below_home = any(str(path).startswith(f"{home}/") for path in paths for home in _HOMES)
    return HARDENING.format(
        protect_home="read-only" if below_home else "yes", writable=" ".join(str(path) for path in writable)
    )
