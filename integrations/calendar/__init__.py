"""Calendars: iTIP messages (RFC 5546) and feeds (RFC 5545). Values in, bytes out; replies in, values out."""
