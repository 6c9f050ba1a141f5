"""Ending in time whatever the other side does: each wait gets what is left, and no wait begins when nothing is."""

from __future__ import annotations

import io
import socket
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Deadline:
    """Begins when it is made."""

    def __init__(self, within_s: float) -> None:
        self._ends_at_s = time.monotonic() + within_s

    def left_s(self) -> float:
        """More than 0. Raises TimeoutError when nothing is left."""
        left_s = self._ends_at_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the deadline is over")
        return left_s


def look_up(host: str, port: int, deadline: Deadline) -> list[str]:
    """The addresses that the name leads to, in the system's order.

    Raises TimeoutError, OSError when there is none, ValueError for a name that cannot be one.
    """
    found: Future[list[tuple[Any, ...]]] = Future()

    def ask_resolver() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            found.set_exception(error)

    # A resolver takes no limit and may take a minute: its thread is left to itself, and holds up no process that ends.
    threading.Thread(target=ask_resolver, name="look-up", daemon=True).start()
    return [str(info[4][0]).partition("%")[0] for info in found.result(deadline.left_s())]


class TimedSocket:
    """What http.client uses of a socket, each call within the deadline. `sock` may be a TLS one."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, sent: ReadableBuffer) -> None:
        self._sock.settimeout(self._deadline.left_s())
        self._sock.sendall(sent)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._deadline))

    def close(self) -> None:
        self._sock.close()


class _Incoming(io.RawIOBase):
    # A timeout of the socket's own begins again with each byte that drips in.
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._sock.settimeout(self._deadline.left_s())
        return self._sock.recv_into(buffer)
