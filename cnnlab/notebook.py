"""The public tests in a notebook: the magic `%check`, and `require` for graded cells."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import click
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import display

from cnnlab import messages
from cnnlab.checking import html, report
from cnnlab.checking.failures import place_of, typed_message
from cnnlab.checking.labs import check_lab
from cnnlab.checking.results import Breakage, Broken, LabReport, ModuleReport
from cnnlab.checking.runner import DEADLINE_S
from cnnlab.checking.service import RemoteRunner
from cnnlab.checking.wording import seconds
from cnnlab.command_line import Command, chosen_language
from cnnlab.commands import named_lab, named_target
from cnnlab.errors import CnnlabError
from cnnlab.project import Project
from cnnlab.reloading import LoadedModules
from cnnlab.text import Lang, Text, default_language

IMPORTABLE = (None, Breakage.TESTS)
"""What may be wrong with a module that a checking process has imported."""


class CellError(CnnlabError):
    """What ends a cell; a notebook shows it as one line, in the language of its checks."""

    def __init__(self, lang: Lang, text: Text, **values: object) -> None:
        super().__init__(text, **values)
        self._lang = lang

    def __str__(self) -> str:
        return self.in_(self._lang)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [str(self)]


class PublicTestsFailed(CellError):
    """A function does not pass all of its public tests."""


@dataclass(frozen=True, repr=False)
class CheckView:
    """The results of a lab as a notebook or a terminal shows them."""

    report: LabReport
    lang: Lang
    deadline_s: float

    def __repr__(self) -> str:
        done, lang = self.report, self.lang
        lines = [
            *report.table(done, lang, report.label_width([done.lab])),
            "",
            *report.explanation(done, lang, self.deadline_s),
            report.summary([done], self._took, lang),
        ]
        return click.unstyle("\n".join(lines))

    def _repr_html_(self) -> str:
        return html.page(self.report, self.lang, self.deadline_s, self._took)

    @property
    def _took(self) -> str:
        return seconds(self.report.seconds, self.lang)


@magics_class
class LabChecks(Magics):
    """The checks of one kernel, in whose language the last `--lang` decides."""

    def __init__(self, shell: InteractiveShell, deadline_s: float) -> None:
        super().__init__(shell)
        self._project = Project.here()
        self.lang = default_language()
        self.loaded = LoadedModules(self._project)
        self._namespace = shell.user_ns
        self._deadline_s = deadline_s
        self._runner = RemoteRunner(self._project, deadline_s)

    @line_magic
    def check(self, line: str) -> None:
        """%check LAB [FUNCIÓN] [--lang es|en]: pasa las pruebas públicas; véase %check --help.

        %check LAB [FUNCTION] [--lang es|en]: run the public tests; see %check --help.
        """
        arguments = line.split()
        self.lang = chosen_language(arguments, self.lang)
        with self._errors_of_the_cell():
            try:
                asked = _command(self.lang).make_context("%check", arguments).params
            except click.exceptions.Exit:  # --help
                return
            self.show(asked["name"], asked["function"])

    def require(self, lab: str, label: str) -> None:
        """What the function of this name does."""
        with self._errors_of_the_cell():
            if not self.show(lab, label).passed:
                raise PublicTestsFailed(self.lang, messages.PUBLIC_TESTS_FAILED, label=label)

    def show(self, name: str, function: str | None) -> LabReport:
        """Run the public tests, load the modules that have changed and display the results."""
        start = time.monotonic()
        lab = named_lab(name)
        target = named_target(lab, function) if function is not None else None
        self._project.require_tests([lab])
        done = check_lab(lab, self._project, partial(self._runner.run, target=target), target)
        done = replace(done, modules=tuple(map(self._refreshed, done.modules)))
        done = replace(done, seconds=time.monotonic() - start)
        display(CheckView(done, self.lang, self._deadline_s))
        return done

    def _refreshed(self, module: ModuleReport) -> ModuleReport:
        """The report on a module of which the kernel has the newest code, or why it has not."""
        if (module.broken and module.broken.kind) not in IMPORTABLE:
            return module
        try:
            self.loaded.refresh(module.module, self._namespace)
        except (Exception, SystemExit) as error:
            where = place_of(error, module.module)
            return replace(module, broken=Broken(Breakage.IMPORT, where, typed_message(error)))
        return module

    @contextmanager
    def _errors_of_the_cell(self) -> Iterator[None]:
        try:
            yield
        except CellError:
            raise
        except CnnlabError as error:
            raise CellError(self.lang, error.text, **error.values) from None
        except KeyboardInterrupt:
            raise CellError(self.lang, messages.INTERRUPTED) from None


def register(shell: InteractiveShell, deadline_s: float = DEADLINE_S) -> LabChecks:
    """Give `shell` the magic unless it has it; `deadline_s` is how long one test may take."""
    checks = shell.magics_manager.registry.get(LabChecks.__name__)
    if not isinstance(checks, LabChecks):
        checks = LabChecks(shell, deadline_s)
        shell.register_magics(checks)
        shell.events.register("pre_run_cell", lambda _: checks.loaded.look())
    return checks


def require(lab: str, label: str) -> None:
    """Run and show the public tests of the function `label` of `lab`.

    Raises `PublicTestsFailed` where one of them does not pass.
    """
    register(InteractiveShell.instance()).require(lab, label)


def _command(lang: Lang) -> Command:
    """The arguments of the magic, read as the command reads its own."""
    function = f"[{messages.FUNCTION_METAVAR.in_(lang)}]"
    return Command(
        "check",
        lang,
        lambda: 0,
        [
            click.Argument(["name"], metavar="LAB"),
            click.Argument(["function"], required=False, metavar=function),
        ],
        text=messages.MAGIC_HELP,
        short=messages.CHECK_SHORT,
    )
