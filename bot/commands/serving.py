"""`rapport serve`, `work`, `demo`: what runs until it is told to stop."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.start import FAILED, Start, fail, say

if TYPE_CHECKING:
    from bot.office import Office
    from bot.running import Running

STOPS_WITHIN_S = 10.0


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(work)
    app.command()(demo)


def serve(context: typer.Context) -> None:
    """Run Rapport: Slack, web pages and the embedded jobs, until SIGTERM or Ctrl-C."""
    from bot.running import serving

    _run(context.obj, serving, lambda office, running: f"Rapport serves on {office.settings.web.host}:{running.port}")


def work(context: typer.Context) -> None:
    """Run the jobs alone, beside other processes that serve, until SIGTERM or Ctrl-C."""
    from bot.running import working

    _run(context.obj, working, lambda office, _running: f"Rapport works ({office.settings.jobs.engine} jobs)")


def demo(
    folder: Annotated[Path, typer.Option(help="Keeps what you do there until the next time.")] = Path(".demo"),
    port: Annotated[int, typer.Option(help="Port of the playground; another is taken when it is in use.")] = 8765,
    mode: Annotated[Literal["http", "socket"], typer.Option(help="How Slack reaches Rapport.")] = "http",
) -> None:
    """Try everything on this machine: a Slack workspace and an Exchange server to play with, and Rapport in them."""
    from bot.demo import run

    raise typer.Exit(run(folder=folder, port=port, mode=mode))


def _run(
    start: Start,
    runs: Callable[[Office], AbstractContextManager[Running]],
    greeting: Callable[[Office, Running], str],
) -> None:
    from bot.running import CannotListen, JobsDidNotStart
    from bot.slack_socket import SlackRefusedToken
    from bot.sole_runner import AnotherRunsTheJobs

    told = threading.Event()
    _stop_on_signals(told)
    try:
        with start.office() as office, runs(office) as running:
            _keep_what_stands()
            say(greeting(office, running))
            while not (told.wait(0.5) or running.ended.is_set()):
                pass
            _end_at_the_latest()
    except CannotListen as error:
        fail(f"Cannot listen on {error}. Stop what uses the address, or set web.bind.")
    except SlackRefusedToken as error:
        fail(f"Slack refuses slack.app_token ({error}). Run: rapport doctor")
    except AnotherRunsTheJobs as error:
        fail(f"Another process ({error.holder}) runs the jobs of this book. Stop it first.")
    except JobsDidNotStart as error:
        fail(f"The jobs could not start ({error}). Run: rapport db upgrade")
    if not told.is_set():
        fail("Rapport could not go on: see the log.")
    say("Rapport has stopped.")


def _keep_what_stands() -> None:
    # Modules, mappings and texts stay to the end. Looked through again in every full collection, they hold up whoever
    # waits for an answer at that moment (half of the 99th percentile of a busy agenda).
    gc.collect()
    gc.freeze()


def _stop_on_signals(told: threading.Event) -> None:
    """The first signal asks to finish what runs, a second one ends at once: what was begun is taken up again later."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if told.is_set():
            os._exit(FAILED)
        told.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)


def _end_at_the_latest() -> None:
    def end() -> None:
        say(f"Something still ran after {STOPS_WITHIN_S:.0f} s and was cut off. It is taken up at the next start.")
        os._exit(FAILED)

    timer = threading.Timer(STOPS_WITHIN_S - 1, end)
    timer.daemon = True
    timer.start()
