"""A release in one language, out of notebooks that hold both."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum

from cnnlab.text import Lang

LANGUAGES = frozenset(str(lang) for lang in Lang)


class LanguageFilter(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Drops the cells of the other language, and the tags that tell them apart.

    A cell is in a language by its tag, "es" or "en"; one with neither is in every release.
    """

    lang = Enum(sorted(LANGUAGES), default_value=str(Lang.ES), help="Language of a release.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        nb.cells = [cell for cell in nb.cells if self._is_kept(cell)]
        nb.metadata["language_info"] = {"name": "python"}
        return nb, resources

    def _is_kept(self, cell: NotebookNode) -> bool:
        tags = cell.metadata.pop("tags", [])
        others = [tag for tag in tags if tag not in LANGUAGES]
        if others:
            cell.metadata["tags"] = others
        return len(others) == len(tags) or self.lang in tags
