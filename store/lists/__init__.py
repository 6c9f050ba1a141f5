"""The office edits its own lists: their lines, merging them, and taking whole sets of lists in and out."""
