"""The server's file after a kill, and under many senders at once: every mail is whole or was never sent."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from exchange_server import ANNA, BRAM, ELS, PEOPLE

from integrations.playground.exchange import Address, ExchangeServer, Mail

_SENDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from exchange_server import ANNA, ELS, PEOPLE
from integrations.playground.exchange import Address, Attachment, ExchangeServer, Mail
server = ExchangeServer(Path(sys.argv[1]), PEOPLE)
for number in range(10_000):
    file = Attachment("a.bin", "application/octet-stream", b"x" * 50_000)
    mail = Mail(to=(Address(ELS.address), Address("bram@office.example")), subject=str(number), attachments=(file,))
    server.send_draft(ANNA.address, server.save_draft(ANNA.address, mail))
    print(number, flush=True)
"""


@pytest.mark.parametrize("mails", [1, 7, 20])
def test_a_kill_leaves_each_mail_either_sent_whole_or_a_draft(tmp_path: Path, mails: int) -> None:
    path = tmp_path / "exchange.db"
    arguments = [sys.executable, "-c", _SENDER, str(path), str(Path(__file__).parents[2])]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        reported = [int(process.stdout.readline()) for _ in range(mails)]
        process.send_signal(signal.SIGKILL)
    server = ExchangeServer(path, PEOPLE)
    try:
        sent = {item.mail.subject for item in server.items(ANNA.address, "sentitems")}
        assert {str(number) for number in reported} <= sent
        for person in (ELS, BRAM):
            received = [item.mail.subject for item in server.items(person.address)]
            assert sorted(received) == sorted(sent)
        assert len(server.outgoing()) == 2 * len(sent)
        assert len(server.items(ANNA.address, "drafts")) <= 1
        server.send(ANNA.address, Mail(to=(Address(ELS.address),), subject="after"))
    finally:
        server.close()


def test_many_senders_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    server = ExchangeServer(tmp_path / "exchange.db", PEOPLE)
    try:

        def send(number: int) -> None:
            sender = (ANNA, BRAM)[number % 2]
            server.send(sender.address, Mail(to=(Address(ELS.address),), subject=str(number)))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(80)))
        assert sorted(int(item.mail.subject) for item in server.items(ELS.address)) == list(range(80))
        assert len(server.outgoing()) == 80
    finally:
        server.close()
