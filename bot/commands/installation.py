"""`rapport manifest` and `doctor`: what an administrator needs to install Rapport and to see whether it is well."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bot.commands.start import FAILED, AsJson, answer_json

if TYPE_CHECKING:
    from bot.doctor.findings import Finding


def register(app: typer.Typer) -> None:
    app.command()(manifest)
    app.command()(doctor)


def manifest(context: typer.Context) -> None:
    """Print the manifest with which Slack makes the app of this installation (JSON)."""
    from bot.slack.manifest import make_manifest

    answer_json(make_manifest(context.obj.settings(installed=False)))


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check database, Slack, mailboxes and web address, and say what to mend. Exit code 1 when something must be."""
    from bot.doctor import examine
    from bot.doctor.findings import State

    findings = []
    for finding in examine(context.obj.settings()):
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        answer_json([asdict(finding) for finding in findings])
    if any(finding.state is State.PROBLEM for finding in findings):
        raise typer.Exit(FAILED)


def _print(finding: Finding) -> None:
    from rich.console import Console
    from rich.text import Text

    from bot.doctor.findings import State

    marks = {State.FINE: ("✓", "green"), State.WARNING: ("!", "yellow"), State.PROBLEM: ("✗", "red")}
    console = Console()
    console.print(Text.assemble(marks[finding.state], f" {finding.subject}: {finding.says}"), soft_wrap=True)
    if finding.mend:
        console.print(Text(f"    {finding.mend}"), soft_wrap=True)
