"""Renders nginx's configuration for containers, where names and addresses are filled in when the container starts.

python scripts/render_deploy.py nginx.conf.template
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.production.proxy import ProxyPlan, render  # noqa: E402 (the path must be set first)


def container_plan() -> ProxyPlan:
    """The proxy of a container: ``${…}`` is replaced by the image's start-up script."""
    return ProxyPlan(
        listen="8080",
        assistants=["${QIAO_ASSISTANTS}"],
        folder="/tmp",  # noqa: S108 (the container's own)
        proxy_networks=["${QIAO_PROXY_NETWORK}"],
        workers="auto",
        resolver="${NGINX_LOCAL_RESOLVERS}",
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(container_plan()), encoding="utf-8")
