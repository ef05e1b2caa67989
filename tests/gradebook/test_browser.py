"""nbgrader's own pages in a real browser: the formgrader, and a student's list of assignments."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from nbformat import NotebookNode
from playwright.sync_api import Page, expect

from autograder.project import ROOT
from tests.gradebook.classroom import Course, sources_of
from tests.gradebook.notebooks import cell_of, edit

LAB = "dropout"
ANSWER = "Cae todo. [ver](javascript:alert(1)) <script>window.stolen = 1</script>"
START_SECONDS = 120
GRADING_SECONDS = 300
MILLISECONDS = 1000

pytestmark = pytest.mark.slow


def answer(notebook: NotebookNode) -> None:
    cell_of(notebook, f"{LAB}-question").source = ANSWER


@pytest.fixture(scope="module")
def course() -> Iterator[Course]:
    folder = Path(tempfile.mkdtemp(prefix="cnnlab-course-"))
    Course(folder).autograder("init-course", "course", "--lang", "es")
    course = Course(folder / "course")
    course.nbgrader("generate_assignment", LAB)
    course.nbgrader("release_assignment", LAB)
    edit(course.hand_in("ana", LAB, sources_of(LAB)), answer)
    course.hand_in("blas", LAB, sources_of(LAB, unwritten="Dropout2d"))
    yield course
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def address(course: Course) -> Iterator[str]:
    """A Jupyter server in the course's folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("no-browser", "allow-root", "ServerApp.port_retries=0", f"ServerApp.port={port}")
    options += ("IdentityProvider.token=", "LabApp.news_url=None", "LabApp.check_for_updates=False")
    with (course.folder.parent / "jupyter.log").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *(f"--{option}" for option in options)],
            cwd=course.folder,
            env={**os.environ, "HOME": str(course.folder.parent), "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/api", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(URLError, ConnectionError), urlopen(url):
            return
        time.sleep(0.2)
    pytest.fail(f"no Jupyter server at {url}")


def autograde(page: Page, student: str) -> None:
    """Press the button of a student who has handed something in since the last time."""
    row = page.locator("tr", has_text=student)
    expect(row).to_contain_text("needs autograding")
    row.locator(".autograde a").click()
    told = page.locator("#success-modal")
    expect(told).to_be_visible(timeout=GRADING_SECONDS * MILLISECONDS)
    expect(told).to_contain_text(f"Successfully autograded '{LAB}' for student '{student}'")
    told.get_by_role("button", name="OK").click()
    expect(told).to_be_hidden()


def test_autograde_by_its_button_and_read_the_submission(address: str, page: Page) -> None:
    page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
    for student in ("ana", "blas"):
        autograde(page, student)
    expect(page.locator("tr", has_text="ana")).to_contain_text("10 / 12")
    expect(page.locator("tr", has_text="ana")).to_contain_text("needs manual grading")
    expect(page.locator("tr", has_text="blas")).to_contain_text("5.8 / 12")

    page.goto(f"{address}/formgrader/gradebook/{LAB}/{LAB}")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    scores = {}
    for index in range(2):
        page.goto(f"{address}/formgrader/gradebook/{LAB}/{LAB}")
        rows.nth(index).locator("td a").first.click()
        expect(page.locator("input.score")).to_have_count(3)
        score = page.locator(f"#{LAB}-Dropout2d")
        expect(score).to_have_attribute("placeholder", re.compile(r"\d"))
        scores[score.get_attribute("placeholder")] = page.content()
        if "Cae todo" in page.content():
            expect(page.get_by_text("Cae todo")).to_be_visible()
            assert page.evaluate("window.stolen") is None
            assert page.locator("a[href^='javascript:alert']").count() == 0
            for table in page.locator(".output table").all():
                expect(table).to_contain_text("✓ pasa")
                expect(table).not_to_contain_text("✗")
    assert scores.keys() == {"4.2", "0"}
    assert "Dropout2d está por hacer" in scores["0"]
    assert "&amp;amp;" not in scores["0"]  # a formula's & stands as it was written


def test_the_button_grades_what_was_handed_in_last(
    course: Course, address: str, page: Page
) -> None:
    shutil.rmtree(course.folder / "submitted" / "blas")
    handed_in = course.hand_in("blas", LAB, sources_of(LAB)).parent
    (handed_in / "timestamp.txt").write_text("2026-11-02 10:00:00.000000 UTC")
    page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
    autograde(page, "blas")
    expect(page.locator("tr", has_text="blas")).to_contain_text("10 / 12")


def test_a_student_sees_the_released_lab(address: str, page: Page) -> None:
    page.goto(f"{address}/lab?reset")
    page.get_by_role("menuitem", name="Nbgrader").click(timeout=START_SECONDS * MILLISECONDS)
    page.get_by_role("menuitem", name="Assignment List").click()
    released = page.locator("#released_assignments_list")
    expect(released).to_contain_text(LAB, timeout=START_SECONDS * MILLISECONDS)
    expect(released.get_by_role("button", name="Fetch")).to_be_visible()
