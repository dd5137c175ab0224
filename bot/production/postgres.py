"""A private PostgreSQL server out of pgserver's package, for a machine where no other is named."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.starting import StartFailed

SUPERUSER = "postgres"
DATABASE = "qiao"
_SOCKET_PATH_BYTES = 100
_REMEDY = (
    "run `make setup-dev` (it installs pgserver), or name a database in QIAO_CONVERSATIONS_URL, QIAO_RULES_URL, QIAO_RECORDS_URL"
)


@dataclass(frozen=True)
class PrivatePostgres:
    """A cluster in ``folder``, reached by a socket only; every role has a password."""

    folder: Path
    superuser_password: str

    @property
    def account(self) -> str | None:
        """The account that it runs as: PostgreSQL refuses to run as root."""
        return "pgserver" if os.geteuid() == 0 else None

    @property
    def socket_folder(self) -> Path:
        """Where its socket is: beside the data, unless that path is too long for a socket."""
        near = self.folder.parent / "socket"
        if len(str(near)) + len("/.s.PGSQL.5432") < _SOCKET_PATH_BYTES:
            return near
        return Path(tempfile.gettempdir()) / f"qiao-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}"

    def command(self) -> tuple[str, ...]:
        """How the server is started; it serves until it is told to stop."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0777",  # the folder itself is closed
            "max_connections": "100",
            "log_min_duration_statement": "-1",
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return (str(_program("postgres")), "-D", str(self.folder), *arguments)

    def question(self) -> tuple[str, ...]:
        """A command that succeeds while the server takes connections: not yet while it recovers, not while it hangs."""
        return (str(_program("pg_isready")), "--quiet", "--host", str(self.socket_folder), "--timeout", "3")

    def make(self) -> None:
        """Make the cluster if it does not exist yet.

        Raises:
            StartFailed: it cannot be made.
        """
        for folder in (self.socket_folder, self.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.stat().st_uid not in (os.geteuid(), _number(self.account)):
                raise StartFailed(f"{folder} belongs to somebody else; remove it")
        if self.account:
            _let_in(self.account, self.folder, self.socket_folder)
        if (self.folder / "PG_VERSION").exists():
            return
        words = self.socket_folder / "password"
        words.touch(mode=0o600)
        words.write_text(self.superuser_password, encoding="ascii")
        if self.account:
            _own(self.account, words)
        command = [str(_program("initdb")), "-D", str(self.folder), "-U", SUPERUSER, f"--pwfile={words}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_account())
        words.unlink()
        if result.returncode != 0:
            raise StartFailed(f"the private PostgreSQL could not be made in {self.folder}:\n{result.stderr.strip()}\n{_REMEDY}")

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        """The SQLAlchemy URL by which a role reaches a database."""
        return f"postgresql://{user}:{quote(password)}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    def _as_account(self) -> dict[str, Any]:
        return {"user": self.account, "group": pwd.getpwnam(self.account).pw_gid, "extra_groups": ()} if self.account else {}


def _program(name: str) -> Path:
    try:
        import pgserver
    except ImportError:
        raise StartFailed(f"no PostgreSQL database is named, and pgserver is not installed; {_REMEDY}") from None
    return Path(pgserver.__file__).parent / "pginstall" / "bin" / name


def _let_in(account: str, *folders: Path) -> None:
    """Give folders to an account, and let it reach them and PostgreSQL's programs; both belong to root otherwise."""
    from pgserver.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(account)
    programs = _program("postgres").parent
    ensure_prefix_permissions(programs)
    for folder in (programs, programs.parent / "lib"):
        ensure_folder_permissions(folder, 0o055)
    for folder in folders:
        ensure_prefix_permissions(folder)
        _own(account, folder)
        folder.chmod(0o700)


def _own(account: str, path: Path) -> None:
    entry = pwd.getpwnam(account)
    os.chown(path, entry.pw_uid, entry.pw_gid)


def _number(account: str | None) -> int | None:
    try:
        return pwd.getpwnam(account).pw_uid if account else None
    except KeyError:
        return None
