"""For whoever watches over Rapport: is it well, and how much waits. Counts only: no name, no address."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.office import Office
from store.base import BookBusy
from store.vitals import Vitals, vitals


def show_health(office: Office, _request: Request) -> Response:
    """200 while the book answers and every mailbox is read, else 503; which of them says the body."""
    try:
        with office.book.reading() as session:
            found = vitals(session, now=office.now())
    except BookBusy:
        return JSONResponse({"status": "failing", "database": "busy"}, status_code=503)
    is_well = not found.failing_mailboxes and not found.overdue_outgoing
    body = {"status": "well" if is_well else "failing", "database": "well", **found.as_dict()}
    return JSONResponse(body, status_code=200 if is_well else 503)


def show_metrics(office: Office, _request: Request) -> Response:
    """Prometheus's text format."""
    with office.book.reading() as session:
        found = vitals(session, now=office.now())
    return Response(generate_latest(_registry(found)), media_type="text/plain; version=0.0.4; charset=utf-8")


def _registry(found: Vitals) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, value in found.as_dict().items():
        Gauge(f"rapport_{name}", name.replace("_", " "), registry=registry).set(value)
    return registry
