"""A study from the command to its files, with networks and images small enough for a test."""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder import cli
from autograder.results import GraderError
from autograder.studies import command
from autograder.studies import run as run_module
from autograder.studies.command import Request, conduct
from autograder.studies.estimate import Estimate, estimated
from autograder.studies.metric import Metric
from autograder.studies.networks import Pooling, model_c
from autograder.studies.report import shown
from autograder.studies.run import Job
from autograder.studies.runs import FILE_NAME, Run, Runs
from autograder.studies.study import Paper, Plot, Protocol, Setting, Size, Study, Task, Variant
from autograder.training.data import Source, synthetic
from autograder.training.fit import Training
from cnnlab.text import Lang, Text

SETTING = Setting(
    protocol=Protocol(
        data=Source.SYNTHETIC,
        classes=(0, 3, 6),
        image_size=12,
        per_class=6,
        training=Training(epochs=2, batch_size=6, learning_rate=0.02),
    ),
    folds=2,
    seeds=2,
    variants=(
        Variant(
            "pool",
            Text(es="con pool", en="pooled"),
            lambda task: model_c(Pooling.MAX_POOL, task.classes, task.channels, 4),
            paper=12.3,
            series=Text(es="una", en="one"),
            at=1,
        ),
        Variant(
            "conv",
            Text(es="sin pool", en="convolved"),
            lambda task: model_c(Pooling.ALL_CONV, task.classes, task.channels, 4),
            series=Text(es="otra", en="other"),
            at=2,
        ),
    ),
)


def tiny(plot: Plot = Plot.BARS) -> Study:
    return Study(
        name="tiny",
        title=Text(es="Un ensayo", en="A trial"),
        metrics=(
            Metric.ACCURACY,
            Metric.TEST_ERROR,
            Metric.TRAIN_ERROR,
            Metric.PARAMETERS,
            Metric.MACS,
        ),
        paper=Paper(Text(es="Nadie 1999", en="Nobody 1999"), Text(es="Nadie", en="Nobody")),
        plot=plot,
        settings={Size.SMALL: SETTING},
    )


def request(out: Path, lang: Lang = Lang.EN) -> Request:
    return Request("tiny", out, device="cpu", lang=lang)


def kept(out: Path) -> list[bytes]:
    return (out / FILE_NAME).read_bytes().splitlines()


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def conducted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study")
    conduct(tiny(), request(out))
    return out


def test_every_variant_runs_for_every_seed_and_fold(conducted: Path) -> None:
    runs = table(conducted / "tiny-small-runs.csv")
    assert [(run["variant"], run["seed"], run["fold"]) for run in runs] == [
        (variant, seed, fold) for seed in "01" for fold in "01" for variant in ("pool", "conv")
    ]
    assert {run["device"] for run in runs} == {"CPU"}
    assert all(float(run["milliseconds"]) > 0 for run in runs)


def test_the_table_holds_means_and_the_published_figure(conducted: Path) -> None:
    pool, conv = table(conducted / "tiny-small.csv")
    runs = table(conducted / "tiny-small-runs.csv")
    own = [100 * float(run["test_accuracy"]) for run in runs if run["variant"] == "pool"]
    assert float(pool["accuracy"]) == pytest.approx(sum(own) / 4, abs=0.001)
    assert (pool["variant"], pool["runs"], pool["published"]) == ("pool", "4", "12.3")
    assert (conv["variant"], conv["runs"], conv["published"]) == ("conv", "4", "")
    # 1x4, 4x4, 4x8, 8x8 and 8x8 of 3x3; 8x8 and 8x3 of 1x1; a bias each.
    assert float(pool["parameters"]) == 40 + 148 + 296 + 584 + 584 + 72 + 27
    assert float(pool["parameters_half_width"]) == 0


def test_the_plot_holds_names_and_published_figures(conducted: Path) -> None:
    svg = (conducted / "tiny-small.svg").read_text()
    for words in ("A trial (synthetic, CPU)", "pooled", "convolved", "Nobody 1999", "accuracy"):
        assert f">{words}" in svg, words


def test_the_same_command_trains_nothing_again(
    conducted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("tiny-small.csv", "tiny-small-runs.csv", "tiny-small.svg")
    before = {name: (conducted / name).read_bytes() for name in (*names, FILE_NAME)}
    monkeypatch.delattr("autograder.studies.run.fit")
    conduct(tiny(), request(conducted))
    assert {name: (conducted / name).read_bytes() for name in (*names, FILE_NAME)} == before
    seen = capsys.readouterr().out
    assert "8 of 8 results were kept from before." in seen
    assert "Training:" not in seen
    assert "Nobody 1999" in seen
    assert "12.3" in seen


def test_it_speaks_spanish(
    conducted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *before, _last = kept(conducted)
    (tmp_path / FILE_NAME).write_bytes(b"\n".join(before) + b"\n")
    conduct(tiny(), request(tmp_path, Lang.ES))
    seen = capsys.readouterr().out
    for words in (
        "7 de 8 resultados",
        "Entrenando: 8/8",
        "con pool",
        "acierto (%)",
        "Publicado: Nadie 1999.",
    ):
        assert words in seen
    assert ">con pool" in (tmp_path / "tiny-small.svg").read_text()


@pytest.mark.parametrize("plot", [Plot.LINES, Plot.COST])
def test_the_other_plots_name_every_series(conducted: Path, tmp_path: Path, plot: Plot) -> None:
    (tmp_path / FILE_NAME).write_bytes((conducted / FILE_NAME).read_bytes())
    conduct(tiny(plot), request(tmp_path))
    svg = (tmp_path / "tiny-small.svg").read_text()
    expected = {
        Plot.LINES: ("one, test error", "other, training error", "weight layers"),
        Plot.COST: ("pooled", "convolved", "MACs per image"),
    }
    for words in expected[plot]:
        assert f">{words}" in svg, words


def test_a_study_that_was_killed_goes_on(
    conducted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = run_module.run
    trained: list[Job] = []

    def killed(job: Job, *rest: Any) -> Run:
        if len(trained) == 3:
            raise KeyboardInterrupt
        trained.append(job)
        return real(job, *rest)

    monkeypatch.setattr(command, "run", killed)
    with pytest.raises(KeyboardInterrupt):
        conduct(tiny(), request(tmp_path))
    before = kept(tmp_path)
    assert len(before) == 3
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b'{"key":"cut in the mid')
    monkeypatch.setattr(command, "run", real)
    conduct(tiny(), request(tmp_path))
    after = kept(tmp_path)
    assert after[:3] == before
    assert len(after) == 3 + 1 + 5
    figures = [
        [
            (run["test_accuracy"], run["train_accuracy"])
            for run in table(out / "tiny-small-runs.csv")
        ]
        for out in (tmp_path, conducted)
    ]
    assert figures[0] == figures[1], "a run depends on its seed alone"


def test_a_changed_recipe_is_trained_anew(conducted: Path) -> None:
    examples = synthetic()
    changed = Setting(
        protocol=Protocol(
            data=Source.SYNTHETIC,
            classes=(0, 3, 6),
            image_size=12,
            per_class=6,
            training=Training(epochs=3, batch_size=6, learning_rate=0.02),
        ),
        folds=2,
        seeds=2,
        variants=SETTING.variants,
    )
    keys = [
        {job.key for job in command._jobs(tiny(), setting, examples, None, torch.device("cpu"))}
        for setting in (SETTING, changed)
    ]
    assert len(keys[0]) == len(keys[1]) == 8
    assert not keys[0] & keys[1]
    assert all(any(key.encode() in line for line in kept(conducted)) for key in keys[0])


def test_two_studies_do_not_share_a_folder(tmp_path: Path) -> None:
    with Runs(tmp_path), pytest.raises(GraderError, match="another study is at work"):
        Runs(tmp_path)


def test_a_task_knows_channels_and_classes(tmp_path: Path) -> None:
    seen: list[Task] = []

    def build(task: Task) -> torch.nn.Module:
        seen.append(task)
        return model_c(Pooling.STRIDED, task.classes, task.channels, 2)

    setting = Setting(SETTING.protocol, 1, 1, (Variant("v", Text(es="v", en="v"), build),))
    study = Study(
        "tiny",
        Text(es="", en=""),
        (Metric.ACCURACY,),
        tiny().paper,
        Plot.BARS,
        {Size.SMALL: setting},
    )
    conduct(study, request(tmp_path))
    assert seen == [Task(channels=1, classes=3, backbone=None)]
    assert table(tmp_path / "tiny-small.csv")[0]["accuracy_half_width"] == ""


def run_of(seed: int, fold: int, accuracy: float) -> Run:
    return Run(
        key=f"{seed}{fold}",
        study="s",
        variant="v",
        fold=fold,
        seed=seed,
        device="CPU",
        train_accuracy=1.0,
        test_accuracy=accuracy,
        parameters=1,
        macs=1,
        milliseconds=1.0,
        seconds=1.0,
    )


def test_an_interval_is_students_over_the_means_of_seeds() -> None:
    """Means of 10, 20 and 30 %: deviation 10, and t is 4.3027 with two degrees of freedom."""
    values = {0: (0.05, 0.15), 1: (0.2, 0.2), 2: (0.1, 0.5)}
    runs = [
        run_of(seed, fold, a) for seed, of_seed in values.items() for fold, a in enumerate(of_seed)
    ]
    estimate = estimated(runs, Metric.ACCURACY)
    assert estimate.mean == pytest.approx(20)
    assert estimate.half_width == pytest.approx(4.3027 * 10 / math.sqrt(3), rel=1e-4)
    assert estimated(runs, Metric.TEST_ERROR).mean == pytest.approx(80)
    assert estimated(runs, Metric.TRAIN_ERROR).mean == pytest.approx(0)
    of_one_seed = estimated(runs[:2], Metric.ACCURACY)
    assert of_one_seed.mean == pytest.approx(10)
    assert of_one_seed.half_width is None


def test_estimates_are_written_with_their_intervals() -> None:
    assert shown(Estimate(97.34, 1.26), Metric.ACCURACY) == "97.3 ± 1.3"
    assert shown(Estimate(97.34, None), Metric.ACCURACY) == "97.3"
    assert shown(Estimate(1234567, 0.0), Metric.PARAMETERS) == "1,234,567"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dropout",), "'dropout' is not one of 'transfer', 'depth', 'allconv', 'cost'"),
        (("depth", "--setting", "huge"), "'huge' is not one of 'small', 'full'"),
        (("depth", "--backbone", "imagenet"), "--backbone imagenet: depth uses no backbone"),
        (("depth", "--out", "/dev/null/here"), "--out /dev/null/here: cannot write there"),
        (("depth", "--setting", "full", "--data-dir", "/nowhere"), "dataset-fashion-mnist"),
        (("depth", "--device", "cuda"), "--device cuda: PyTorch finds no GPU"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["autograder", "study", *arguments])
    with pytest.raises(SystemExit) as status:
        cli.main()
    said = capsys.readouterr()
    assert status.value.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_the_command_knows_every_study() -> None:
    (argument,) = [p for p in cli.study_command.params if p.name == "name"]
    assert tuple(argument.type.choices) == tuple(command.STUDIES)  # type: ignore[attr-defined]
