"""The results of a lab as HTML, for notebooks with a light or a dark page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from cnnlab import messages
from cnnlab.checking import report as lines
from cnnlab.checking.report import Note
from cnnlab.checking.results import LabReport, Row
from cnnlab.text import Lang

_COLORS = {"green": "#2e8b57", "yellow": "#b07d00", "red": "#d9534f"}
"""Of borders only, with a contrast of 3 to 1 on white and on black; text keeps the page's own."""

_CAPTION = "caption-side: top; text-align: left; color: inherit; font-weight: bold"


def page(report: LabReport, lang: Lang, deadline_s: float, took: str) -> str:
    """The table, the explanations and the summary; `took` has the seconds as text."""
    columns = (messages.FUNCTION_COLUMN, messages.TESTS_COLUMN, messages.STATE_COLUMN)
    head = "".join(f'<th scope="col">{escape(column.in_(lang))}</th>' for column in columns)
    return "\n".join(
        [
            f'<div lang="{lang}">',
            "<table>",
            f'<caption style="{_CAPTION}">{escape(lines.title(report.lab, lang))}</caption>',
            f"<thead><tr>{head}</tr></thead>",
            "<tbody>",
            *(_row(row, lang) for row in report.rows()),
            "</tbody>",
            "</table>",
            *(_note(note) for note in lines.notes(report, lang, deadline_s)),
            f"<p>{escape(lines.summary([report], took, lang))}</p>",
            "</div>",
        ]
    )


def _row(row: Row, lang: Lang) -> str:
    state, color = lines.state(row, lang)
    border = f"border-left: 4px solid {_COLORS[color]}"
    return (
        f'<tr><th scope="row"><code>{escape(row.label)}</code></th><td>{lines.count(row)}</td>'
        f'<td style="{border}; text-align: left">{escape(state)}</td></tr>'
    )


def _note(note: Note) -> str:
    border = f"border-left: 4px solid {_COLORS[note.color]}"
    text = "<br>".join(_texts(note))
    return f'<p style="{border}; padding-left: 8px; overflow-wrap: anywhere">{text}</p>'


def _texts(note: Note) -> Iterator[str]:
    yield f"<strong>{escape(note.name)}</strong>: {escape(note.text)}"
    if note.seen:
        yield escape(note.seen)
