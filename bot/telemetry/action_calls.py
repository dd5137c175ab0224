"""Calls of the action server carry the request's id and trace, are timed, and their failures counted and stripped of texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.telemetry import metrics
from serving import tracing
from serving.requests import outgoing_headers

_REJECTED = 400


def observe(endpoint: EndpointConfig) -> EndpointConfig:
    """The same endpoint, with observed calls."""
    endpoint.request = _observed(endpoint.request)  # type: ignore[method-assign]
    return endpoint


def _observed(request: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        action = str((kwargs.get("json") or {}).get("next_action"))
        with metrics.timed_stage("action"), tracing.span(f"call {action}", kind="client"):
            headers = {**kwargs.pop("headers", {}), **outgoing_headers()}
            try:
                return await request(*args, headers=headers, **kwargs)
            except ClientResponseError as error:
                metrics.count_action_failure("rejected" if error.status == _REJECTED else "error")
                if error.status == _REJECTED:
                    raise
                # a failing action server sends the whole call back, with what the person said; Rasa would log it
                raise ClientResponseError(error.status, error.message, "") from None
            except asyncio.TimeoutError:
                metrics.count_action_failure("timeout")
                raise
            except aiohttp.ClientError:
                metrics.count_action_failure("unreachable")
                raise

    return call
