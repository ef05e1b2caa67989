"""The plots of studies, as SVG files that are the same whenever the figures are."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograder.studies.estimate import Row
from autograder.studies.metric import NAMES, Metric
from autograder.studies.study import Plot, Study
from cnnlab.text import Lang, Text

INCHES = (7.0, 4.2)
HERE = Text(es="aquí, con intervalo del 95 %", en="here, with its 95 % interval")


def drawn(study: Study, rows: Sequence[Row], title: str, lang: Lang) -> bytes:
    """The study's plot, as the bytes of an SVG file."""
    content = io.BytesIO()
    # Text stays text, which can be searched and read aloud.
    with matplotlib.rc_context({"svg.hashsalt": "cnnlab", "svg.fonttype": "none"}):
        figure = Figure(figsize=INCHES, layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(title)
        DRAWINGS[study.plot](axes, study, rows, lang)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside lower center", ncols=2)
        figure.savefig(content, format="svg", metadata={"Date": None, "Title": title})
    return content.getvalue()


def _draw_bars(axes: Axes, study: Study, rows: Sequence[Row], lang: Lang) -> None:
    """One bar for each variant, and the paper's figure beside it."""
    metric = study.metrics[0]
    places = range(len(rows))
    heights = [row.estimates[metric].mean for row in rows]
    margins = [row.estimates[metric].half_width or 0.0 for row in rows]
    axes.bar(places, heights, yerr=margins, capsize=4, color="tab:blue", label=HERE.in_(lang))
    known = [(place, row.variant.paper) for place, row in enumerate(rows) if row.variant.paper]
    if known:
        axes.plot(
            *zip(*known, strict=True), "D", color="tab:orange", label=study.paper.source.in_(lang)
        )
    axes.set_xticks(places, [row.variant.name.in_(lang) for row in rows])
    axes.set_ylabel(NAMES[metric].in_(lang))


def _draw_lines(axes: Axes, study: Study, rows: Sequence[Row], lang: Lang) -> None:
    """Each series of variants along `at`: test errors as full lines, training errors dashed."""
    styles = {Metric.TEST_ERROR: "-", Metric.TRAIN_ERROR: "--"}
    series = dict.fromkeys(row.variant.series for row in rows)
    for colour, one in zip(matplotlib.color_sequences["tab10"], series, strict=False):
        own = [row for row in rows if row.variant.series == one]
        for metric, style in styles.items():
            axes.errorbar(
                [row.variant.at for row in own],
                [row.estimates[metric].mean for row in own],
                [row.estimates[metric].half_width or 0.0 for row in own],
                linestyle=style,
                marker="o",
                capsize=4,
                color=colour,
                label=f"{one.in_(lang) if one else ''}, {NAMES[metric].in_(lang)}",
            )
    axes.set_xticks(sorted({row.variant.at for row in rows}))
    axes.set_xlabel(Text(es="capas con pesos", en="weight layers").in_(lang))
    axes.set_ylabel("%")


def _draw_cost(axes: Axes, study: Study, rows: Sequence[Row], lang: Lang) -> None:
    """Accuracy against multiply-accumulates; an area stands for the parameters."""
    largest = max(row.estimates[Metric.PARAMETERS].mean for row in rows)
    for row in rows:
        macs = row.estimates[Metric.MACS].mean
        accuracy = row.estimates[Metric.ACCURACY]
        area = 20 + 1500 * row.estimates[Metric.PARAMETERS].mean / largest
        axes.errorbar(macs, accuracy.mean, accuracy.half_width or 0.0, color="gray", capsize=3)
        axes.scatter(macs, accuracy.mean, area, alpha=0.5)
        label = row.variant.name.in_(lang)
        axes.annotate(label, (macs, accuracy.mean), xytext=(6, 6), textcoords="offset points")
    axes.set_xscale("log")
    axes.margins(0.15)
    axes.set_xlabel(NAMES[Metric.MACS].in_(lang))
    axes.set_ylabel(NAMES[Metric.ACCURACY].in_(lang))


Drawing = Callable[[Axes, Study, Sequence[Row], Lang], None]
DRAWINGS: Mapping[Plot, Drawing] = {
    Plot.BARS: _draw_bars,
    Plot.LINES: _draw_lines,
    Plot.COST: _draw_cost,
}
