"""A site of somebody else's that embeds the chat: its own origin, its own pages, its own headers."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def embedding(server: str, *, attributes: str = "", head: str = "", body: str = "<main><h1>Host</h1></main>") -> str:
    """A page that embeds the chat of a server by one line."""
    script = f'<script src="{server}/widget.js" {attributes} defer></script>'
    return f'<!doctype html><html lang="en"><head><title>Host</title>{head}{script}</head><body>{body}</body></html>'


class HostSite:
    """Serves the pages that a test puts in."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, headers = site.pages.get(self.path, ("", {}))
                content = body.encode()
                self.send_response(200 if body else 204 if self.path == "/favicon.ico" else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The site's origin; another one than the assistant's, since the port differs."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> HostSite:
        """Start serving."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, body: str, **headers: str) -> str:
        """Make a page and give its address; underscores in header names stand for hyphens."""
        self.pages[path] = (body, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url + path
