"""What people touch: Slack, web pages, the command line."""
