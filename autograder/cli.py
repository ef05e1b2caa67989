"""The `autograder` command: what an instructor types."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path

import click

from autograder.audit.statements import print_statements
from autograder.demo import grade_demo
from autograder.doctor import examine
from autograder.gradebook.course import init_course
from autograder.grading.command import DEVICES, ISOLATIONS, Request, chosen_labs, grade
from autograder.grading.display import make_console
from autograder.project import ROOT
from autograder.release import build_release
from autograder.results import BadUsage, GraderError
from autograder.stubs import outdated_stubs, write_stubs
from cnnlab.labs import LABS
from cnnlab.text import Lang

FAILURE_STATUS = 1
USAGE_STATUS = 2
INTERRUPTED_STATUS = 130

language = click.option(
    "--lang",
    type=click.Choice([str(lang) for lang in Lang]),
    default=str(Lang.ES),
    show_default=True,
    help="Language of messages.",
)

roster_option = click.option(
    "--roster", type=click.Path(path_type=Path), help="CSV of the class: id, name, email, section."
)
policy_option = click.option(
    "--policy", type=click.Path(path_type=Path), help="TOML of weights, deadlines and penalties."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def autograder() -> None:
    """Grade the labs of the lecture on CNN architectures."""


@autograder.command("grade")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Results folder.")
@click.option("--lab", "labs", multiple=True, metavar="LAB", help=f"One of {', '.join(LABS)}.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions graded at once.")
@click.option("--executor", default="local", show_default=True, metavar="local|dask://HOST:PORT")
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True)
@click.option("--isolation", type=click.Choice(ISOLATIONS), default="auto", show_default=True)
@click.option(
    "--memory",
    type=click.IntRange(min=1024),
    metavar="MIB",
    help="Address space of a worker, in MiB.  [default: 8192]",
)
@click.option(
    "--time-factor",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="Multiplies every time limit, for a slow machine.",
)
@click.option("--profile", is_flag=True, help="Print where the time went.")
@language
def grade_command(
    submissions: Path,
    out: Path,
    labs: tuple[str, ...],
    jobs: int | None,
    executor: str,
    device: str,
    isolation: str,
    memory: int | None,
    time_factor: float,
    profile: bool,
    lang: str,
) -> int:
    """Grade a folder of SUBMISSIONS: one folder or zip for each student.

    Interrupted or killed, the same command goes on where it stopped.
    """
    return grade(
        Request(
            submissions=submissions,
            out=out,
            labs=labs,
            jobs=jobs or 0,
            executor=executor,
            device=device,
            isolation=isolation,
            lang=Lang(lang),
            memory_mib=memory or 0,
            time_factor=time_factor,
            profile=profile,
        )
    )


@autograder.command("report")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the pages.  [default: RESULTS/report]"
)
@click.option(
    "--lang",
    type=click.Choice([str(lang) for lang in Lang]),
    help="Language of the pages.  [default: that of the results]",
)
@click.option("--anonymous", is_flag=True, help="Pseudonyms for names, for showing in class.")
def report_command(results: Path, out: Path | None, lang: str | None, anonymous: bool) -> int:
    """Write pages about the RESULTS of a run: the class, each lab, each student."""
    # Only this command needs the templates and the misconceptions.
    from autograder.reports.command import Request as ReportRequest
    from autograder.reports.command import report

    click.echo(report(ReportRequest(results, out, Lang(lang) if lang else None, anonymous)))
    return 0


@autograder.command("demo")
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo-results"))
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions graded at once.")
@language
def demo_command(out: Path, jobs: int | None, lang: str) -> int:
    """Grade the small class that comes with the project."""
    return grade_demo(out, jobs or 0, Lang(lang))


@autograder.command("doctor")
@click.option("--isolation", type=click.Choice(ISOLATIONS), default="auto", show_default=True)
@language
def doctor_command(isolation: str, lang: str) -> int:
    """Print what this machine offers, and try what its isolation stops."""
    return examine(isolation, Lang(lang))


@autograder.command("stubs")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a stub is out of date.")
def stubs_command(check: bool) -> int:
    """Write the students' stubs in cnnlab/ from solutions/."""
    changed = outdated_stubs() if check else write_stubs()
    for path in changed:
        click.echo(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    if not changed:
        click.echo("Every stub is up to date.")
    return 1 if check and changed else 0


@autograder.command("release")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@language
def release_command(folder: Path, lang: str) -> int:
    """Build in DIR what a student gets: stubs, public tests, README and pyproject."""
    for path in build_release(folder, Lang(lang)):
        click.echo(path)
    return 0


@autograder.command("init-course")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--lang",
    type=click.Choice([str(lang) for lang in Lang]),
    default=str(Lang.ES),
    show_default=True,
    help="Language of what students read.",
)
def init_course_command(folder: Path, lang: str) -> int:
    """Make DIR a course that nbgrader works in."""
    for path in init_course(folder, Lang(lang)):
        click.echo(path)
    click.echo(f"Next: cd {shlex.quote(str(folder))} && nbgrader generate_assignment LAB")
    return 0


@autograder.command("nbgrade")
@click.argument("lab")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions graded at once.")
@click.option(
    "--course",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder with nbgrader_config.py.  [default: this one]",
)
@click.option(
    "--lang",
    type=click.Choice([str(lang) for lang in Lang]),
    help="Language of messages.  [default: the course's]",
)
def nbgrade_command(lab: str, jobs: int | None, course: Path, lang: str | None) -> int:
    """Grade all collected submissions of LAB and write nbgrader's gradebook.

    Exit status 1 where a student's marks could not be written; the others' are.
    """
    if importlib.util.find_spec("nbgrader") is None:  # an extra
        raise BadUsage("nbgrade: nbgrader is missing; pip install 'cnnlab[nbgrader]'")
    from autograder.gradebook.nbgrade import Request as NbgradeRequest
    from autograder.gradebook.nbgrade import nbgrade

    return nbgrade(NbgradeRequest(lab, course, jobs or 0, Lang(lang) if lang else None))


@autograder.command("audit")
@click.option("--lab", "labs", multiple=True, metavar="LAB", help=f"One of {', '.join(LABS)}.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("audit-results"))
@click.option("--html", type=click.Path(path_type=Path), help="Write the findings as a page.")
@click.option("--jobs", type=click.IntRange(min=1), help="Cases graded at once.")
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Seeds of the inputs that right code is tried with.",
)
@click.option("--mutants/--no-mutants", default=True, help="Also grade the references' mutants.")
@click.option("--record", is_flag=True, help="Record first which checks catch each misconception.")
@click.option(
    "--training-seeds",
    type=click.IntRange(min=2),
    help="Instead: run the training checks alone, with so many seeds; none may change a verdict.",
)
def audit_command(
    labs: tuple[str, ...],
    out: Path,
    html: Path | None,
    jobs: int | None,
    seeds: int,
    mutants: bool,
    record: bool,
    training_seeds: int | None,
) -> int:
    """Test the checks on code that is known to be right or wrong.

    Exit status 1 when a misconception survives, right code loses a point, or too many mutants
    live. Interrupted or killed, the same command goes on where it stopped.
    """
    if training_seeds is not None:
        # This process imports PyTorch and the checks for it.
        from autograder.audit.repeated import repeat_training

        return repeat_training(chosen_labs(labs), training_seeds, make_console())
    # Only this command needs what mutants are made with.
    from autograder.audit.command import Request as AuditRequest
    from autograder.audit.command import audit

    return audit(AuditRequest(out, labs, jobs or 0, seeds, mutants, html, record))


@autograder.command("statements")
@click.option("--lab", "labs", multiple=True, metavar="LAB", help=f"One of {', '.join(LABS)}.")
def statements_command(labs: tuple[str, ...]) -> int:
    """Print every statement of the contract with the checks that cover it.

    Exit status 1 where a statement has no check, or a check no statement.
    """
    return print_statements(make_console(), chosen_labs(labs))


@autograder.command("export")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "file_format",
    required=True,
    type=click.Choice(["canvas", "moodle", "nbgrader", "junit"]),
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@roster_option
@policy_option
@language
def export_command(
    results: tuple[Path, ...],
    file_format: str,
    out: Path,
    roster: Path | None,
    policy: Path | None,
    lang: str,
) -> int:
    """Write RESULTS as a gradebook of another system, or as JUnit XML.

    Several RESULTS are attempts, the oldest first. Students without a match are reported.
    """
    from autograder.exports.command import Request as ExportRequest
    from autograder.exports.command import export

    return export(ExportRequest(results, out, roster, policy, Lang(lang)), file_format)


@autograder.command("totals")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV file to write.")
@roster_option
@policy_option
@language
def totals_command(
    results: tuple[Path, ...], out: Path, roster: Path | None, policy: Path | None, lang: str
) -> int:
    """Write the marks of RESULTS by a policy: lateness, attempts, dropped labs, weighted total.

    Several RESULTS are attempts, the oldest first.
    """
    from autograder.exports.command import Request as ExportRequest
    from autograder.exports.command import totals

    return totals(ExportRequest(results, out, roster, policy, Lang(lang)))


@autograder.command("gradescope-zip")
@click.argument("lab")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Zip file to write.")
@click.option(
    "--visibility",
    type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]),
    default="visible",
    show_default=True,
    help="When students see the checks.",
)
@click.option("--isolation", type=click.Choice(ISOLATIONS), default="auto", show_default=True)
@click.option(
    "--time-factor",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="Multiplies every time limit, for a slow container.",
)
@language
def gradescope_zip_command(
    lab: str, out: Path, visibility: str, isolation: str, time_factor: float, lang: str
) -> int:
    """Build the autograder zip of LAB that Gradescope takes."""
    from autograder.exports.gradescope import Request as ZipRequest
    from autograder.exports.gradescope import gradescope_zip
    from autograder.exports.gradescope_results import Visibility

    request = ZipRequest(lab, out, Visibility(visibility), isolation, time_factor, Lang(lang))
    click.echo(gradescope_zip(request))
    return 0


@autograder.command("regrade-diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Also write the table as a page.")
@language
def regrade_diff_command(old: Path, new: Path, html: Path | None, lang: str) -> int:
    """Show whose marks differ between the results OLD and NEW, by which checks, and why."""
    from autograder.regrade.report import regrade_diff

    return regrade_diff(old, new, html, Lang(lang))


@autograder.command("similar")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Page to write.")
@click.option("--lab", "labs", multiple=True, metavar="LAB", help=f"One of {', '.join(LABS)}.")
@click.option(
    "--top", type=click.IntRange(min=1), default=50, show_default=True, help="Pairs on the page."
)
@click.option(
    "--min-share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The least part of a module's own tokens that a pair shares.",
)
@language
def similar_command(
    submissions: Path, out: Path, labs: tuple[str, ...], top: int, min_share: float, lang: str
) -> int:
    """Write a page of SUBMISSIONS that share more code than stub and reference explain.

    A place to look, not a verdict. Nothing is executed.
    """
    from autograder.similarity.report import Request as SimilarRequest
    from autograder.similarity.report import similar

    return similar(SimilarRequest(submissions, out, labs, top, min_share, Lang(lang)))


@autograder.command("study")
@click.argument(
    "name", metavar="STUDY", type=click.Choice(["transfer", "depth", "allconv", "cost"])
)
@click.option(
    "--setting",
    type=click.Choice(["small", "full"]),
    default="small",
    show_default=True,
    help="Minutes on a processor, or a GPU's work.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("study-results"))
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True)
@click.option(
    "--backbone",
    type=click.Choice(["own", "imagenet"]),
    default="own",
    show_default=True,
    help="What transfer begins with; ImageNet's weights are downloaded once.",
)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Where Fashion-MNIST is, for full settings."
)
@click.option("--download", is_flag=True, help="Download Fashion-MNIST where it is missing.")
@language
def study_command(
    name: str,
    setting: str,
    out: Path,
    device: str,
    backbone: str,
    data_dir: Path | None,
    download: bool,
    lang: str,
) -> int:
    """Train the course's networks as a paper did, and set the figures beside the paper's.

    STUDY is transfer, depth, allconv or cost. Interrupted or killed, the same command goes on
    where it stopped.
    """
    # PyTorch and matplotlib take seconds to import.
    from autograder.studies.command import Request as StudyRequest
    from autograder.studies.command import study
    from autograder.studies.study import Size
    from autograder.training.backbone import Pretrained

    return study(
        StudyRequest(
            study=name,
            out=out,
            size=Size(setting),
            device=device,
            pretrained=Pretrained(backbone),
            data_folder=data_dir,
            download=download,
            lang=Lang(lang),
        )
    )


@autograder.command("backbone")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True)
def backbone_command(out: Path, device: str) -> int:
    """Train the shipped backbone anew, by the recipe that its file states."""
    from autograder.training.backbone import make_backbone
    from autograder.training.fit import chosen_device

    record = make_backbone(out, chosen_device(device))
    click.echo(f"{out}: accuracy {record.accuracy:.1%} on the examples held out")
    return 0


def main() -> None:
    """Run the command; whatever is wrong with its use is one line, and exit status 2."""
    try:
        status = autograder.main(prog_name="autograder", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        status = USAGE_STATUS
    except click.ClickException as error:
        click.echo(f"autograder: {error.format_message()}", err=True)
        status = USAGE_STATUS
    except GraderError as error:
        click.echo(f"autograder: {error}", err=True)
        status = USAGE_STATUS if isinstance(error, BadUsage) else FAILURE_STATUS
    except (KeyboardInterrupt, click.Abort):
        click.echo("autograder: interrupted; the same command goes on from here", err=True)
        status = INTERRUPTED_STATUS
    sys.exit(status)
