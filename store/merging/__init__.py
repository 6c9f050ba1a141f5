"""Two relations that are one and the same become one, and can be parted again."""

from store.merging.model import Merge, Merged
from store.merging.relations import MERGED_FIELDS, differing_fields, merge_relations
from store.merging.undoing import merge_to_undo, undo_merge

__all__ = [
    "MERGED_FIELDS",
    "Merge",
    "Merged",
    "differing_fields",
    "merge_relations",
    "merge_to_undo",
    "undo_merge",
]
