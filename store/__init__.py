"""THE BOOK: what the office knows and what may happen to it.

A module is one subject: its rows, its rules (values in, decision out, `now` passed in) and its operations.
Operations take the session and `by`, the collaborator who acts; they raise `base.BookError` for what a person can mend.
"""
