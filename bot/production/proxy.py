"""Writes what nginx is told, checks it with nginx itself, and finds nginx."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.settings import PROJECT_FOLDER
from bot.starting import StartFailed

TEMPLATE_FOLDER = PROJECT_FOLDER / "deploy" / "nginx"
FAIL_SECONDS = 2
"""``fail_timeout``: how long nginx leaves a server alone that could not be reached."""
BACK_IN_USE_SECONDS = FAIL_SECONDS + 1.2
"""When nginx surely tries it again (it counts whole seconds); a new server must wait for that before the old one goes."""
_BURST_SECONDS = 5
_ELSEWHERE = ("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/nginx/sbin/nginx", "/opt/homebrew/bin/nginx")
_REMEDY = "install it (Debian and Ubuntu: apt-get install nginx-light; macOS: brew install nginx) or name it in QIAO_NGINX"


@dataclass(frozen=True)
class ProxyPlan:
    """What nginx shall listen on and pass on to."""

    listen: str
    assistants: Sequence[str]
    folder: str
    listen_actions: str | None = None
    actions: Sequence[str] = ()
    address_rate: float = 20
    proxy_networks: Sequence[str] = ()
    tls_certificate: str | None = None
    tls_key: str | None = None
    user: str | None = None
    workers: str = "2"
    resolver: str | None = None
    """A name server, where the servers' addresses change while nginx runs (nginx 1.27.3 or later)."""
    public: bool = True
    """Whether people are let in; not while everything is about to stop."""


def render(plan: ProxyPlan) -> str:
    """nginx's configuration for a plan."""
    loader = Environment(  # noqa: S701 (no HTML)
        loader=FileSystemLoader(TEMPLATE_FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    values = {
        **vars(plan),
        "address_rate": f"{plan.address_rate:g}" if plan.address_rate else "",
        "address_burst": max(1, round(plan.address_rate * _BURST_SECONDS)),
        "fail_seconds": FAIL_SECONDS,
        "tries": max(3, len(plan.assistants) + 1, len(plan.actions) + 1),
        "errors": _errors(),
    }
    return loader.get_template("nginx.conf.j2").render(values)


def write(plan: ProxyPlan, path: Path) -> None:
    """Write the configuration to a file that only its owner can read."""
    Path(plan.folder).mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(render(plan), encoding="utf-8")
    fresh.replace(path)


def find_nginx(named: str | None) -> str:
    """The path of nginx.

    Raises:
        StartFailed: there is none; the message tells the remedy.
    """
    for candidate in [named] if named else ["nginx", *_ELSEWHERE]:
        if candidate and (found := shutil.which(candidate)):
            return found
    raise StartFailed(f"nginx is needed in front of the servers and was not found{f' at {named}' if named else ''}; {_REMEDY}")


def check(nginx: str, path: Path) -> None:
    """Let nginx read its configuration.

    Raises:
        StartFailed: it refuses it; the message holds its words.
    """
    result = subprocess.run([nginx, "-t", "-q", "-c", str(path)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise StartFailed(f"nginx refuses its configuration {path}:\n{result.stderr.strip()}")


def worker_account() -> str | None:
    """The account for nginx's workers: one without rights if we are root, else ours."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "nginx", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return f"{name} {grp.getgrgid(account.pw_gid).gr_name}"
    return "root"


def _errors() -> dict[str, str]:
    """The bodies of nginx's own answers by status, fit for its single quotes."""
    texts: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("errors.yml").read_text(encoding="utf-8"))
    return {status: json.dumps(body, ensure_ascii=False).replace("'", "\\'") for status, body in texts.items()}
