"""Fixtures that all tests share: real databases, content folders and advisers."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url

from actions.advice.adviser import Adviser
from actions.rules.content import Library, read_library
from actions.rules.database import open_engine
from actions.rules.taxonomy import Taxonomy
from bot.settings import Settings
from bot.training import is_up_to_date, train
from tests import small_library
from tests.live.assistant import Assistant
from tests.support import CONTENT, make_adviser, write_content

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
settings.register_profile("qiao", deadline=None, derandomize=True, database=None, phases=PHASES)
settings.load_profile("qiao")

REMEDY = "run `make setup-dev` (it installs pgserver), or set QIAO_TEST_POSTGRES to the URL of a PostgreSQL database"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server: the one that QIAO_TEST_POSTGRES names, else a private one."""
    named = os.environ.get("QIAO_TEST_POSTGRES")
    if named:
        yield named
        return
    try:
        import pgserver
    except ImportError:
        pytest.fail(f"pgserver is not installed; {REMEDY}")
    folder = tempfile.mkdtemp(prefix="qiao-pg-")
    try:
        server = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:
        pytest.fail(f"the private PostgreSQL server in {folder} did not start ({error}); {REMEDY}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture()
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """The URL of an empty schema of its own on the PostgreSQL server."""
    schema = f"qiao_test_{uuid.uuid4().hex}"
    server = create_engine(postgres_url, future=True)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield make_url(postgres_url).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rules.db'}"
    return str(request.getfixturevalue("postgres_schema"))


@pytest.fixture()
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the empty database."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture()
def content(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """Makes a content folder out of guidance files; each call makes another folder."""

    def make(files: dict[str, Any]) -> Path:
        return write_content(tmp_path / f"content-{uuid.uuid4().hex[:8]}", files)

    return make


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """The project's vocabulary."""
    return Taxonomy.load(CONTENT)


@pytest.fixture(scope="session")
def small_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder with the small library."""
    return write_content(tmp_path_factory.mktemp("small") / "content", small_library.FILES)


@pytest.fixture(scope="session")
def small_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the small library is loaded."""
    return f"sqlite:///{tmp_path_factory.mktemp('small-store') / 'rules.db'}"


@pytest.fixture(scope="session")
def adviser(small_content: Path, small_url: str) -> Adviser:
    """An adviser over the small library."""
    return make_adviser(small_url, small_content)


@pytest.fixture(scope="session")
def project_library() -> Library:
    """The project's own guidance."""
    return read_library(CONTENT)


@pytest.fixture(scope="session")
def project_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the project's guidance is loaded."""
    return f"sqlite:///{tmp_path_factory.mktemp('project-store') / 'rules.db'}"


@pytest.fixture(scope="session")
def project_adviser(project_url: str) -> Adviser:
    """An adviser over the project's own guidance."""
    return make_adviser(project_url, CONTENT)


@pytest.fixture(scope="session")
def trained_model() -> None:
    """Sees to it that there is an up-to-date model."""
    folder = Settings.from_environment().model_folder
    if not is_up_to_date(folder):
        train(folder)


@pytest.fixture(scope="session")
def assistant(trained_model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for all tests that need real servers and break nothing."""
    running = Assistant(tmp_path_factory.mktemp("assistant"))
    running.start()
    yield running
    running.stop()
