"""Classes to measure with: copies of the demo class, each with a line that makes it its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path

from autograder.grading.command import STORE_NAME
from autograder.grading.executor import Executor, LocalExecutor, confined_server
from autograder.grading.isolation import AUTO, choose_isolation
from autograder.grading.run import Options, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.grading.units import Manifest, Unit
from autograder.project import DEMO_CLASS
from autograder.results import LabResult
from autograder.worker.confinement import Limits
from cnnlab.labs import LABS

COPY = "\n# Copy "


def demo_sources(labs: Iterable[str]) -> list[dict[str, str]]:
    """What each student of the demo class hands in for these labs, where that can be read."""
    modules = [module for lab in labs for module in LABS[lab].modules]
    of_students = (
        {module: student.sources[module] for module in modules if module in student.sources}
        for student in read_submissions(DEMO_CLASS)
    )
    return [sources for sources in of_students if sources]


def write_class(folder: Path, students: int, kinds: list[dict[str, str]]) -> Path:
    """A folder of submissions of these kinds in turn, no two with the same bytes; itself."""
    for number in range(students):
        package = folder / f"student-{number:05}" / "cnnlab"
        package.mkdir(parents=True, exist_ok=True)
        for module, source in kinds[number % len(kinds)].items():
            (package / f"{module}.py").write_text(f"{source}{COPY}{number}\n", encoding="utf-8")
    return folder


def finish(submissions: Path, out: Path, labs: tuple[str, ...]) -> None:
    """Keep a result of everything in the store of `out`; of copies one alone is really graded."""
    limits = Limits()
    isolation = choose_isolation(AUTO, limits)
    out.mkdir(parents=True, exist_ok=True)
    with (
        LocalExecutor(lambda: confined_server(isolation.level, limits, labs), jobs=1) as local,
        _QuickStore(out / STORE_NAME) as store,
    ):
        grade_class(
            read_submissions(submissions),
            Options(labs, AUTO, isolation.name, limits),
            _Repeating(local),
            store,
            _Silent(),
        )


class _QuickStore(Store):
    """One that does not wait for the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._database.execute("PRAGMA synchronous=OFF")


class _Repeating:
    """Grades each kind of submission once, and answers with that for every copy of it."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._graded: dict[tuple[str, ...], Future[LabResult]] = {}

    @property
    def has_gpu(self) -> bool:
        return self._executor.has_gpu

    def manifest(self) -> Manifest:
        return self._executor.manifest()

    def capacity(self, *, alone: bool) -> int:
        return 1

    def submit(self, unit: Unit, *, alone: bool) -> Future[LabResult]:
        kind = (unit.lab, *_without_copies(unit.sources))
        if kind not in self._graded:
            self._graded[kind] = self._executor.submit(unit, alone=alone)
        return self._graded[kind]

    def stop(self) -> None:
        self._executor.stop()


def _without_copies(sources: Mapping[str, str]) -> list[str]:
    return [source.rpartition(COPY)[0] for _, source in sorted(sources.items())]


class _Silent:
    def start(self, total: int, known: int) -> None: ...
    def advance(self, student: str, result: LabResult) -> None: ...
