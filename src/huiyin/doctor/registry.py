"""All checks, in the order in which they are asked and told. Whoever adds one adds a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from django.utils.translation import gettext as _

from huiyin.doctor.checks import (
    administrators,
    backups,
    clock,
    configuration,
    database,
    disk,
    fonts,
    holidays,
    keys,
    log_head,
    mail,
    mailbox,
    packages,
    permissions,
    public_address,
    seals,
    staffing,
    work,
)
from huiyin.doctor.finding import Finding
from huiyin.doctor.surroundings import Surroundings

LookFunction = Callable[[Surroundings], Iterable[Finding]]


class Needs(IntEnum):
    """What must be usable before a check can be asked; each includes those before it."""

    NOTHING = 0
    SETTINGS = 1
    DATABASE = 2
    TABLES = 3


class Group(StrEnum):
    """What belongs together on the page."""

    CONFIGURATION = "configuration"
    FILES = "files"
    DATABASE = "database"
    NETWORK = "network"
    WORK = "work"
    PEOPLE = "people"
    SOFTWARE = "software"

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return {
            Group.CONFIGURATION: _("配置"),
            Group.FILES: _("密钥、文件与磁盘"),
            Group.DATABASE: _("数据库"),
            Group.NETWORK: _("对外地址、邮件与时钟"),
            Group.WORK: _("后台作业与日志"),
            Group.PEOPLE: _("人员与放假安排"),
            Group.SOFTWARE: _("软件与字体"),
        }[self]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at.

    Args:
        code: what findings begin with.
        look: looks, and tells what it found.
        needs: what must be usable.
        takes_long: asks somebody over the network or reads a whole table: not for a page, which nobody waits for longer than a second.
        makes: what is usable once this check found no failure; None for all but those that the others wait for.
    """

    code: str
    group: Group
    look: LookFunction
    needs: Needs = Needs.TABLES
    takes_long: bool = False
    makes: Needs | None = None


CHECKS: Final = (
    Check("variables", Group.CONFIGURATION, configuration.variables, Needs.NOTHING),
    Check("exposure", Group.CONFIGURATION, configuration.exposure, Needs.SETTINGS),
    Check("permissions", Group.FILES, permissions.look, Needs.NOTHING),
    Check("key-ring", Group.FILES, keys.ring, Needs.NOTHING),
    Check("backups", Group.FILES, backups.look, Needs.NOTHING),
    Check("disk", Group.FILES, disk.free_space, Needs.NOTHING),
    Check("database", Group.DATABASE, database.connects, Needs.SETTINGS, makes=Needs.DATABASE),
    Check("database-settings", Group.DATABASE, database.durability, Needs.DATABASE),
    Check("migrations", Group.DATABASE, database.migrations, Needs.DATABASE, makes=Needs.TABLES),
    Check("keys-of-database", Group.DATABASE, keys.opens_newest),
    Check("keys-of-all", Group.DATABASE, keys.opens_all, takes_long=True),
    Check("storage-growth", Group.FILES, disk.growth),
    Check("public-address", Group.NETWORK, public_address.look, Needs.SETTINGS, takes_long=True),
    Check("mail", Group.NETWORK, mail.look, Needs.SETTINGS, takes_long=True),
    Check("mailbox", Group.NETWORK, mailbox.look),
    Check("mailbox-server", Group.NETWORK, mailbox.reach, takes_long=True),
    Check("zone", Group.NETWORK, clock.zone, Needs.SETTINGS),
    Check("clock-of-database", Group.NETWORK, clock.against_database, Needs.DATABASE),
    Check("jobs", Group.WORK, work.jobs),
    Check("worker", Group.WORK, work.worker),
    Check("log-head", Group.WORK, log_head.look),
    Check("administrators", Group.PEOPLE, administrators.look),
    Check("roles", Group.PEOPLE, staffing.roles),
    Check("duties", Group.PEOPLE, staffing.left),
    Check("liaisons", Group.PEOPLE, staffing.liaisons),
    Check("holidays", Group.PEOPLE, holidays.look),
    Check("seals", Group.FILES, seals.look),
    Check("packages", Group.SOFTWARE, packages.look, Needs.NOTHING),
    Check("fonts", Group.SOFTWARE, fonts.look, Needs.NOTHING),
)
