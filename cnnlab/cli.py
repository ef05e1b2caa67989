"""The `cnnlab` command line: what it accepts, and how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

import click

from cnnlab import __version__, commands, messages
from cnnlab.checking.runner import DEADLINE_S
from cnnlab.command_line import Command, Group, choice, chosen_language
from cnnlab.commands import Session
from cnnlab.errors import CnnlabError
from cnnlab.hints import LEVELS
from cnnlab.project import Project
from cnnlab.text import Lang

INTERRUPTED_STATUS = 130


def main(arguments: Sequence[str] | None = None, deadline_s: float = DEADLINE_S) -> NoReturn:
    """Run the command and exit: 0 all well, 1 something failed, 2 wrong usage.

    `deadline_s` is how long one public test may take.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    _never_fail_to_print()
    session = Session(chosen_language(arguments), Project.here(), deadline_s)
    try:
        status = _run(arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)


def command_line(lang: Lang) -> Group:
    """The command with its help in `lang`."""
    return Group(
        "cnnlab",
        lang,
        [_check(lang), _watch(lang), _hint(lang), _pack(lang)],
        version=__version__,
        text=messages.HELP,
    )


def _check(lang: Lang) -> Command:
    return Command(
        "check",
        lang,
        commands.check,
        [click.Argument(["names"], nargs=-1, metavar="[LAB]...")],
        text=messages.CHECK_HELP,
        short=messages.CHECK_SHORT,
    )


def _watch(lang: Lang) -> Command:
    return Command(
        "watch",
        lang,
        commands.watch,
        [click.Argument(["name"], required=False, metavar="[LAB]")],
        text=messages.WATCH_HELP,
        short=messages.WATCH_SHORT,
    )


def _hint(lang: Lang) -> Command:
    function = f"[{messages.FUNCTION_METAVAR.in_(lang)}]"
    level = choice(
        "--level",
        [str(int(level)) for level in LEVELS],
        default="1",
        help=messages.LEVEL_HELP.in_(lang),
    )
    return Command(
        "hint",
        lang,
        commands.hint,
        [
            click.Argument(["name"], metavar="LAB"),
            click.Argument(["function"], required=False, metavar=function),
            level,
        ],
        text=messages.HINT_HELP,
        short=messages.HINT_SHORT,
    )


def _pack(lang: Lang) -> Command:
    output = click.Option(
        ["--output"],
        metavar=messages.FILE_METAVAR.in_(lang),
        help=messages.OUTPUT_HELP.in_(lang),
    )
    return Command(
        "pack", lang, commands.pack, [output], text=messages.PACK_HELP, short=messages.PACK_SHORT
    )


def _run(arguments: Sequence[str], session: Session) -> int:
    try:
        status = command_line(session.lang).main(
            list(arguments), prog_name="cnnlab", standalone_mode=False, obj=session
        )
        return int(status or 0)
    except CnnlabError as error:
        click.echo(f"cnnlab: {error.in_(session.lang)}", err=True)
        return error.exit_status
    except click.Abort:  # what click makes of Ctrl-C
        click.echo(messages.INTERRUPTED.in_(session.lang), err=True)
        return INTERRUPTED_STATUS


def _never_fail_to_print() -> None:
    """Replace what the console cannot show instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
