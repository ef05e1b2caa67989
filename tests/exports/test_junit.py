"""JUnit XML: by the elements and attributes of its schema, and as a reader of it takes it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from junitparser import Error, Failure, JUnitXml, Skipped
from msgspec.structs import replace

from autograder.cli import autograder
from autograder.results import BadUsage, CheckStatus, LabResult
from cnnlab.text import Text
from tests.made_results import NOT_SUBMITTED, lab, write

# Of each element: what it must have, what it may have, and what may stand in it.
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "package"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"time", "classname"}, {"skipped", "error", "failure"}),
    "skipped": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "failure": (set(), {"type", "message"}, set()),
}


def with_outcome(status: CheckStatus, message: str) -> LabResult:
    """A lab whose second check ended in some way."""
    made = lab("vgg", 4)
    other = replace(made.checks[1], status=status, message=Text(es=message, en=message))
    return replace(made, checks=(made.checks[0], other))


def written(folder: Path, *labs: LabResult, student: str = "ana") -> Path:
    results = write(folder / "results", {student: list(labs)})
    out = folder / "junit.xml"
    command = ["export", str(results), "--format", "junit", "--out", str(out)]
    CliRunner().invoke(autograder, command, standalone_mode=False, catch_exceptions=False)
    return out


def test_every_element_is_one_of_the_schema(tmp_path: Path) -> None:
    labs = [lab("dropout", 0, NOT_SUBMITTED), with_outcome(CheckStatus.TIMEOUT, "60 s")]
    for element in ET.parse(written(tmp_path, *labs, lab("batchnorm", 3))).iter():
        required, allowed, inside = SCHEMA[element.tag]
        assert required <= set(element.keys()) <= required | allowed
        assert {child.tag for child in element} <= inside
        assert re.fullmatch(r"[0-9]+\.[0-9]+", element.attrib.get("time", "0.0"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (CheckStatus.FAILED, Failure),
        (CheckStatus.FORBIDDEN, Failure),
        (CheckStatus.ERROR, Error),
        (CheckStatus.TIMEOUT, Error),
        (CheckStatus.CRASHED, Error),
        (CheckStatus.NOT_SUBMITTED, Skipped),
    ],
)
def test_an_outcome_is_what_a_reader_takes_it_for(
    tmp_path: Path, status: CheckStatus, kind: type
) -> None:
    (suite,) = JUnitXml.fromfile(str(written(tmp_path, with_outcome(status, "expected 1"))))
    passed, other = suite
    assert passed.is_passed
    (outcome,) = other.result
    assert type(outcome) is kind
    assert (outcome.type, outcome.message) == (str(status), "expected 1")
    assert outcome.text == "x of shape (2, 1)\nthink of N"
    assert (other.classname, other.name, other.time) == ("vgg.VGG", "depth_too", 0.25)


def test_sums_are_those_of_the_cases(tmp_path: Path) -> None:
    labs = [
        with_outcome(CheckStatus.ERROR, ""),
        lab("dropout", 3),
        lab("batchnorm", 0, NOT_SUBMITTED),
    ]
    read = JUnitXml.fromfile(str(written(tmp_path, *labs)))
    assert (read.tests, read.failures, read.errors, read.time) == (6, 1, 1, 1.5)
    sums = {
        suite.name: (suite.tests, suite.failures, suite.errors, suite.skipped) for suite in read
    }
    assert sums == {
        "vgg · ana": (2, 0, 1, 0),
        "dropout · ana": (2, 1, 0, 0),
        "batchnorm · ana": (2, 0, 0, 2),
    }


def test_hostile_words_leave_it_valid_xml(tmp_path: Path) -> None:
    hostile = with_outcome(CheckStatus.FAILED, "]]>\x00\x1b[31m</failure>&")
    out = written(tmp_path, hostile, student="<a>\x01\"'")
    suite = ET.parse(out).getroot()[0]
    assert suite.attrib["name"] == "vgg · <a>�\"'"
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.attrib["message"] == "]]>��[31m</failure>&"


def test_only_one_run_and_no_policy(tmp_path: Path) -> None:
    results = str(write(tmp_path / "results", {"ana": [lab("vgg", 4)]}))
    command = ["export", results, results, "--format", "junit", "--out", str(tmp_path / "x.xml")]
    done = CliRunner().invoke(autograder, command, standalone_mode=False)
    assert isinstance(done.exception, BadUsage)
    assert not (tmp_path / "x.xml").exists()
