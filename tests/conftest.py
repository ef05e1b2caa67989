"""Fixtures for tests that grade for real, and for those that look at pages in a browser."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from autograder.grading.server import ChecksServer
from autograder.grading.units import Manifest, Unit
from autograder.project import SOLUTIONS
from autograder.results import CheckResult, CheckStatus, LabResult
from cnnlab.labs import LABS

Grade = Callable[..., LabResult]
MATHJAX = "cdnjs.cloudflare.com"  # formulas are drawn by a script from there, if there is a network


def pytest_configure() -> None:
    """Ctrl-C works in what tests start, even where these were started in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that no process is left with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path leaves room for that of a socket well below it."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def checks_server() -> Iterator[ChecksServer]:
    """One server with every check, for the whole test run."""
    with ChecksServer(tuple(LABS)) as server:
        yield server


@pytest.fixture(scope="session")
def manifest(checks_server: ChecksServer) -> Manifest:
    return checks_server.manifest()


@pytest.fixture(scope="session")
def grade_lab(checks_server: ChecksServer) -> Grade:
    """Grade one lab, as `grade_lab("dropout", dropout=source)`, through the real path."""

    def grade(lab: str, **sources: str) -> LabResult:
        return checks_server.grade(Unit(lab, sources, "cpu"))

    return grade


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian, Ubuntu: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; errors on its console fail the test, but for MathJax where there is no network."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    problems: list[str] = []

    def hear(kind: str, words: str, place: str = "") -> None:
        if kind == "error" and MATHJAX not in place and "MathJax is not defined" not in words:
            problems.append(f"{words} {place}")

    page.on("console", lambda said: hear(said.type, said.text, str(said.location.get("url"))))
    page.on("pageerror", lambda error: hear("error", str(error)))
    yield page
    page.close()
    assert problems == []


def reference_sources(lab: str) -> dict[str, str]:
    return {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}


def not_passed(result: LabResult) -> dict[str, str]:
    """Check id to status and message, for a readable failure of a test."""
    return {
        check.id: f"{check.status}: {check.message.en if check.message else ''}"
        for check in result.checks
        if check.status is not CheckStatus.PASSED
    }


def check_of(result: LabResult, name: str) -> CheckResult:
    return next(check for check in result.checks if check.id == f"{result.lab}/{name}")


def variants() -> list[Path]:
    return sorted((Path(__file__).parent / "variants").glob("*/*.py"))
