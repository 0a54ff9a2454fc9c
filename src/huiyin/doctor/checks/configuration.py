"""Whether the variables of the environment mean anything, and whether what is for trying things out stands open to others."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.people import demonstration

KNOWN: Final = frozenset(
    {
        "DATABASE_URL",
        "EMAIL_URL",
        "HUIYIN_BACKUP_DAYS",
        "HUIYIN_DEBUG",
        "HUIYIN_HOME",
        "HUIYIN_LANGUAGE",
        "HUIYIN_MAILBOX_URLS",
        "HUIYIN_MAIL_FROM",
        "HUIYIN_MAIL_PER_MAILBOX",
        "HUIYIN_WEBHOOK_HOSTS",
        "HUIYIN_PUBLIC_URL",
        "HUIYIN_REHEARSAL_DAYS",
        "HUIYIN_SECRET_KEYS",
        "HUIYIN_STORAGE",
        "HUIYIN_SUBMISSIONS_PER_ADDRESS",
        "HUIYIN_SUBMISSIONS_PER_ORGANISATION",
        "HUIYIN_SUPERVISED",
        "HUIYIN_THREADS",
        "HUIYIN_TRUSTED_PROXIES",
    }
)
"""Every variable that the system reads; a test compares them with what the source names."""


def variables(surroundings: Surroundings) -> Iterator[Finding]:
    """Variables that cannot be read, and those that nothing reads: a misspelt one is as good as none, and nobody would notice."""
    for fault in surroundings.faults:
        yield failure(f"variables.{fault.variable or 'settings'}", _("配置读不进来：%s") % fault.wrong, fault.to_do)
    unknown = sorted(name for name in surroundings.environ if name.startswith("HUIYIN_") and name not in KNOWN)
    for name in unknown:
        near = get_close_matches(name, KNOWN, 1)
        yield warning(
            "variables.unknown",
            _("环境变量 %s 没有任何作用") % name,
            _("是否要写 %s？不需要的请删去") % near[0] if near else _("请删去，或者对照说明改正名称"),
        )
    if not surroundings.faults and not unknown:
        yield ok("variables", _("环境变量都读得懂"))


def exposure(surroundings: Surroundings) -> Iterator[Finding]:
    """What must not stand open to the public: errors in full, and what everybody knows the passwords of."""
    debug = surroundings.environ.get("HUIYIN_DEBUG") == "1"
    if settings.HUIYIN_LOCAL:
        yield notice(
            "exposure.local",
            _("对外地址 %s 只有本机能打开") % settings.HUIYIN_PUBLIC_URL,
            _("正式使用时，把 HUIYIN_PUBLIC_URL 设为信访人打开的地址（https://…）"),
        )
        return
    if debug:
        yield failure(
            "exposure.debug",
            _("对外地址上开着 HUIYIN_DEBUG：出错时页面会显示程序内部的内容"),
            _("去掉 HUIYIN_DEBUG，重新启动服务"),
        )
    if demonstration.is_here():
        yield failure(
            "exposure.demonstration",
            _("对外地址上是演示数据，账户和密码人人知道"),
            _("演示数据不能转为正式使用：换一个空的数据目录，从 huiyin prepare 开始"),
        )
    if not settings.HUIYIN_PUBLIC_URL.startswith("https://"):
        yield warning(
            "exposure.plain",
            _("对外地址不是 https：密码和信访内容在网络上是明文"),
            _("在前面设一个反向代理，配好证书，再把 HUIYIN_PUBLIC_URL 改为 https://…"),
        )
    if not debug and not demonstration.is_here():
        yield ok("exposure", _("没有向外公开演示数据或者程序内部的内容"))
