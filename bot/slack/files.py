"""Files that Rapport hands to somebody: in their own conversation with it, where nobody else reads."""

from __future__ import annotations

from pathlib import Path

from bot.slack.blocks import escaped
from bot.slack.interaction import Interaction


def hand_over_file(interaction: Interaction, path: Path, *, name: str, says: str) -> None:
    """Uploads the file under this name, with a sentence above it. Raises SlackApiError.

    https://docs.slack.dev/messaging/working-with-files#upload
    """
    client = interaction.client
    channel = client.conversations_open(users=interaction.user_id)["channel"]["id"]
    client.files_upload_v2(channel=channel, file=str(path), filename=name, title=name, initial_comment=escaped(says))
