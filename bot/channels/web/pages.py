"""The pages and scripts of the web chat, as set-up has built them: kept in memory, compressed once, tagged by their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

DIST = Path(__file__).resolve().parents[2] / "widget" / "dist"
OPENAPI = Path(__file__).resolve().parents[1] / "openapi.yml"
NOT_BUILT = Path(__file__).with_name("not_built.html")

_PLACES = {"index.html": "/", "demo.html": "/demo", "widget.js": "/widget.js"}
_TYPES = {".js": "text/javascript", ".yml": "application/yaml", ".woff2": "font/woff2"}
_HASHED = re.compile(r".*[-.][0-9A-Za-z]{8,}\.\w+")
_COMPRESSIBLE = ("text/", "application/json", "application/yaml", "image/svg+xml")
_SHORTEST_COMPRESSED = 512
_YEAR_SECONDS = 31_536_000

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_PAGE_HEADERS = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_EMBEDDED_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True)
class _File:
    body: bytes
    headers: Mapping[str, str]
    compressed: bytes | None
    tag: str
    status: int = 200


class Pages:
    """Everything that a browser loads: ``/``, ``/demo``, ``/widget.js`` and ``/widget/…``; also ``/openapi.yml``."""

    def __init__(self, folder: Path = DIST, framing_origins: Iterable[str] = ()) -> None:
        """``framing_origins``: whose pages may show ours in a frame. While the chat is not built, its pages tell the remedy."""
        policy = " ".join([_POLICY, *framing_origins])
        self._files = {"/openapi.yml": _file(OPENAPI, {"Cache-Control": "no-cache"})}
        self._missing: _File | None = None
        if not (folder / "index.html").is_file():
            self._missing = _file(NOT_BUILT, {"Cache-Control": "no-store", "Content-Security-Policy": policy}, status=503)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                self._files[_PLACES.get(name, f"/widget/{name}")] = _file(path, _headers(name, policy))

    def serve(self, app: Sanic) -> None:
        """Answer before routing, since Rasa's own greeting stands at ``/`` and its route cannot be replaced."""

        @app.on_request  # type: ignore[misc]
        async def page(request: Request) -> HTTPResponse | None:
            file = self._find(request.path)
            if file is None or request.method not in ("GET", "HEAD"):
                return None
            return _answer(request, file)

    def _find(self, path: str) -> _File | None:
        if path in self._files:
            return self._files[path]
        return self._missing if path in _PLACES.values() or path.startswith("/widget/") else None


def _headers(name: str, policy: str) -> dict[str, str]:
    is_hashed = name not in _PLACES and _HASHED.fullmatch(name)
    headers = {"Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable" if is_hashed else "no-cache"}
    if name.endswith(".html"):
        headers |= {"Content-Security-Policy": policy, **_PAGE_HEADERS}
    if _PLACES.get(name, "/widget").startswith("/widget"):
        headers |= _EMBEDDED_HEADERS
    return headers


def _file(path: Path, headers: Mapping[str, str], status: int = 200) -> _File:
    body = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = None
    if kind.startswith(_COMPRESSIBLE) and len(body) >= _SHORTEST_COMPRESSED:
        compressed = gzip.compress(body, 9, mtime=0)
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    complete = {**headers, "Content-Type": content_type, "X-Content-Type-Options": "nosniff"}
    if compressed:
        complete["Vary"] = "Accept-Encoding"
    return _File(body, complete, compressed, hashlib.sha256(body).hexdigest()[:32], status)


def _answer(request: Request, file: _File) -> HTTPResponse:
    is_compressed = file.compressed is not None and _takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{file.tag}-gzip"' if is_compressed else f'"{file.tag}"'
    headers = {**file.headers, "ETag": tag}
    if file.status == 200 and _holds(request.headers.get("if-none-match", ""), tag):
        del headers["Content-Type"]
        return response.empty(status=304, headers=headers)
    body = file.body
    if is_compressed and file.compressed is not None:
        body = file.compressed
        headers["Content-Encoding"] = "gzip"
    return HTTPResponse(body, status=file.status, headers=headers, content_type=headers.pop("Content-Type"))


def _takes_gzip(accepted: str) -> bool:
    for coding in accepted.lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _holds(known: str, tag: str) -> bool:
    return known.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in known.split(","))
