"""Starts and stops Rapport in this process: Slack, web and jobs, in the order in which they need each other."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

from bot.office import Office
from bot.slack.app import make_app
from bot.slack_socket import SlackSocket
from bot.sole_runner import sole_runner
from bot.web.app import make_web_app
from jobs import embedded

log = logging.getLogger(__name__)

REQUESTS_END_WITHIN_S = 4
"""How long requests that run may take to end when Rapport stops."""
_STARTS_WITHIN_S = 20.0


class CannotListen(Exception):
    """The address is taken, or not ours to listen on; the text says which and why."""


class JobsDidNotStart(Exception):
    """The engine of the jobs could not be started; the text says why."""


@dataclass
class Running:
    """What runs: `port` is the one listened on (the settings may say 0); `ended` is set when it cannot go on."""

    port: int
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(office: Office) -> Iterator[Running]:
    """Slack's requests, the web pages and, when the settings say so, the embedded jobs, inside the block.

    At its end nothing new is taken, and what runs is finished. Raises CannotListen, SlackRefusedToken,
    AnotherRunsTheJobs; then nothing is left running.
    """
    with ExitStack() as stack:
        running = Running(port=0)
        if office.settings.jobs.engine == "embedded":
            _embed_jobs(office, stack, running)
        else:
            from jobs import distributed  # its engine is an extra that only larger offices install

            stack.enter_context(distributed.waking(office))
        app = make_app(office)
        web = make_web_app(office, app)
        if office.settings.slack.mode == "socket":
            slack = stack.enter_context(SlackSocket(office, app))
            web.state.is_slack_connected = slack.is_connected
        listener = _listener(office)
        stack.callback(listener.close)
        running.port = int(listener.getsockname()[1])
        stack.enter_context(_web_served(web, listener, running.ended.set))
        yield running


@contextmanager
def working(office: Office) -> Iterator[Running]:
    """The jobs alone, inside the block. Raises AnotherRunsTheJobs, JobsDidNotStart."""
    with ExitStack() as stack:
        running = Running(port=0)
        if office.settings.jobs.engine == "embedded":
            _embed_jobs(office, stack, running)
        else:
            from jobs import distributed  # the same

            try:
                stack.enter_context(distributed.working(office))
            except distributed.EngineDidNotStart as error:
                raise JobsDidNotStart(str(error.__cause__)) from error
        yield running


def _embed_jobs(office: Office, stack: ExitStack, running: Running) -> None:
    stack.enter_context(sole_runner(office, on_lost=running.ended.set))
    stack.enter_context(embedded.running(office))


def _listener(office: Office) -> socket.socket:
    web = office.settings.web
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((web.host, web.port))
    except OSError as error:
        listener.close()
        raise CannotListen(f"{web.bind}: {error.strerror}") from error
    return listener


@contextmanager
def _web_served(web: ASGIApp, listener: socket.socket, on_end: Callable[[], None]) -> Iterator[None]:
    config = uvicorn.Config(
        web, log_config=None, access_log=False, timeout_graceful_shutdown=REQUESTS_END_WITHIN_S, ws="none"
    )
    server = uvicorn.Server(config)

    def serve() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            on_end()

    thread = threading.Thread(target=serve, name="web")
    thread.start()
    try:
        _await_start(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    waiting = threading.Event()
    for _look in range(int(_STARTS_WITHIN_S / 0.01)):
        if server.started:
            return
        if not thread.is_alive():
            break
        waiting.wait(0.01)
    raise CannotListen("the web server did not start: see the log")
