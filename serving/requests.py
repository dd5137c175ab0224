"""What is done with every HTTP request: an id that goes in, out and into the log; a line in the log; a span; a figure."""

from __future__ import annotations

import logging
import re
import time

from prometheus_client import Histogram
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from serving import tracing
from serving.logs import REQUEST_ID_HEADER, begin_request, current_request_id

logger = logging.getLogger("serving.access")

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds of the latency histograms."""

PROBES = frozenset({"/health", "/ready", "/metrics"})
"""Asked every few seconds; logged only when they fail."""

_REQUESTS = Histogram("qiao_http_request_seconds", "HTTP requests.", ["method", "route", "status"], buckets=SECONDS)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_UNMATCHED = "unmatched"
_OPAQUE = re.compile(r"[^/]{25,}")
"""A part of a path that may be a token."""
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")
_LONGEST_PATH = 120


def observe_requests(app: Sanic) -> None:
    """Observe all requests of an application; call it when everything else is registered."""
    # the first to see a request, so that all log lines carry its id, and the last to see the response
    app.request_middleware.appendleft(_begin)
    app.response_middleware.append(_end)


def outgoing_headers() -> dict[str, str]:
    """Headers that let another server of ours go on with this request's id and trace."""
    headers = {}
    id_ = current_request_id()
    if id_:
        headers[REQUEST_ID_HEADER] = id_
    tracing.inject(headers)
    return headers


def _begin(request: Request) -> None:
    id_ = begin_request(request.headers.get(REQUEST_ID_HEADER))
    request.ctx.qiao_id = id_
    request.ctx.qiao_started = time.perf_counter()
    if request.path not in PROBES:
        request.ctx.qiao_span = tracing.span(f"{request.method} {_route(request)}", parent=request.headers, kind="server")
        request.ctx.qiao_span.__enter__()


def _end(request: Request, response: BaseHTTPResponse) -> None:
    started = getattr(request.ctx, "qiao_started", None)
    if started is None:  # told already: a websocket that is closed ends twice
        return
    request.ctx.qiao_started = None
    seconds = time.perf_counter() - started
    response.headers[REQUEST_ID_HEADER] = request.ctx.qiao_id
    method = request.method if request.method in _METHODS else "other"
    _REQUESTS.labels(method, _route(request), str(response.status)).observe(seconds)
    if request.path not in PROBES or response.status >= 400:
        path = logged_path(request)
        fields = {"method": method, "path": path, "status": response.status, "ms": round(1000 * seconds, 1)}
        logger.info("%s %s %d %.1f ms", method, path, response.status, 1000 * seconds, extra=fields)
    span = getattr(request.ctx, "qiao_span", None)
    if span is not None:
        tracing.annotate({"http.request.method": method, "http.response.status_code": response.status})
        span.__exit__(None, None, None)


def _route(request: Request) -> str:
    """The route as it is declared, without what stands in its place in this request."""
    return str(request.uri_template) if request.route else _UNMATCHED


def logged_path(request: Request) -> str:
    """The path without its query and without anything that may be a token, an id or a control character."""
    if request.route:
        return _route(request)
    return _OPAQUE.sub("…", _UNPRINTABLE.sub("?", request.path))[:_LONGEST_PATH]
