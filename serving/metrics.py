"""``GET /metrics`` in Prometheus' format: for this machine and its private network, or for who brings the token."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import platform

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, disable_created_metrics, generate_latest
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from serving.settings import ServingSettings
from serving.version import VERSION

_FORWARDING_HEADERS = ("x-forwarded-for", "x-real-ip", "forwarded")

_BUILD = Gauge("qiao_build_info", "Version of Qiao and of Python; always 1.", ["version", "python"])


def add_metrics(app: Sanic, settings: ServingSettings) -> None:
    """Add the route.

    A request that a proxy has passed on comes from somewhere else than it seems, so it needs the token.
    """
    disable_created_metrics()  # one more series for each, which nothing here uses
    _BUILD.labels(VERSION, platform.python_version()).set(1)

    @app.get("/metrics")
    async def metrics(request: Request) -> HTTPResponse:
        if not _may_read(request, settings):
            return response.json({"error": "closed; see QIAO_METRICS_TOKEN and QIAO_METRICS_PUBLIC"}, status=403)
        page = await asyncio.to_thread(generate_latest)  # some figures are looked up only now
        return response.raw(page, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request, settings: ServingSettings) -> bool:
    if settings.metrics_public:
        return True
    given = request.headers.get("authorization", "")
    if settings.metrics_token and hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode()):
        return True
    return not any(name in request.headers for name in _FORWARDING_HEADERS) and _is_private(request.ip)


def _is_private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
