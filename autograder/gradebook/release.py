"""What a release holds beside its notebook: the student's package and the lab's public tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.gradebook.names import coursedir_of, lab_of
from autograder.release import write_student_files


class StudentFiles(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Puts stubs and public tests beside a notebook that is being released."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        lab = lab_of(resources)
        coursedir = coursedir_of(self)
        folder = Path(coursedir.format_path(coursedir.release_directory, ".", lab.name))
        write_student_files(folder, lab.modules)
        return nb, resources
