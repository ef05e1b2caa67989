"""The report's pages as HTML: each one a file that needs no other, no network and no server."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.grading.records import Results
from autograder.reports.class_page import class_page
from autograder.reports.heat import number
from autograder.reports.lab_page import lab_page
from autograder.reports.next_steps import Rank
from autograder.reports.statements import Statements
from autograder.reports.student_page import student_page
from autograder.reports.summary import labs_of
from autograder.reports.words import WORDS
from cnnlab.text import Lang

TEMPLATES = Path(__file__).parent / "templates"
INDEX = "index.html"
LABS = "labs"


def render_pages(results: Results, lang: Lang, *, anonymous: bool) -> Iterator[tuple[str, str]]:
    """Each page's path in the report's folder, and its text."""
    environment = _environment(lang, anonymous)
    labs = [lab_page(results, lab, lang) for lab in labs_of(results)]
    overview = environment.get_template("class.html")
    yield INDEX, overview.render(page=class_page(results, labs, lang))
    of_lab = environment.get_template("lab.html")
    for page in labs:
        yield f"{LABS}/{page.summary.lab}.html", of_lab.render(page=page)
    statements = Statements(results.run.statements)
    of_student = environment.get_template("student.html")
    for student in results.students:
        view = student_page(student, statements, lang)
        yield view.person.page, of_student.render(page=view)


def _environment(lang: Lang, anonymous: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    environment.globals |= {
        "lang": str(lang),
        "words": {key: text.in_(lang) for key, text in WORDS.items()},
        "anonymous": anonymous,
        "style": Markup(style),
        "style_source": _source(style),
        "script": Markup(script),
        "script_source": _source(script),
        "Rank": Rank,
    }
    environment.filters["number"] = number
    return environment


def _source(text: str) -> str:
    """How a content security policy allows this text as an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
