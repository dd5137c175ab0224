"""What whoever starts servers needs: free ports, and an error that says why nothing was started."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


class StartFailed(Exception):
    """A server could not be started; the message says which one and what to do."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def require_free_port(host: str, port: int, variable: str) -> None:
    """Raise :class:`StartFailed`, which names the setting ``variable``, if somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartFailed(f"port {port} on {host} is taken ({error.strerror}); stop what uses it or set {variable}") from None
