"""An audit as one HTML page: the figures, the kill matrix, and which check covers what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.audit.cases import Kind
from autograder.audit.findings import Findings
from autograder.contract import statements_of
from autograder.results import BadUsage
from cnnlab.labs import LABS

TEMPLATES = Path(__file__).parent / "templates"


def write_page(path: Path, all_findings: Sequence[Findings]) -> None:
    """Write the page to `path`; `BadUsage` where it cannot be written."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["contains"] = lambda items, item: item in items
    page = environment.get_template("audit.html").render(
        all_findings=all_findings,
        labs=LABS,
        statements={m: statements_of(m) for f in all_findings for m in f.modules},
        wrong_ideas=(Kind.MISCONCEPTION, Kind.REWORDING),
        mutant=Kind.MUTANT,
        single_bugs=(Kind.MISCONCEPTION, Kind.MUTANT),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadUsage(f"--html {path}: cannot write there: {error.strerror}") from error
