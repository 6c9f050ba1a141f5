"""Extended properties: the one key under which each is stored, whichever of EWS's spellings named it.

Source: learn.microsoft.com/exchange/client-developer/web-service-reference/extendedfielduri.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from integrations.playground.exchange.errors import EwsError

_SETS = {
    "Meeting": "6ed8da90-450b-101b-98da-00aa003f1305",
    "Appointment": "00062002-0000-0000-c000-000000000046",
    "Common": "00062008-0000-0000-c000-000000000046",
    "PublicStrings": "00020329-0000-0000-c000-000000000046",
    "Address": "00062004-0000-0000-c000-000000000046",
    "InternetHeaders": "00020386-0000-0000-c000-000000000046",
    "CalendarAssistant": "11000e07-b51b-40d6-af21-caa85edab1d0",
    "UnifiedMessaging": "4442858e-a9e3-4e80-b900-317a210cc15b",
    "Task": "00062003-0000-0000-c000-000000000046",
    "Sharing": "00062040-0000-0000-c000-000000000046",
}
_ATTRIBUTES = (
    "DistinguishedPropertySetId",
    "PropertySetId",
    "PropertyTag",
    "PropertyName",
    "PropertyId",
    "PropertyType",
)


def key_of(attributes: Mapping[str, str]) -> str:
    """The stored key. Raises ErrorInvalidExtendedProperty for a combination that names nothing."""
    kind = attributes.get("PropertyType", "")
    tag = attributes.get("PropertyTag")
    names = [attributes[name] for name in ("PropertyName", "PropertyId") if name in attributes]
    if tag is not None and not names:
        try:
            return f"tag/{int(tag, 0):#06x}/{kind}"
        except ValueError as problem:
            raise EwsError("ErrorInvalidExtendedProperty", "The property tag is no number.") from problem
    distinguished = attributes.get("DistinguishedPropertySetId")
    if distinguished is not None and distinguished not in _SETS:
        raise EwsError("ErrorInvalidExtendedProperty", "The property set is unknown.")
    guid = _SETS[distinguished] if distinguished else attributes.get("PropertySetId", "").lower()
    if not guid or len(names) != 1 or tag is not None:
        raise EwsError("ErrorInvalidExtendedProperty", "The extended property attribute combination is invalid.")
    return f"{guid}/{names[0]}/{kind}"


def field_uri(attributes: Mapping[str, str]) -> str:
    """The ExtendedFieldURI element that was asked for, to be given back with the value."""
    written = " ".join(f"{name}={quoteattr(attributes[name])}" for name in _ATTRIBUTES if name in attributes)
    return f"<t:ExtendedFieldURI {written}/>"
