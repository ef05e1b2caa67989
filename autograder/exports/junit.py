"""JUnit XML, as continuous integration reads it: a suite for each student and lab.

The elements and attributes are those of Surefire's reports, the common ground of what reads JUnit
XML, as the schema `junit-10.xsd` of Jenkins' xUnit plugin has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from autograder.grading.records import CheckRecord, LabRecord, Results
from autograder.printable import printable
from autograder.results import CheckStatus

MAX_TEXT = 4000
KINDS = {
    CheckStatus.PASSED: "",
    CheckStatus.FAILED: "failure",
    CheckStatus.FORBIDDEN: "failure",
    CheckStatus.ERROR: "error",
    CheckStatus.TIMEOUT: "error",
    CheckStatus.CRASHED: "error",
    CheckStatus.NOT_SUBMITTED: "skipped",
}


def junit_xml(results: Results) -> bytes:
    """The whole file."""
    root = ET.Element("testsuites", name="cnnlab")
    every: list[CheckRecord] = []
    for record in results.students:
        for lab in record.labs:
            root.append(_suite(record.student, lab))
            every += lab.checks
    counts = _counts(every)
    root.attrib |= {name: counts[name] for name in ("tests", "failures", "errors", "time")}
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(student: str, lab: LabRecord) -> ET.Element:
    suite = ET.Element("testsuite", name=printable(f"{lab.lab} · {student}"), package=lab.lab)
    suite.attrib |= _counts(lab.checks)
    properties = ET.SubElement(suite, "properties")
    for name, value in {"student": printable(student), "score": f"{lab.score:g}"}.items():
        ET.SubElement(properties, "property", name=name, value=value)
    for check in lab.checks:
        case = ET.SubElement(
            suite,
            "testcase",
            name=check.id.partition("/")[2],
            classname=f"{lab.lab}.{check.target}",
            time=f"{check.seconds:.4f}",
        )
        if kind := KINDS[check.status]:
            message = printable(check.message or "", MAX_TEXT)
            outcome = ET.SubElement(case, kind, type=str(check.status), message=message)
            said = (check.counterexample, check.hint)
            outcome.text = "\n".join(printable(words, MAX_TEXT) for words in said if words)
    return suite


def _counts(checks: Iterable[CheckRecord]) -> dict[str, str]:
    """The attributes of a suite that sum its cases up."""
    listed = list(checks)
    kinds = [KINDS[check.status] for check in listed]
    return {
        "tests": str(len(listed)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(check.seconds for check in listed):.4f}",
    }
