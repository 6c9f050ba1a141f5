"""The short way to a normalized address says what email-validator says."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from store.addresses import MailLine
from store.base import BookError

_PARTS = st.text("aZ9._+-é@ ", min_size=0, max_size=12)


@given(local=_PARTS, domain=st.one_of(_PARTS, st.sampled_from(["Dupont.example", "bücher.example", "localhost"])))
@example(local="a" * 65, domain="dupont.example")
@example(local="els", domain="d" * 64 + ".example")
@example(local="a" * 64, domain=".".join(["d" * 60] * 3) + ".example")
def test_an_address_is_normalized_as_the_library_does(local: str, domain: str) -> None:
    typed = f"{local}@{domain}".strip()
    try:
        expected = validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        with pytest.raises(BookError):
            MailLine(typed).checked()
    else:
        assert MailLine(typed).checked().mail == expected
