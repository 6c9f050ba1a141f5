"""Texts that leave the office: mails, web pages, and the translations of Slack's short texts."""
