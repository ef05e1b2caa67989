"""`autograder doctor`: what this machine offers for grading, shown by trying it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator

import psutil
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from autograder.grading.display import make_console
from autograder.grading.groups import NotDelegated, delegated
from autograder.grading.isolation import choose_isolation, make_plan
from autograder.worker.confinement import GIBIBYTE, Level, Limits, Plan
from autograder.worker.gpu import nodes_of_this_machine
from cnnlab.text import Lang, Text

PACKAGES = ("torch", "torchvision", "numpy", "hypothesis", "pytest")
ACT = Text(es="Lo que intentó el código", en="What the code tried")
OUTCOME = Text(es="Resultado", en="Outcome")
STOPPED = Text(es="impedido", en="stopped")
NOT_STOPPED = Text(es="NO impedido", en="NOT stopped")
GPU_WORKS = Text(
    es="GPU: PyTorch entrena en ella desde el aislamiento.",
    en="GPU: PyTorch trains on it from within the isolation.",
)
GPU_REFUSED = Text(
    es="GPU: PyTorch no entrena en ella desde el aislamiento, y se usará la CPU: {}",
    en="GPU: PyTorch does not train on it from within the isolation, and the CPU will be used: {}",
)


def examine(isolation: str, lang: Lang) -> int:
    """Print the machine and try the isolation `isolation`; the exit status, 0."""
    console = make_console()
    facts = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _facts():
        facts.add_row(Styled(name, style="bold"), Styled(value))
    console.print(facts)
    chosen = choose_isolation(isolation, Limits())
    console.print(chosen.note.in_(lang), highlight=False)
    _print_acts(console, chosen.level, lang)
    nodes = nodes_of_this_machine()
    if nodes:
        _print_gpu(console, make_plan(chosen.level, Limits().on_gpu, nodes=nodes), lang)
    return 0


def _facts() -> Iterator[tuple[str, str]]:
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    yield "processors", str(os.cpu_count())
    yield "memory", f"{psutil.virtual_memory().total / GIBIBYTE:.1f} GiB"
    yield "Python", f"{platform.python_version()} ({sys.executable})"
    yield "packages", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    yield "GPU", ", ".join(map(str, nodes_of_this_machine())) or "none"
    yield "cgroups", _cgroups()


def _cgroups() -> str:
    """Whether this user can limit memory by control groups."""
    try:
        return f"delegated: {', '.join(map(str, delegated()))}"
    except NotDelegated as reason:
        return f"not delegated, memory is limited by address space ({reason})"


def _print_acts(console: Console, level: Level, lang: Lang) -> None:
    # Only now is PyTorch needed, which takes seconds to import.
    from autograder.probe import try_acts

    table = Table(ACT.in_(lang), OUTCOME.in_(lang), "")
    for tried in try_acts(make_plan(level, Limits())):
        word = STOPPED if tried.stopped else NOT_STOPPED
        style = "green" if tried.stopped else "bold red"
        table.add_row(
            tried.name.in_(lang), Styled(word.in_(lang), style=style), Styled(tried.detail, "dim")
        )
    console.print(table)


def _print_gpu(console: Console, plan: Plan, lang: Lang) -> None:
    from autograder.probe import try_gpu

    reason = try_gpu(plan)
    text = GPU_REFUSED.in_(lang).format(reason) if reason else GPU_WORKS.in_(lang)
    console.print(Styled(text, style="bold red" if reason else "green"))
