"""`autograder study`: from a study's name to its runs, its table and its plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from autograder.grading.command import prepared as prepared_folder
from autograder.grading.display import RunProgress, make_console
from autograder.results import BadUsage
from autograder.studies.all_conv import ALL_CONV
from autograder.studies.cost import COST
from autograder.studies.depth import DEPTH
from autograder.studies.estimate import row_of
from autograder.studies.report import WRITTEN, print_report, write_report
from autograder.studies.run import Job, device_name, prepared, run
from autograder.studies.runs import Run, Runs, run_key
from autograder.studies.study import Protocol, Setting, Size, Study
from autograder.studies.transfer import TRANSFER
from autograder.training.backbone import Backbone, Pretrained, imagenet_backbone, own_backbone
from autograder.training.data import Examples, load
from autograder.training.fit import chosen_device
from cnnlab.text import Lang, Text

STUDIES: Mapping[str, Study] = {study.name: study for study in (TRANSFER, DEPTH, ALL_CONV, COST)}
KEPT_BACKBONE = "backbone.safetensors"
TRAINING = Text(es="Entrenando", en="Training")


@dataclass(frozen=True)
class Request:
    """The command's arguments."""

    study: str
    out: Path
    size: Size = Size.SMALL
    device: str = "auto"
    pretrained: Pretrained = Pretrained.OWN
    data_folder: Path | None = None
    download: bool = False
    lang: Lang = Lang.ES


def study(request: Request) -> int:
    """Run what is not known yet of a study, and report on all of it; the exit status, 0."""
    return conduct(STUDIES[request.study], request)


def conduct(chosen: Study, request: Request) -> int:
    """The same for a study that need not be among `STUDIES`."""
    setting = chosen.settings[request.size]
    if request.pretrained is not Pretrained.OWN and setting.protocol.backbone is None:
        raise BadUsage(f"--backbone {request.pretrained}: {chosen.name} uses no backbone")
    device = chosen_device(request.device)
    folder = prepared_folder(request.out)
    examples = load(setting.protocol.data, request.data_folder, request.download)
    console = make_console()
    with Runs(folder) as runs:
        backbone = _backbone(request, setting.protocol, examples, device, folder)
        jobs = list(_jobs(chosen, setting, examples, backbone, device))
        shared = prepared(examples, setting.protocol, backbone)
        with RunProgress(console, request.lang, TRAINING) as progress:
            progress.start(len(jobs), sum(runs.get(job.key) is not None for job in jobs))
            done = []
            for job in jobs:
                known = runs.get(job.key)
                if known is None:
                    known = run(job, shared, setting.protocol, backbone, device)
                    runs.keep(known)
                done.append(known)
                progress.step(_last(known))
    rows = [
        row_of(variant, chosen.metrics, [r for r in done if r.variant == variant.key])
        for variant in setting.variants
    ]
    title = f"{chosen.title.in_(request.lang)} ({setting.protocol.data}, {device_name(device)})"
    paths = write_report(folder, chosen, request.size, rows, done, title, request.lang)
    print_report(console, chosen, rows, title, request.lang)
    written = ", ".join(str(path) for path in paths)
    console.print(
        f"{WRITTEN.in_(request.lang)}: {written}", markup=False, highlight=False, soft_wrap=True
    )
    return 0


def _backbone(
    request: Request, protocol: Protocol, examples: Examples, device: torch.device, folder: Path
) -> Backbone | None:
    if protocol.backbone is None:
        return None
    if request.pretrained is Pretrained.IMAGENET:
        return imagenet_backbone()
    return own_backbone(protocol.backbone, examples, device, folder / KEPT_BACKBONE)


def _jobs(
    chosen: Study,
    setting: Setting,
    examples: Examples,
    backbone: Backbone | None,
    device: torch.device,
) -> Iterator[Job]:
    """All runs, seed by seed, so that a study that is cut short has some of every variant."""
    begun = backbone.digest() if backbone else None
    shared = (setting.protocol, begun, examples.digest(), device_name(device))
    for seed in range(setting.seeds):
        for fold in range(setting.folds):
            for variant in setting.variants:
                key = run_key(variant.build, chosen.name, variant.key, fold, seed, *shared)
                yield Job(key, chosen.name, variant, fold, seed)


def _last(known: Run) -> str:
    return f"{known.variant} {known.seed}.{known.fold}: {100 * known.test_accuracy:.1f} %"
