"""Documents: files of the office, stored once by content hash outside the database, linked from many places."""

from store.documents.links import document_link, documents_of, link_document, links_seen_by, unlink_document
from store.documents.model import Document, DocumentLink
from store.documents.shelf import MOST_AT_ONCE, UNDO_FOR, DocumentShelf

__all__ = [
    "MOST_AT_ONCE",
    "UNDO_FOR",
    "Document",
    "DocumentLink",
    "DocumentShelf",
    "document_link",
    "documents_of",
    "link_document",
    "links_seen_by",
    "unlink_document",
]
