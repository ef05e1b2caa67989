"""`autograder grade --profile`: where the time of a run went, by phase and lab."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from autograder.grading.executor import LocalExecutor
from autograder.grading.phases import Phase
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store
from autograder.grading.units import Unit
from autograder.results import LabResult
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

WHOLE_RUN = ""  # in place of a lab


class Profile:
    """Wall seconds by lab and phase; several threads may add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: defaultdict[tuple[str, Phase], float] = defaultdict(float)
        self._units: Counter[str] = Counter()

    @property
    def units(self) -> int:
        """How many labs of submissions were graded, those twice that were graded again."""
        return self._units.total()

    @property
    def labs(self) -> list[str]:
        return [lab for lab in LABS if self._units[lab]]

    def seconds(self, phases: Iterable[Phase] = Phase, lab: str | None = None) -> float:
        """Of these phases in one lab, or in all with what belongs to none."""
        places = [WHOLE_RUN, *LABS] if lab is None else [lab]
        return sum(self._seconds[place, phase] for place in places for phase in phases)

    @contextlib.contextmanager
    def spending(self, phase: Phase) -> Iterator[None]:
        """Add what follows to a phase of the run as a whole."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._add(WHOLE_RUN, phase, time.perf_counter() - started)

    def add_unit(self, lab: str, spent: dict[Phase, float], seconds: float) -> None:
        """Add a unit that took `seconds`, of which its grader has accounted for `spent`."""
        self._units[lab] += 1
        for phase, part in spent.items():
            self._add(lab, phase, part)
        self._add(lab, Phase.GRADER, seconds - sum(spent.values()))

    def _add(self, lab: str, phase: Phase, seconds: float) -> None:
        with self._lock:
            self._seconds[lab, phase] += seconds


class ProfiledExecutor(LocalExecutor):
    """This machine, with a look at the clock."""

    def __init__(
        self,
        start_server: Callable[[], AbstractContextManager[ChecksServer]],
        jobs: int,
        profile: Profile,
    ) -> None:
        super().__init__(start_server, jobs)
        self._profile = profile

    def submit(self, unit: Unit, *, alone: bool) -> Future[LabResult]:
        threads = self._threads_for(unit)
        return threads.submit(self._grade, self._server(), replace(unit, profile=True))

    def _server(self) -> ChecksServer:
        if self._started is not None:
            return self._started
        with self._profile.spending(Phase.START):
            server = super()._server()
            lab = next(iter(LABS))
            server.grade(Unit(lab, dict.fromkeys(LABS[lab].modules, ""), "cpu", explain=False))
        return server

    def _grade(self, server: ChecksServer, unit: Unit) -> LabResult:
        started = time.perf_counter()
        done = server.done(unit)
        self._profile.add_unit(unit.lab, done.spent, time.perf_counter() - started)
        return done.result


class ProfiledStore(Store):
    """A store, with a look at the clock."""

    def __init__(self, path: Path, profile: Profile) -> None:
        super().__init__(path)
        self._profile = profile

    def claim(self, key: str) -> bool:
        with self._profile.spending(Phase.STORE):
            return super().claim(key)

    def release(self, key: str) -> None:
        with self._profile.spending(Phase.STORE):
            super().release(key)

    def results(self, keys: Iterable[str]) -> dict[str, LabResult]:
        with self._profile.spending(Phase.STORE):
            return super().results(keys)

    def keep(self, key: str, result: LabResult) -> None:
        with self._profile.spending(Phase.STORE):
            super().keep(key, result)


def print_profile(console: Console, profile: Profile, jobs: int, lang: Lang) -> None:
    """A row for each phase, a column for each lab, all in seconds."""
    if not profile.units:
        console.print(NOTHING_GRADED.in_(lang), highlight=False)
        return
    table = Table(PHASE.in_(lang), title=_title(profile.units, jobs).in_(lang))
    for column in (*profile.labs, TOTAL.in_(lang), "%"):
        table.add_column(column, justify="right")
    whole = profile.seconds()
    for phase in Phase:
        in_all = profile.seconds([phase])
        of_labs = (f"{profile.seconds([phase], lab):.2f}" for lab in profile.labs)
        cells = ("" for _ in profile.labs) if phase in (Phase.START, Phase.STORE) else of_labs
        table.add_row(NAMES[phase].in_(lang), *cells, f"{in_all:.2f}", f"{in_all / whole:.1%}"[:-1])
    table.add_section()
    totals = (f"{profile.seconds(lab=lab):.2f}" for lab in profile.labs)
    table.add_row(TOTAL.in_(lang), *totals, f"{whole:.2f}", "100.0")
    console.print(table)


def _title(units: int, jobs: int) -> Text:
    return Text(
        es=f"En qué se fue el tiempo (segundos de reloj; laboratorios corregidos: {units}, "
        f"a la vez: {jobs})",
        en=f"Where the time went (seconds of wall time; labs graded: {units}, at once: {jobs})",
    )


NOTHING_GRADED = Text(
    es="Perfil: no se corrigió nada, todos los resultados estaban guardados.",
    en="Profile: nothing was graded, all results were kept from before.",
)
PHASE = Text(es="Fase", en="Phase")
TOTAL = Text(es="Total", en="Total")
NAMES = {
    Phase.START: Text(es="arranque de los servidores", en="start of the servers"),
    Phase.GRADER: Text(es="proceso corrector y su mensaje", en="grader process and its message"),
    Phase.WORKER: Text(es="arranque del proceso del alumno", en="start of the student's process"),
    Phase.IMPORT: Text(es="importación del código", en="import of the code"),
    Phase.CALLS: Text(es="llamadas: código y PyTorch", en="calls: the code and PyTorch"),
    Phase.TRANSPORT: Text(es="transporte de las llamadas", en="transport of the calls"),
    Phase.CHECKS: Text(es="aritmética de las pruebas", en="arithmetic of the checks"),
    Phase.HYPOTHESIS: Text(es="Hypothesis: entradas", en="Hypothesis: inputs"),
    Phase.PYTEST: Text(es="pytest", en="pytest"),
    Phase.DIAGNOSIS: Text(es="diagnóstico", en="diagnosis"),
    Phase.STORE: Text(es="almacén de resultados", en="store of results"),
    Phase.OTHER: Text(es="otros", en="other"),
}
