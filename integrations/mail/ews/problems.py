"""Exchange's errors and exchangelib's as ours."""

from __future__ import annotations

from datetime import timedelta

import requests
from exchangelib import errors as ews
from lxml.etree import LxmlError

from integrations.mail.errors import (
    MailboxRefused,
    MailGone,
    MailProblem,
    MailRefused,
    MailServerBusy,
    MailServerUnreachable,
    SyncStateLost,
)

# What comes out of exchangelib when a request fails. It raises the last four on answers that are not what it expects
# (a missing element, an unknown value), as `None.text` and the like.
LIBRARY_ERRORS = (
    ews.EWSError,
    requests.RequestException,
    LxmlError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
)

# The server did nothing and says so. Its transient inner errors are not among these: a mail may have left before them.
_BUSY = (
    ews.ErrorServerBusy,
    ews.RateLimitError,
    ews.ErrorExceededConnectionCount,
    ews.ErrorTooManyObjectsOpened,
    ews.ErrorInsufficientResources,
    ews.ErrorMailboxMoveInProgress,
    ews.ErrorMailboxFailover,
    ews.ErrorMailboxStoreUnavailable,
    ews.ErrorADUnavailable,
    # So many mails an hour or a day: later ones pass.
    ews.ErrorSubmissionQuotaExceeded,
)
_GONE = (
    ews.ErrorItemNotFound,
    ews.ErrorInvalidId,
    ews.ErrorInvalidIdEmpty,
    ews.ErrorInvalidIdMalformed,
    ews.ErrorInvalidIdMalformedEwsLegacyIdFormat,
    ews.ErrorInvalidIdMonikerTooLong,
    ews.ErrorInvalidIdStoreObjectIdTooLong,
    ews.ErrorInvalidIdXml,
)
_MAILBOX_REFUSED = (
    ews.UnauthorizedError,
    ews.ErrorAccessDenied,
    ews.ErrorCreateItemAccessDenied,
    ews.ErrorNonExistentMailbox,
    ews.ErrorInvalidMailbox,
    ews.ErrorImpersonateUserDenied,
    ews.ErrorImpersonationDenied,
    ews.ErrorImpersonationFailed,
    ews.ErrorInvalidExchangeImpersonationHeaderData,
    ews.ErrorMailboxLogonFailed,
    ews.ErrorMailboxConfiguration,
    ews.ErrorAccountDisabled,
    ews.ErrorPasswordExpired,
    ews.ErrorPasswordChangeRequired,
    ews.ErrorSendAsDenied,
    # The folders asked for exist in every mailbox: not found means not allowed to see them.
    ews.ErrorFolderNotFound,
    ews.ErrorSyncFolderNotFound,
)
_MAIL_REFUSED = (
    ews.ErrorMessageSizeExceeded,
    ews.ErrorAttachmentSizeLimitExceeded,
    ews.ErrorDataSizeLimitExceeded,
    ews.ErrorInvalidRecipients,
    ews.ErrorMissingRecipients,
    ews.ErrorQuotaExceeded,
    ews.ErrorMimeContentInvalid,
    ews.ErrorMimeContentInvalidBase64String,
    ews.ErrorUnsupportedMimeConversion,
    ews.ErrorMimeContentConversionFailed,
    ews.ErrorItemCorrupt,
    ews.ErrorCorruptData,
)

_KEY_OUTDATED = (ews.ErrorStaleObject, ews.ErrorIrresolvableConflict, ews.ErrorInvalidChangeKey)


class ChangeKeyOutdated(MailServerUnreachable):
    """The item was touched since its change key was given out: ask for the present one. Nothing was done."""


_KINDS: tuple[tuple[tuple[type[Exception], ...], type[MailProblem]], ...] = (
    (_GONE, MailGone),
    ((ews.ErrorInvalidSyncStateData,), SyncStateLost),
    (_MAILBOX_REFUSED, MailboxRefused),
    (_MAIL_REFUSED, MailRefused),
    (_KEY_OUTDATED, ChangeKeyOutdated),
)


def as_mail_problem(problem: Exception) -> MailProblem:
    """What `problem` means to Rapport. The text names its class alone: exchangelib's texts quote mails.

    https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
    """
    name = type(problem).__name__
    if isinstance(problem, _BUSY):
        wait_s = getattr(problem, "back_off", None) or getattr(problem, "wait", None)
        return MailServerBusy(name, retry_after=timedelta(seconds=float(wait_s)) if wait_s else None)
    for errors, kind in _KINDS:
        if isinstance(problem, errors):
            return kind(name)
    return MailServerUnreachable(name)
