"""Plain pages that stand alone: one HTML file without scripts, for an instructor."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cnnlab.text import Lang

_templates = Environment(
    loader=PackageLoader("autograder"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, lang: Lang, title: str, **values: Any) -> bytes:
    """A page of `autograder/templates` that extends `plain.html`, as a file's content."""
    page = _templates.get_template(template).render(lang=str(lang), title=title, **values)
    return page.encode("utf-8", "replace")
