"""Levels in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Level


def level_label(level: Level) -> str:
    """A level in the reader's language."""
    return {Level.OK: _("正常"), Level.NOTICE: _("提示"), Level.WARNING: _("警告"), Level.FAILURE: _("故障")}[level]
