"""What a study leaves behind: CSV files, a plot, and a table on the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.output import write_output
from autograder.studies.estimate import Estimate, Row
from autograder.studies.metric import COUNTED, DECIMALS, NAMES, Metric
from autograder.studies.plot import drawn
from autograder.studies.runs import Run
from autograder.studies.study import Size, Study
from cnnlab.text import Lang, Text

VARIANT = Text(es="variante", en="variant")
RUNS = Text(es="ejecuciones", en="runs")
PAPER = Text(es="Publicado: {source}.", en="Published: {source}.")
INTERVALS = Text(
    es="± es la mitad del intervalo del 95 % (t de Student, sobre las semillas).",
    en="± is half of the 95 % interval (Student's t, over the seeds).",
)
WRITTEN = Text(es="Escritos", en="Written")
RUN_COLUMNS = tuple(name for name in Run.__struct_fields__ if name not in ("key", "study"))


def write_report(
    folder: Path,
    study: Study,
    size: Size,
    rows: Sequence[Row],
    runs: Sequence[Run],
    title: str,
    lang: Lang,
) -> list[Path]:
    """Write table, runs and plot, each whole or not at all; the paths of the files."""
    stem = f"{study.name}-{size}"
    contents = {
        folder / f"{stem}.csv": _csv(_table_columns(study), (_cells(study, row) for row in rows)),
        folder / f"{stem}-runs.csv": _csv(
            RUN_COLUMNS, ([getattr(run, column) for column in RUN_COLUMNS] for run in runs)
        ),
        folder / f"{stem}.svg": drawn(study, rows, title, lang),
    }
    for path, content in contents.items():
        write_output(path, content)
    return list(contents)


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _table_columns(study: Study) -> list[str]:
    figures = (name for m in study.metrics for name in (str(m), f"{m}_half_width"))
    return ["variant", "runs", *figures, "published"]


def _cells(study: Study, row: Row) -> list[object]:
    cells: list[object] = [row.variant.key, row.runs]
    for metric in study.metrics:
        estimate, decimals = row.estimates[metric], DECIMALS[metric] + 2
        half_width = estimate.half_width
        cells += [
            round(estimate.mean, decimals),
            "" if half_width is None else round(half_width, decimals),
        ]
    return [*cells, "" if row.variant.paper is None else row.variant.paper]


def print_report(
    console: Console, study: Study, rows: Sequence[Row], title: str, lang: Lang
) -> None:
    """The table, the published figures beside it."""
    table = Table(VARIANT.in_(lang), title=title, title_justify="left")
    for metric in study.metrics:
        table.add_column(NAMES[metric].in_(lang), justify="right")
    table.add_column(study.paper.column.in_(lang), justify="right")
    table.add_column(RUNS.in_(lang), justify="right")
    for row in rows:
        table.add_row(
            row.variant.name.in_(lang),
            *(shown(row.estimates[metric], metric) for metric in study.metrics),
            "–" if row.variant.paper is None else f"{row.variant.paper:g}",
            str(row.runs),
        )
    console.print(table)
    console.print(PAPER.in_(lang).format(source=study.paper.source.in_(lang)), highlight=False)
    console.print(INTERVALS.in_(lang), highlight=False)


def shown(estimate: Estimate, metric: Metric) -> str:
    """An estimate as people read it; what is counted has no interval."""
    decimals = DECIMALS[metric]
    mean = f"{estimate.mean:,.{decimals}f}"
    if metric in COUNTED or estimate.half_width is None:
        return mean
    return f"{mean} ± {estimate.half_width:.{decimals}f}"
