"""Mailboxes: what a provider can do (`mailbox.Mailbox`), the mails that go in and out, and one module per provider."""
