"""Help in both languages, and one line for every wrong call."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import pytest

from cnnlab import cli
from cnnlab.labs import LABS
from tests.student_command.project import StudentProject

COMMANDS = ("check", "watch", "hint", "pack")
LAB_NAMES = ", ".join(LABS)


def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str]
) -> tuple[object, str, str]:
    """Exit status, standard output and standard error of the command, without a locale."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "argv", ["cnnlab", *arguments])
    with pytest.raises(SystemExit) as exit:
        cli.main()
    captured = capsys.readouterr()
    return exit.value.code, captured.out, captured.err


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
@pytest.mark.parametrize(
    ("lang", "usage", "options", "help"),
    [
        ("es", "Uso: cnnlab", "Opciones:", "Muestra esta ayuda y termina."),
        ("en", "Usage: cnnlab", "Options:", "Show this message and exit."),
    ],
)
def test_help(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    lang: str,
    usage: str,
    options: str,
    help: str,
) -> None:
    status, out, err = call(capsys, monkeypatch, [*command, "--help", "--lang", lang])
    assert (status, err) == (0, "")
    assert out.startswith(usage)
    assert options in out
    assert help in out
    other = {"es": ("Usage", "Options", "Show"), "en": ("Uso", "Opciones", "Muestra")}[lang]
    assert not any(word in out for word in other)


@pytest.mark.parametrize(
    ("arguments", "heading"),
    [([], "Órdenes:"), (["--lang=es"], "Órdenes:"), (["--lang=en"], "Commands:")],
)
def test_called_alone_it_shows_its_help(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    heading: str,
) -> None:
    status, out, _ = call(capsys, monkeypatch, arguments)
    assert status == 0
    assert heading in out
    assert all(f"\n  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "es", "en"),
    [
        (["sing"], "no existe la orden «sing»; las órdenes son check, watch, hint, pack",
         "there is no command 'sing'; the commands are check, watch, hint, pack"),
        (["check", "lenet"], f"no existe el laboratorio «lenet»; los laboratorios son {LAB_NAMES}",
         f"there is no lab 'lenet'; the labs are {LAB_NAMES}"),
        (["watch", "lenet"], f"no existe el laboratorio «lenet»; los laboratorios son {LAB_NAMES}",
         f"there is no lab 'lenet'; the labs are {LAB_NAMES}"),
        (["hint", "dropout", "Dropout3d"],
         "«Dropout3d» no está en el laboratorio dropout; sus funciones son dropout2d, Dropout2d",
         "'Dropout3d' is not in the lab dropout; its functions are dropout2d, Dropout2d"),
        (["hint"], "falta LAB; mira «cnnlab hint --help»",
         "LAB is missing; see 'cnnlab hint --help'"),
        (["hint", "vgg", "VGG", "more"], "sobra «more»; mira «cnnlab hint --help»",
         "'more' is one argument too many; see 'cnnlab hint --help'"),
        (["check", "--fast"], "no existe la opción --fast; mira «cnnlab check --help»",
         "there is no option --fast; see 'cnnlab check --help'"),
        (["hint", "vgg", "--level", "4"],
         "«4» no es un valor de --level; los valores son 1, 2, 3",
         "'4' is not a value of --level; the values are 1, 2, 3"),
        (["pack", "--output"],
         "la opción --output está mal escrita (¿falta o sobra su valor?); "
         "mira «cnnlab pack --help»",
         "the option --output is not well written (a value missing, or one too many?); "
         "see 'cnnlab pack --help'"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [True, False])
def test_wrong_call_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    es: str,
    en: str,
    before: bool,
) -> None:
    for lang, line in (("es", es), ("en", en)):
        option = [f"--lang={lang}"]
        both = [*option, *arguments] if before else [arguments[0], *option, *arguments[1:]]
        status, out, err = call(capsys, monkeypatch, both)
        assert (status, out, err) == (2, "", f"cnnlab: {line}\n")


def test_unknown_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _, err = call(capsys, monkeypatch, ["check", "--lang", "fr"])
    assert (status, err) == (2, "cnnlab: «fr» no es un valor de --lang; los valores son es, en\n")


def test_ctrl_c_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cnnlab.commands.read_members", interrupted)
    status, out, err = call(capsys, monkeypatch, ["pack"])
    assert (status, out, err.strip()) == (130, "", "Interrumpido.")


def test_version(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = call(capsys, monkeypatch, ["--version"])
    assert status == 0
    assert re.fullmatch(r"cnnlab \d+\.\d+\.\d+\n", out)


def test_no_torch_is_needed_to_ask(project: StudentProject) -> None:
    for library in ("torch", "torchvision"):
        (project.root / f"{library}.py").write_text("raise RuntimeError('loaded')")
    assert project.run("hint", "vgg").returncode == 0
    assert project.run("pack").returncode == 0
