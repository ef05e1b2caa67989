"""What a report of a large class weighs, and how fast Chromium opens it.

    python -m tests.benchmarks.report_size [STUDENTS]

Writes the report of a generated class of 500 students, or so many, into a temporary folder. Prints
the seconds that took; then for the class page, a lab's and a student's the bytes of the file, the
milliseconds until Chromium has loaded it and drawn its first frame, and those of sorting and of
filtering the heat map.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from autograder.reports.command import Request, report
from tests.reports.classroom import write_class
from tests.reports.generated import large_class

RUNS = 5
DRAWN = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now()))))"""
TIMED = """async (act) => {
    const started = performance.now();
    new Function(act)();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - started;
}"""
SORT = "document.querySelector('#heat th[data-column=\"1\"] button').click()"
FILTER = (
    "const box = document.getElementById('find'); box.value = 'garcia';"
    "box.dispatchEvent(new Event('input'))"
)
SHOW_LAB = (
    "const box = document.getElementById('show'); box.value = 'vgg';"
    "box.dispatchEvent(new Event('change'))"
)


def opened(browser: Browser, path: Path) -> tuple[float, Page]:
    """Milliseconds from the start of navigation to the first frame, and the page."""
    page = browser.new_page(viewport={"width": 1300, "height": 900}, bypass_csp=True)
    page.goto(path.as_uri())
    return float(page.evaluate(DRAWN)), page


def main() -> None:
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        results = write_class(Path(folder) / "results", large_class(students))
        started = time.perf_counter()
        index = report(Request(results))
        print(f"report of {students} students  {time.perf_counter() - started:6.1f} s")
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        of_student = max((index.parent / "students").iterdir(), key=lambda p: p.stat().st_size)
        for path in (index, index.parent / "labs" / "transfer.html", of_student):
            times = [opened(browser, path) for _ in range(RUNS)]
            median = statistics.median(milliseconds for milliseconds, _ in times)
            print(
                f"{path.parent.name}/{path.name:28} {path.stat().st_size:9} bytes {median:6.0f} ms"
            )
        _, page = opened(browser, index)
        for name, act in (("sort", SORT), ("filter", FILTER), ("one lab", SHOW_LAB)):
            print(f"{name:10} {page.evaluate(TIMED, act):6.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
