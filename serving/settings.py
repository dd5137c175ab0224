"""Settings of what both servers do the same way; the only place in ``serving`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

LOG_FORMATS = ("text", "json")


@dataclass(frozen=True)
class ServingSettings:
    """How a server logs, is measured, is traced and stops."""

    log_format: str = "text"
    """``text`` for people, ``json`` for a log store: one object in a line."""
    metrics_public: bool = False
    """Whether anybody may read ``/metrics``, not only this machine and its private network."""
    metrics_token: str | None = None
    """Reads ``/metrics`` from anywhere, as ``Authorization: Bearer …``."""
    is_traced: bool = False
    """Whether OpenTelemetry spans are sent; where to, the exporter reads from its own ``OTEL_…`` variables."""
    service_name: str | None = None
    drain_seconds: float = 8.0
    """How long messages in progress may take to finish once the server is told to stop."""
    drain_notice_seconds: float = 0.0
    """How long ``/ready`` says no before the server stops accepting, so that a proxy goes elsewhere first."""

    @classmethod
    def from_environment(cls) -> ServingSettings:
        """Read the variables that README lists; all have defaults.

        Raises:
            ValueError: ``QIAO_LOG_FORMAT`` is no known format.
        """
        get = os.environ.get
        log_format = get("QIAO_LOG_FORMAT") or cls.log_format
        if log_format not in LOG_FORMATS:
            raise ValueError(f"QIAO_LOG_FORMAT is {log_format!r}; use {' or '.join(LOG_FORMATS)}")
        return cls(
            log_format=log_format,
            metrics_public=(get("QIAO_METRICS_PUBLIC") or "0") not in ("0", "false", "no"),
            metrics_token=get("QIAO_METRICS_TOKEN") or None,
            is_traced=bool(get("OTEL_EXPORTER_OTLP_ENDPOINT")),
            service_name=get("OTEL_SERVICE_NAME") or None,
            drain_seconds=float(get("QIAO_DRAIN_SECONDS") or cls.drain_seconds),
            drain_notice_seconds=float(get("QIAO_DRAIN_NOTICE_SECONDS") or cls.drain_notice_seconds),
        )
