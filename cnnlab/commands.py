"""What the four commands do. Each returns the exit status."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from cnnlab import messages
from cnnlab.checking import report
from cnnlab.checking.labs import check_lab
from cnnlab.checking.runner import FORKS, Runner
from cnnlab.checking.wording import seconds
from cnnlab.errors import UsageProblem
from cnnlab.hints import HINTS, LEVELS, Level
from cnnlab.labs import LABS, Lab
from cnnlab.packing import Member, State, read_members, write_archive
from cnnlab.project import Project
from cnnlab.text import Lang
from cnnlab.watching import Watch


@dataclass(frozen=True)
class Session:
    """What every command works with; `deadline_s` is how long one public test may take."""

    lang: Lang
    project: Project
    deadline_s: float


@click.pass_obj
def check(session: Session, names: tuple[str, ...]) -> int:
    """Run the public tests of the labs `names`, of all where there is none."""
    labs = [named_lab(name) for name in dict.fromkeys(names)] or list(LABS.values())
    session.project.require_tests(labs)
    width = report.label_width(labs)
    start = time.monotonic()
    reports = []
    with Runner(session.project, session.deadline_s) as runner:
        for lab in labs:
            reports.append(check_lab(lab, session.project, runner.run))
            _echo([*report.table(reports[-1], session.lang, width), ""])
    for done in reports:
        _echo(report.explanation(done, session.lang, session.deadline_s))
    took = seconds(time.monotonic() - start, session.lang)
    click.echo(report.summary(reports, took, session.lang))
    return 0 if all(done.passed for done in reports) else 1


@click.pass_obj
def watch(session: Session, name: str | None) -> int:
    """Check the lab `name`, or all, again at each save until Ctrl-C."""
    lang = session.lang
    labs = [named_lab(name)] if name is not None else list(LABS.values())
    session.project.require_tests(labs)
    width = report.label_width(labs)
    watched = ", ".join(lab.name for lab in labs)
    click.echo(messages.WATCHING.in_(lang).format(labs=watched))
    if not FORKS:
        click.echo(messages.WATCHING_SLOWLY.in_(lang))
    try:
        with Runner(session.project, session.deadline_s) as runner:
            for done in Watch(session.project, labs, runner).checks():
                took = seconds(done.seconds, lang, digits=2)
                _echo(["", *report.table(done.report, lang, width)])
                _echo(report.explanation(done.report, lang, session.deadline_s))
                click.echo(f"{time.strftime('%X')}  {report.summary([done.report], took, lang)}")
    except KeyboardInterrupt:
        click.echo(messages.WATCH_ENDED.in_(lang))
    return 0


@click.pass_obj
def hint(session: Session, name: str, function: str | None, level: str) -> int:
    """Show one hint on `function`, or on every function of the lab `name`."""
    lab, lang, chosen = named_lab(name), session.lang, Level(int(level))
    if function is None:
        for label, target in lab.labels().items():
            click.secho(label, bold=True)
            click.echo(f"    {HINTS[target].at(chosen).in_(lang)}")
        click.echo(messages.HINT_OF_FUNCTION.in_(lang).format(lab=lab.name))
        return 0
    target = named_target(lab, function)
    click.secho(f"{target} - {chosen.title.in_(lang)}", bold=True)
    click.echo(f"    {HINTS[target].at(chosen).in_(lang)}")
    if chosen < max(LEVELS):
        following = messages.NEXT_HINT.in_(lang)
        click.echo(following.format(lab=lab.name, function=target, level=chosen + 1))
    return 0


@click.pass_obj
def pack(session: Session, output: str | None) -> int:
    """Write the zip to hand in and say what is inside."""
    lang = session.lang
    path = Path(output or messages.DEFAULT_ARCHIVE.in_(lang))
    members = read_members(session.project)
    write_archive(path, members)
    click.echo(messages.PACKED.in_(lang).format(path=path))
    width = max(len(member.name) for member in members)
    for member in members:
        size = f"{len(member.content)} bytes"
        click.echo(f"  {member.name:<{width}}  {size:>12}  {_state(member, lang)}")
    return 0


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def named_lab(name: str) -> Lab:
    """The lab `name`; raises `UsageProblem` where there is none."""
    if name not in LABS:
        raise UsageProblem(messages.UNKNOWN_LAB, name=name, known=", ".join(LABS))
    return LABS[name]


def named_target(lab: Lab, function: str) -> str:
    """The name of `lab` that "freeze" or "transfer.freeze" means; `UsageProblem` where none."""
    labels = lab.labels()
    known = {**labels, **{name: name for name in lab.names}}
    if function not in known:
        raise UsageProblem(
            messages.UNKNOWN_FUNCTION, name=function, lab=lab.name, known=", ".join(labels)
        )
    return known[function]


def _state(member: Member, lang: Lang) -> str:
    match member.state:
        case State.COMPLETE:
            return click.style(messages.STATE_COMPLETE.in_(lang), fg="green")
        case State.UNTOUCHED:
            return click.style(messages.STATE_UNTOUCHED.in_(lang), fg="red")
        case State.PARTIAL:
            names = ", ".join(member.to_do)
            return click.style(messages.STATE_PARTIAL.in_(lang).format(names=names), fg="yellow")
