"""Doubtful addresses of sources, judged by their form only, and claims without the source they need."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from actions.rules.lint.finding import Finding, Level, Material
from actions.rules.schema import SourceEntry

UNUSED_SOURCE = "unused-source"
NO_SOURCE = "no-source"
INSECURE_URL = "insecure-url"
LOCAL_URL = "local-url"
BARE_DOMAIN = "bare-domain"
TRACKING = "tracking-parameter"
SHORTENED_URL = "shortened-url"
SAME_URL = "same-url"

_TRACKING = re.compile(r"utm_.*|fbclid|gclid|msclkid|mc_cid|mc_eid|igshid|spm", re.IGNORECASE)
_LOCAL_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".test", ".invalid", ".example")


def check_sources(material: Material) -> Iterator[Finding]:
    """Sources nobody uses, addresses that will not last or cannot be opened, and items that lack a source."""
    used = {id_ for rule in material.library.rules for id_ in rule.sources}
    for source in material.library.sources:
        if source.id not in used:
            message = "no item cites this source; cite it where it supports something, or delete it"
            yield material.on_source(UNUSED_SOURCE, "warning", source, message)
        if source.url:
            for check, level, message in _address(source.url, material.words.shorteners):
                yield material.on_source(check, level, source, message)
    yield from _shared_addresses(material)
    yield from _missing_sources(material)


def _address(url: str, shorteners: frozenset[str]) -> Iterator[tuple[str, Level, str]]:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme == "http":
        yield INSECURE_URL, "warning", f"{url} is http; use https if the site answers to it"
    if _is_local(host):
        yield LOCAL_URL, "error", f"{url} names a computer, not a public site; give the address that everybody can open"
    elif host.removeprefix("www.") in shorteners:
        yield SHORTENED_URL, "error", f"{url} is a shortened address; give the one that it leads to"
    elif parts.path in {"", "/"} and not parts.query:
        yield BARE_DOMAIN, "warning", f"{url} is a whole site; give the page that says it"
    tracking = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True) if _TRACKING.fullmatch(name)]
    if tracking:
        yield TRACKING, "warning", f"{url} tracks readers ({', '.join(tracking)}); remove these parameters"


def _is_local(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(_LOCAL_ENDINGS)
    return True


def _shared_addresses(material: Material) -> Iterator[Finding]:
    by_url: dict[str, list[SourceEntry]] = defaultdict(list)
    for source in material.library.sources:
        if source.url:
            by_url[_same_page(source.url)].append(source)
    citations = Counter(id_ for rule in material.library.rules for id_ in rule.sources)
    for sources in by_url.values():
        first, *others = sorted(sources, key=lambda source: (-citations[source.id], source.id))
        for source in others:
            message = f"has the address of source {first.id}; cite that one instead and delete this"
            yield material.on_source(SAME_URL, "warning", source, message)


def _same_page(url: str) -> str:
    """What is the same for two addresses of one page."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def _missing_sources(material: Material) -> Iterator[Finding]:
    for rule in material.library.rules:
        if rule.sources or rule.status == "retired":
            continue
        if rule.kind == "fact":
            yield material.on_rule(NO_SOURCE, "error", rule, "is a fact without a source; cite one, or make it an action or risk")
        elif rule.confidence == "high":
            message = "claims high confidence without a source; cite the source, or set confidence: medium"
            yield material.on_rule(NO_SOURCE, "error", rule, message)
        elif rule.legal and not _says_what_to_verify(rule.text.en):
            message = "is legal: true without a source; cite the law, or say what must be verified (“verify …”, “check …”)"
            yield material.on_rule(NO_SOURCE, "warning", rule, message)


def _says_what_to_verify(text: str) -> bool:
    """A legal item may stand without a source if it tells the reader to look something up (see docs/authoring.md)."""
    return bool(re.search(r"\b(?:verif|check|screen|confirm|counsel|lawyer|advis[eo]r|ask)", text, re.IGNORECASE))
