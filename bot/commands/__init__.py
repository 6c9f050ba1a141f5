"""The subcommands of `rapport`, one module per group. Exit codes: 0 done, 1 failed, 2 wrong settings."""
