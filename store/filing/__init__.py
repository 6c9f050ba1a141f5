"""Filing: a mail that a rep sent, with a document, to somebody the book knows, becomes one done action.

However many of our mailboxes saw the mail, and however often, it is filed once; and once somebody said that it is not
for the book, it stays out. Of a mail that is not filed nothing is written here (see `store.strangers`).
"""

from store.filing.deciding import filing_seen_by, filings_of, keep_filing, move_filing, refile, unfile
from store.filing.mails import NotFiled, SentAttachment, SentMail, decide, filing_key
from store.filing.model import Filing, FilingState
from store.filing.once import MAIL_SENT, file_mail

__all__ = [
    "MAIL_SENT",
    "Filing",
    "FilingState",
    "NotFiled",
    "SentAttachment",
    "SentMail",
    "decide",
    "file_mail",
    "filing_key",
    "filing_seen_by",
    "filings_of",
    "keep_filing",
    "move_filing",
    "refile",
    "unfile",
]
