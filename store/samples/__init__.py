"""Made-up offices and large books: for the demo, for tests and for measuring speed."""

from store.samples.large_book import make_large_book
from store.samples.office import OfficeKind, make_office

__all__ = ["OfficeKind", "make_large_book", "make_office"]
