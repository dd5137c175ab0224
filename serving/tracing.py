"""OpenTelemetry spans, if a collector is configured; otherwise nothing is imported and a span costs one comparison.

Spans carry names, kinds and counts, never what people say; of an exception only its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

_FLUSH_MILLISECONDS = 3000
_NO_SPAN: AbstractContextManager[None] = nullcontext()

_provider: TracerProvider | None = None
_tracer: Any = None


def configure_tracing(service: str, exporter: SpanExporter | None = None) -> None:
    """Send spans of this process under the service name; the default exporter reads OpenTelemetry's own ``OTEL_…`` variables."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _provider, _tracer
    _provider = TracerProvider(resource=Resource.create({"service.name": service}), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    _tracer = _provider.get_tracer("qiao")


def stop_tracing() -> None:
    """Send what is left, as far as the collector takes it within a few seconds."""
    global _provider, _tracer
    if _provider is not None:
        _provider.force_flush(_FLUSH_MILLISECONDS)
        _provider.shutdown()
    _provider = _tracer = None


def span(
    name: str, *, parent: Mapping[str, str] | None = None, kind: str = "internal", **attributes: Any
) -> AbstractContextManager[None]:
    """A span around a ``with`` block.

    Args:
        name: what is done.
        parent: headers of a request that may name the caller's span; else the current span is the parent.
        kind: ``internal``, ``server`` or ``client``.
        attributes: what is told of it.
    """
    return _NO_SPAN if _tracer is None else _span(name, parent, kind, attributes)


@contextmanager
def _span(name: str, parent: Mapping[str, str] | None, kind: str, attributes: Mapping[str, Any]) -> Iterator[None]:
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind, StatusCode

    with _tracer.start_as_current_span(
        name,
        context=extract(parent) if parent is not None else None,
        kind=SpanKind[kind.upper()],
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield
        except Exception as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def annotate(attributes: Mapping[str, Any]) -> None:
    """Add attributes to the current span, if there is one."""
    if _tracer is not None:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attributes(dict(attributes))


def inject(headers: MutableMapping[str, str]) -> None:
    """Add the headers that name the current span to those of a request to another server."""
    if _tracer is not None:
        from opentelemetry.propagate import inject as put

        put(headers)
