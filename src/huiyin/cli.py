"""The command line: `huiyin COMMAND …`.

Every command ends with status 0 (done), 1 (could not be done, or a check failed) or 2 (wrong usage), and says
on standard error what is wrong and what to do: in one line, or in one for each thing that is wrong with a file. HUIYIN_DEBUG=1 shows the traceback of an unexpected error.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from huiyin import __version__, commands
from huiyin.commands import FAILED, Failure
from huiyin.commands._parsing import OneLineParser
from huiyin.errors import HuiyinError
from huiyin.home import home_of
from huiyin.language import gettext as _

SELDOM: Final = (50_000, 20, 20)
"""When unreachable circles are looked for. A proof and a migration make millions of objects and hardly a circle: at Python's own
thresholds a fifth of their time goes into looking."""


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    root = OneLineParser(prog="huiyin", description=_("回音：按成文的规程受理和办理信访"))
    root.add_argument("--version", action="version", version=f"huiyin {__version__}", help=_("显示版本后退出"))
    subparsers = root.add_subparsers(metavar="COMMAND", required=True, title=_("命令"))
    for name in commands.names():
        import_module(f"{commands.__name__}.{name}").add_parser(subparsers)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: what was typed after `huiyin`; None for the command line of this process.

    Returns:
        The exit status.
    """
    gc.set_threshold(*SELDOM)
    arguments = parser().parse_args(argv)
    try:
        if getattr(arguments, "django", True):
            _set_up_django(arguments)
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return 128 + 2  # as a shell reports a program ended by SIGINT
    except BrokenPipeError:
        # Whoever read the output (`| head`) has seen enough; without this Python complains again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if os.environ.get("HUIYIN_DEBUG") == "1" and not isinstance(error, HuiyinError):
            raise
        return _complain(error)
    return status


def _set_up_django(arguments: argparse.Namespace) -> None:
    """Reads the settings; unless the command makes what it needs, refuses where nothing is set up, and leaves nothing behind there.

    One that works on ``any_version`` is let to an installation that is still to be brought up to this one.
    """
    import django

    makes = getattr(arguments, "makes", False)
    home = home_of(os.environ)
    if not makes and not home.is_dir():
        raise Failure(
            _("%(home)s：这里还没有装好") % {"home": home}, _("请运行 `huiyin prepare`，或者设置 HUIYIN_HOME")
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    django.setup()
    if not makes and not getattr(arguments, "any_version", False):
        from huiyin.site.preparation import refuse_unready

        refuse_unready()


def _complain(error: Exception) -> int:
    """Says what is wrong, a line for each thing; returns the exit status."""
    for line in _explanation(error):
        print(f"huiyin: {line}", file=sys.stderr)
    return error.status if isinstance(error, Failure) else FAILED


def _explanation(error: Exception) -> list[str]:
    return error.in_lines if isinstance(error, HuiyinError) else [_of_others(error)]


def _of_others(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return _("%(filename)s：%(strerror)s；请确认它在那里，而且您有权使用") % {
            "filename": error.filename,
            "strerror": error.strerror,
        }
    if "django" in sys.modules:  # a command may fail before, or without, ever loading it
        from django.core.exceptions import ImproperlyConfigured
        from django.db import OperationalError

        if isinstance(error, ImproperlyConfigured):
            return _("%(reason)s；见 docs/administration.zh-CN.md") % {"reason": " ".join(str(error).split())}
        if isinstance(error, OperationalError):
            return _("数据库用不了；请检查 DATABASE_URL，并确认服务器在运行、目录可写")
    return _("意外的错误 %(kind)s；设置 HUIYIN_DEBUG=1 可以看到出在哪里，请报告") % {"kind": type(error).__name__}


if __name__ == "__main__":
    raise SystemExit(main())
