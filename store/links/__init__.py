"""Links: typed, dated connections between two relations, with a label in each direction."""

from store.links.changes import add_link, edit_link, end_link, remove_link, restore_link
from store.links.hierarchy import HierarchyCycle, RelationGroup, group_of
from store.links.model import Link, LinkEnd, LinkGroup, LinkType
from store.links.queries import link_seen_by, links_of
from store.links.rules import OneAtATime, SameLink

__all__ = [
    "HierarchyCycle",
    "Link",
    "LinkEnd",
    "LinkGroup",
    "LinkType",
    "OneAtATime",
    "RelationGroup",
    "SameLink",
    "add_link",
    "edit_link",
    "end_link",
    "group_of",
    "link_seen_by",
    "links_of",
    "remove_link",
    "restore_link",
]
