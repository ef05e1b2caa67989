"""An audit on the terminal: what is wrong in words, and one line of figures for each module."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from autograder.audit.cases import RIGHT, Kind
from autograder.audit.findings import Findings, Graded
from cnnlab.labs import LABS


def print_findings(console: Console, findings: Findings) -> None:
    """Everything about one lab that someone should look at."""
    _heading(console, f"{findings.lab}  ({len(findings.graded)} cases, {findings.seconds:.0f} s)")
    for title, graded in (
        ("Right code that loses points", findings.rejected),
        ("Untouched stubs that earn points", findings.scoring_stubs),
        ("Misconceptions that no check catches", findings.surviving_misconceptions),
        ("Misconceptions not named, or by another name", findings.misnamed),
        ("Misconceptions to be recorded anew (--record)", findings.recorded_otherwise),
        ("Bugs that cost points of another function", findings.unfair),
    ):
        _section(console, title, [_line(g) for g in graded])
    diffs = [f"{g.case.module}: {g.case.name}\n{g.case.diff()}" for g in findings.survivors]
    _section(console, "Mutants that survive", diffs)
    stale = [f"{e.module}.{e.function}: {e.before} → {e.after}" for e in findings.stale]
    _section(console, "Reviewed mutants that do not survive any more", stale)
    _section(console, "Checks that kill nothing on their own", findings.idle)


def print_totals(console: Console, all_findings: Sequence[Findings]) -> None:
    """One line of figures for each module."""
    table = Table("Module")
    for title in ("Right", "Misconceptions", "Named", "Mutants", "Equivalent", "Score", "Median"):
        table.add_column(title, justify="right")
    for findings in all_findings:
        for module in LABS[findings.lab].modules:
            table.add_row(module, *_figures(findings, module))
    console.print(table)


def _figures(findings: Findings, module: str) -> list[str]:
    def count(graded: Sequence[Graded], *kinds: Kind) -> int:
        return sum(g.case.module == module and g.case.kind in kinds for g in graded)

    ideas = (Kind.MISCONCEPTION, Kind.REWORDING)
    right, wrong = count(findings.graded, *RIGHT), count(findings.graded, *ideas)
    caught = wrong - count(findings.surviving_misconceptions, *ideas)
    mutants = count(findings.graded, Kind.MUTANT)
    score = findings.score(module)
    median = findings.median_lost(module, Kind.MISCONCEPTION, Kind.MUTANT)
    return [
        f"{right - count(findings.rejected, *RIGHT)}/{right}",
        f"{caught}/{wrong}",
        f"{caught - count(findings.misnamed, *ideas)}/{caught}",
        f"{count(findings.killed, Kind.MUTANT)}/{mutants}",
        str(count(findings.equivalent, Kind.MUTANT)),
        "-" if score is None else f"{score:.1%}",
        "-" if median is None else f"{median:.2f}",
    ]


def _line(graded: Graded) -> str:
    case = graded.case
    seed = f", seed {case.seed}" if case.seed else ""
    words = [f"{case.module}: {case.kind} {case.name}{seed}, {graded.lost:g} points lost"]
    if graded.lost_elsewhere:
        words.append(f"{graded.lost_elsewhere:g} of them outside {case.target}")
    if case.key is not None:
        words.append(f"named {', '.join(sorted(graded.named)) or 'nothing'}")
    failed = sorted(check_id.partition("/")[2] for check_id in graded.failed)
    return f"{'; '.join(words)}: {', '.join(failed) or 'nothing failed'}"


def _heading(console: Console, words: str) -> None:
    console.print(Styled(f"\n{words}", style="bold"))


def _section(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(Styled(f"  {title} ({len(lines)})"))
        for line in lines:
            indented = "\n".join(f"    {part}" for part in line.splitlines())
            console.print(Styled(indented), soft_wrap=True)
