"""Settings as an office has them, for tests that need no file."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings

WEB_SECRET = "kX9-vQ2_mZ7pLr4wTb8nYc3sHd6fGj1a"


def settings(
    *,
    mode: str = "http",
    public_url: str = "",
    office_name: str = "Bureau Dubois",
    secret: str = WEB_SECRET,
    **sections: Any,
) -> Settings:
    slack = {"bot_token": "xoxb-1", "app_token": "xapp-1", "signing_secret": "0123456789abcdef0123456789abcdef"}
    given = {
        "office": {"name": office_name},
        "slack": {"mode": mode, **slack},
        "web": {"secret": secret, "public_url": public_url or ("https://crm.office.example" if mode == "http" else "")},
    }
    return Settings.model_validate({**given, **sections})
