"""What operators of the Slack channel do by hand: ``python -m bot slack …``."""

from __future__ import annotations

from typing import Annotated, Any

import typer
import yaml
from cryptography.fernet import Fernet

from bot.settings import PROJECT_FOLDER

MANIFEST = PROJECT_FOLDER / "slack" / "manifest.yml"
_WEBHOOK = "/webhooks/slack/webhook"
_REDIRECT = "/webhooks/slack/oauth_redirect"

app = typer.Typer(help="The Slack channel: docs/slack.md.", no_args_is_help=True)


@app.command()
def key() -> None:
    """Make a key for QIAO_SLACK_KEY."""
    print(Fernet.generate_key().decode())


@app.command()
def manifest(url: Annotated[str, typer.Option(help="The server's public address, such as https://qiao.example.com.")]) -> None:
    """Print the app's manifest for a server with a public address."""
    print(yaml.safe_dump(http_manifest(url), allow_unicode=True, sort_keys=False, width=120))


def http_manifest(url: str) -> dict[str, Any]:
    """The manifest with this server's addresses in the place of Socket Mode.

    Raises:
        typer.BadParameter: Slack would not take the address.
    """
    if not url.startswith("https://"):
        raise typer.BadParameter("Slack wants an address that begins with https://")
    webhook = url.rstrip("/") + _WEBHOOK
    made: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    for command in made["features"]["slash_commands"]:
        command["url"] = webhook
    made["oauth_config"] = {"redirect_urls": [url.rstrip("/") + _REDIRECT], **made["oauth_config"]}
    made["settings"]["event_subscriptions"]["request_url"] = webhook
    made["settings"]["interactivity"]["request_url"] = webhook
    made["settings"]["socket_mode_enabled"] = False
    return made
