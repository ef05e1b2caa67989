"""`autograder similar`: the pairs of a class that share code, as a table and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text as Styled

from autograder.grading.command import chosen_labs
from autograder.grading.display import make_console
from autograder.grading.submissions import read_submissions
from autograder.output import write_output
from autograder.plain_page import render
from autograder.printable import printable, printable_line
from autograder.similarity.pairs import MIN_SHARED, Pair, Side, similar_pairs
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

MAX_ROWS_SHOWN = 20
AROUND = 2  # lines shown before and after a shared one
MAX_LINES = 300  # of a side

TITLE = Text(es="Entregas parecidas", en="Similar submissions")
CAUTION = Text(
    es="Un sitio donde mirar, no un veredicto: dos estudiantes pueden llegar al mismo código por "
    "su cuenta, y más en ejercicios tan guiados. Se comparan los tokens de cada módulo, sin "
    "nombres propios, comentarios ni espacios; lo que está en el esqueleto, en la solución de "
    "referencia o en más de diez entregas (y más de una de cada diez) no cuenta.",
    en="A place to look, not a verdict: two students can come to the same code by themselves, "
    "the more so in exercises as guided as these. What is compared is the tokens of each module, "
    "without names of one's own, comments or blanks; what stands in the stub, in the reference or "
    "in more than ten submissions (and more than one in ten) does not count.",
)
FOUND = Text(
    es="Parejas que comparten al menos el {share:.0%} de los tokens propios de un módulo, y no "
    "menos de {least}: {pairs}, entre {students} entregas.",
    en="Pairs that share at least {share:.0%} of a module's own tokens, and no fewer than {least}: "
    "{pairs}, among {students} submissions.",
)
SHOWN = Text(
    es="Se muestran las que más comparten, {count}; --top N cambia cuántas.",
    en="Those that share most are shown, {count}; --top N changes how many.",
)
PAGE = Text(es="Página: {path}", en="Page: {path}")
WORDS = {
    "students": Text(es="Estudiantes", en="Students"),
    "modules": Text(es="Módulos", en="Modules"),
    "shared": Text(es="Tokens compartidos", en="Shared tokens"),
    "tokens": Text(es="tokens propios compartidos", en="own tokens shared"),
    "of": Text(es="de", en="of"),
    "unreadable": Text(es="Con módulos ilegibles", en="With modules that cannot be read"),
}


@dataclass(frozen=True)
class Request:
    """The command's arguments; `min_share` is a part of 1."""

    submissions: Path
    out: Path
    labs: tuple[str, ...] = ()
    top: int = 50
    min_share: float = 0.5
    lang: Lang = Lang.ES


@dataclass(frozen=True)
class _Line:
    """A line of a side; without a number, where lines are left out."""

    number: int | None
    text: str
    is_shared: bool


def similar(request: Request) -> int:
    """Compare every two submissions and write the page; 0, whatever is found."""
    modules = [m for lab in chosen_labs(request.labs) for m in LABS[lab].modules]
    submissions = read_submissions(request.submissions)
    pairs = similar_pairs(submissions, modules, request.min_share)
    unreadable = [
        printable(submission.student)
        for submission in submissions
        if not submission.problems.keys().isdisjoint(modules)
    ]
    lang = request.lang
    found = FOUND.in_(lang).format(
        pairs=len(pairs),
        students=len(submissions),
        share=request.min_share,
        least=MIN_SHARED,
    )
    shown = pairs[: request.top]
    notes = [found]
    if len(pairs) > len(shown):
        notes.append(SHOWN.in_(lang).format(count=len(shown)))
    if unreadable:
        notes.append(f"{WORDS['unreadable'].in_(lang)}: {', '.join(unreadable)}")
    page = render(
        "similar.html",
        lang,
        TITLE.in_(lang),
        caution=CAUTION.in_(lang),
        notes=notes,
        words={key: text.in_(lang) for key, text in WORDS.items()},
        pairs=shown,
        lines_of=_lines,
        printable=printable,
    )
    write_output(request.out, page)
    console = make_console()
    if shown:
        console.print(_table(shown[:MAX_ROWS_SHOWN], lang))
    for line in (*notes, CAUTION.in_(lang), PAGE.in_(lang).format(path=request.out)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0


def _lines(side: Side) -> Iterator[_Line]:
    """The shared lines of a side with some around them."""
    source = side.source.split("\n")
    near = {
        number
        for shared in side.lines
        for number in range(shared - AROUND, shared + AROUND + 1)
        if 1 <= number <= len(source)
    }
    numbers = sorted(near)
    before = 0
    for number in numbers[:MAX_LINES]:
        if number != before + 1:
            yield _Line(None, "⋯", is_shared=False)
        yield _Line(number, printable_line(source[number - 1]), number in side.lines)
        before = number
    if len(numbers) > MAX_LINES:
        yield _Line(None, "⋯", is_shared=False)


def _table(pairs: Sequence[Pair], lang: Lang) -> Table:
    table = Table(WORDS["students"].in_(lang), WORDS["modules"].in_(lang))
    table.add_column(WORDS["shared"].in_(lang), justify="right")
    for pair in pairs:
        names = f"{printable(pair.first, 32)}, {printable(pair.second, 32)}"
        modules = ", ".join(f"{shared.module} {shared.share:.0%}" for shared in pair.modules)
        table.add_row(Styled(names), modules, str(pair.shared))
    return table
