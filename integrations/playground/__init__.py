"""A local Slack workspace and a local Exchange server, with a web page to use both.

For the demo and for end-to-end tests. It knows only the protocols: its people and mails are handed to it.
"""
