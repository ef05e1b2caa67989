"""click in the two languages of the course: help pages, and one line for each wrong call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from cnnlab import messages
from cnnlab.errors import UsageProblem
from cnnlab.text import Lang, Text, default_language

_HEADINGS = {"Options": messages.OPTIONS_HEADING, "Commands": messages.COMMANDS_HEADING}


def chosen_language(arguments: Sequence[str], otherwise: Lang | None = None) -> Lang:
    """What `--lang` says, wherever it stands, else `otherwise` or the language of the locale.

    It is read ahead of click's own parsing because help and errors are in that language too.
    """
    values = [
        argument.removeprefix("--lang=") if argument.startswith("--lang=") else following
        for argument, following in zip(arguments, [*arguments, ""][1:], strict=True)
        if argument == "--lang" or argument.startswith("--lang=")
    ]
    known = [Lang(value) for value in values if value in set(Lang)]
    return known[-1] if known else otherwise or default_language()


class _HelpFormatter(click.HelpFormatter):
    """click's help pages with the headings in another language."""

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._lang = lang

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, f"{messages.USAGE_HEADING.in_(self._lang)}: ")

    def write_heading(self, heading: str) -> None:
        translated = _HEADINGS.get(heading)
        super().write_heading(translated.in_(self._lang) if translated else heading)


class _Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        command = self.command
        assert isinstance(command, _Localized)
        return _HelpFormatter(command.lang)


class _Localized(click.Command):
    """A command or group with its help and its complaints in `lang`."""

    context_class = _Context
    lang: Lang

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = messages.HELP_OPTION.in_(self.lang)
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _usage_problem(error, ctx.command_path) from error


class Command(_Localized):
    """One of the commands."""

    def __init__(
        self,
        name: str,
        lang: Lang,
        callback: Callable[..., int],
        params: list[click.Parameter],
        *,
        text: Text,
        short: Text,
    ) -> None:
        super().__init__(
            name,
            callback=callback,
            params=[*params, _language_option(lang)],
            help=text.in_(lang),
            short_help=short.in_(lang),
            options_metavar=messages.OPTIONS_METAVAR.in_(lang),
            context_settings={"allow_extra_args": True},
        )
        self.lang = lang

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        extra = super().parse_args(ctx, args)
        if extra:
            raise UsageProblem(messages.EXTRA_ARGUMENT, name=extra[0], command=ctx.command_path)
        return extra


class Group(_Localized, click.Group):
    """The whole command; called alone it shows its help."""

    def __init__(
        self, name: str, lang: Lang, commands: list[Command], *, version: str, text: Text
    ) -> None:
        super().__init__(
            name,
            commands=commands,
            params=[_language_option(lang), _version_option(f"{name} {version}", lang)],
            callback=_show_help,
            invoke_without_command=True,
            no_args_is_help=False,
            help=text.in_(lang),
            options_metavar=messages.OPTIONS_METAVAR.in_(lang),
            subcommand_metavar=messages.COMMAND_METAVAR.in_(lang),
        )
        self.lang = lang

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        command = super().get_command(ctx, cmd_name)
        if command is None:
            known = ", ".join(self.commands)
            raise UsageProblem(messages.NO_SUCH_COMMAND, name=cmd_name, known=known)
        return command


def choice(name: str, values: Sequence[str], **attributes: Any) -> click.Option:
    """An option that takes one of `values` and refuses others in the language of the command."""

    def accept(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in values:
            known = ", ".join(values)
            raise UsageProblem(messages.BAD_VALUE, value=value, name=name, known=known)
        return value

    return click.Option([name], metavar=f"[{'|'.join(values)}]", callback=accept, **attributes)


def _language_option(lang: Lang) -> click.Option:
    """Accepted before and after the command's name; `chosen_language` has read it already."""
    help = messages.LANG_HELP.in_(lang)
    return choice("--lang", [str(each) for each in Lang], expose_value=False, help=help)


def _usage_problem(error: click.UsageError, command: str) -> UsageProblem:
    """What is wrong with a call of `command` that click has refused."""
    match error:
        case click.NoSuchOption():
            return UsageProblem(messages.NO_SUCH_OPTION, name=error.option_name, command=command)
        case click.BadOptionUsage():
            return UsageProblem(messages.BAD_OPTION, name=error.option_name, command=command)
        case click.MissingParameter(param=click.Parameter() as param):
            name = param.human_readable_name
            return UsageProblem(messages.MISSING_ARGUMENT, name=name, command=command)
    return UsageProblem(messages.BAD_USAGE, command=command)


def _version_option(line: str, lang: Lang) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            click.echo(line)
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help=messages.VERSION_HELP.in_(lang),
    )


def _show_help() -> None:
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
