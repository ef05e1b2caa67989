"""A course: nbgrader's configuration, and a folder made for one outside the clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.project import ASSIGNMENTS
from autograder.results import BadUsage
from cnnlab.text import Lang, Text

COURSE = "cnnlab"
STUB = Text(es="TU RESPUESTA AQUÍ", en="YOUR ANSWER HERE")
# What may stand in an autograded notebook as HTML, the tables of marks and a student's own text.
HARMLESS_TAGS = (
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "em", "hr", "i", "li", "ol", "p"),
    *("pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
)
# All by name: whoever only reads the configuration need not wait for nbgrader.
NBGRADERS = "nbgrader.preprocessors."
RELEASE_PREPROCESSORS = (
    "autograder.gradebook.language.LanguageFilter",
    f"{NBGRADERS}IncludeHeaderFooter",
    f"{NBGRADERS}InstantiateTests",
    f"{NBGRADERS}LockCells",
    f"{NBGRADERS}ClearSolutions",
    f"{NBGRADERS}ClearOutput",
    f"{NBGRADERS}CheckCellMetadata",
    f"{NBGRADERS}ComputeChecksums",
    f"{NBGRADERS}SaveCells",
    f"{NBGRADERS}ClearHiddenTests",
    f"{NBGRADERS}ClearMarkScheme",
    f"{NBGRADERS}ComputeChecksums",
    f"{NBGRADERS}CheckCellMetadata",
    "autograder.gradebook.release.StudentFiles",
)
SANITIZE_PREPROCESSORS = (
    f"{NBGRADERS}ClearOutput",
    "autograder.gradebook.cells.SourceCells",
    f"{NBGRADERS}OverwriteKernelspec",
    f"{NBGRADERS}OverwriteCells",
    f"{NBGRADERS}CheckCellMetadata",
)
AUTOGRADE_PREPROCESSORS = (
    "autograder.gradebook.trusted.TrustedMarks",
    f"{NBGRADERS}IgnorePattern",
    f"{NBGRADERS}LimitOutput",
    f"{NBGRADERS}SaveAutoGrades",
    "autograder.gradebook.harmless.HarmlessHTML",
    f"{NBGRADERS}AssignLatePenalties",
)
CONFIGURATION = '''\
"""nbgrader's configuration of this course."""

from pathlib import Path

from autograder.gradebook.course import configure

configure(get_config(), Path(__file__).parent, lang="{lang}")  # noqa: F821  # nbgrader gives it
'''


def configure(c: Any, root: Path, lang: str = str(Lang.ES), exchange: Path | None = None) -> None:
    """Set up nbgrader for a course in `root`, its releases in one language.

    `assignments/` is the source, marks come from the trusted grader, and whatever a student wrote
    is sanitised before anyone sees it. What is set after this call stands.
    """
    course = root.resolve()
    exchange = exchange or course / "exchange"
    if not exchange.exists():
        exchange.mkdir(parents=True)
        exchange.chmod(0o777)  # nbgrader wants it writable by each student
    c.CourseDirectory.course_id = COURSE
    c.CourseDirectory.root = str(course)
    c.CourseDirectory.source_directory = "assignments"
    c.Exchange.root = str(exchange)
    c.LanguageFilter.lang = lang
    c.TrustedGrades.lang = lang
    c.ClearSolutions.text_stub = STUB.in_(Lang(lang))
    c.GenerateAssignment.preprocessors = list(RELEASE_PREPROCESSORS)
    c.Autograde.sanitize_preprocessors = list(SANITIZE_PREPROCESSORS)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE_PREPROCESSORS)
    c.NotebookExporter.optimistic_validation = True  # once for each list, and not after each of it
    c.SanitizeHTML.enabled = True
    c.SanitizeHTML.tags = list(HARMLESS_TAGS)


def init_course(folder: Path, lang: Lang) -> list[Path]:
    """Make `folder` a course that nbgrader works in; the files made."""
    configuration, assignments = folder / "nbgrader_config.py", folder / "assignments"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (configuration, assignments):
            if path.exists() or path.is_symlink():
                raise BadUsage(f"{path}: there already; name a new folder for the course")
        configuration.write_text(CONFIGURATION.format(lang=lang), encoding="utf-8")
        assignments.symlink_to(ASSIGNMENTS, target_is_directory=True)
    except OSError as error:
        raise BadUsage(f"{error.filename or folder}: {error.strerror}") from error
    return [configuration, assignments]
