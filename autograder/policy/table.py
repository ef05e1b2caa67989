"""A CSV file with a header, each cell with its place, which Python's own reader does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.policy.mistake import Mistake, read_text

QUOTED = re.compile(r'"((?:[^"]|"")*)"')
END_OF_LINE = re.compile(r"\r\n|\r|\n|\Z")


@dataclass(frozen=True)
class Cell:
    """A cell's text without blanks around it, and where it stands."""

    path: Path
    line: int
    column: int
    text: str

    def mistake(self, reason: str) -> Mistake:
        return Mistake(self.path, self.line, self.column, reason)


Row = Mapping[str, Cell]


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows by column name; other columns are left out, and an optional one may be missing.

    The header's case does not matter. Cells are separated by commas or by semicolons, as the
    header has them. `Mistake` where a column is missing, or a row is not as long as the header.
    """
    text = read_text(path)
    header_line = text.partition("\n")[0]
    separator = ";" if header_line.count(";") > header_line.count(",") else ","
    records = _records(path, text, separator)
    header = next(records, [Cell(path, 1, 1, "")])
    names = [cell.text.lower() for cell in header]
    for cell, name in zip(header, names, strict=True):
        if names.count(name) > 1 and name in (*required, *optional):
            raise cell.mistake(f"column {name}: there twice")
    for name in required:
        if name not in names:
            expected = separator.join(required)
            raise header[0].mistake(f"column {name}: missing; the header has {expected}")
    wanted = {name: names.index(name) for name in (*required, *optional) if name in names}
    rows: list[Row] = []
    for record in records:
        if len(record) != len(header):
            misplaced = record[min(len(record), len(header) + 1) - 1]
            found = f"{len(record)} cells, where the header has {len(header)}"
            raise misplaced.mistake(found)
        rows.append({name: record[index] for name, index in wanted.items()})
    return rows


def _records(path: Path, text: str, separator: str) -> Iterator[list[Cell]]:
    """The cells of each record that is not blank."""
    plain = re.compile(rf"[^{separator}\r\n]*")
    position, record = 0, list[Cell]()
    while position < len(text):
        quoted = text[position] == '"'
        match = (QUOTED if quoted else plain).match(text, position)
        if match is None:
            raise _cell(path, text, position, "").mistake("a quotation mark that is never closed")
        content = match[1].replace('""', '"') if quoted else match[0]
        record.append(_cell(path, text, position, content))
        position = match.end()
        if text[position : position + 1] == separator:
            position += 1
            if position == len(text):
                record.append(_cell(path, text, position, ""))
                yield record
            continue
        end = END_OF_LINE.match(text, position)
        if end is None:
            place = _cell(path, text, position, "")
            raise place.mistake(f"after a closing quotation mark: expected {separator}")
        position = end.end()
        if any(cell.text for cell in record):
            yield record
        record = []


def _cell(path: Path, text: str, position: int, content: str) -> Cell:
    before = text[:position].replace("\r\n", "\n").replace("\r", "\n")
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Cell(path, before.count("\n") + 1, column, content.strip())
