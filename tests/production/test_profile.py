"""The production profile as a whole: it answers, is closed, gives no needless rights, survives what breaks, and stops well."""

from __future__ import annotations

import asyncio
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest
import sqlalchemy as sa

from benchmarks.faults.books import Audit, audit
from benchmarks.faults.people import Crowd, Person
from benchmarks.faults.running import RunningProfile
from bot.training import current_model

PEOPLE = 4


async def test_people_are_answered_in_both_languages(profile: RunningProfile) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        for number, text in enumerate(
            ["How do we choose a local partner in Vietnam?", "我们在印尼建镍厂，怎么跟当地社区打交道？"]
        ):
            person = Person(client, profile.url, number)
            await person.open()
            answered = await person.say(text)
            card = answered.replies[-1]["custom"]
            assert card["type"] == "advice" and card["items"] and answered.attempts == 1
            assert card["language"] == ("zh" if number else "en")


async def test_operators_back_the_private_databases_up_and_restore_them_as_their_owner(
    profile: RunningProfile, tmp_path: Path
) -> None:
    def as_owner(*arguments: str) -> str:
        result = profile.run("production", "as-owner", "bot", *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    async with httpx.AsyncClient(timeout=60) as client:
        person = Person(client, profile.url, 0)
        await person.open()
        await person.say("We are a listed battery maker entering Hungary")
        folder = await asyncio.to_thread(as_owner, "backup", "--to", str(tmp_path))
        stores = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))["stores"]
        assert {store["kind"] for store in stores.values()} == {"postgresql"} and "conversations" in stores
        await person.say("start over")
        await asyncio.to_thread(as_owner, "restore", folder, "--force")
        known = (await person.say("what do you know about us?")).replies[-1]["custom"]["profile"]
    assert (known["market"], known["sector"]) == (["HU"], "batteries")


def test_nothing_else_is_open(profile: RunningProfile) -> None:
    ready = httpx.get(f"{profile.url}/ready").json()
    assert ready["ready"] and ready["conversations"] and ready["locks"]
    closed = (
        "/model",
        "/model/parse",
        "/conversations/x/tracker",
        "/webhooks/rest/webhook",
        "/socket.io/",
        "/metrics",
        "/status",
    )
    for path in closed:
        assert httpx.post(profile.url + path, json={}).status_code == 404, path
    servers = [member["port"] for name, member in profile.state()["processes"].items() if name.startswith("assistant")]
    for port in servers:  # nor behind nginx
        for path in ("/webhooks/rest/webhook", "/socket.io/", "/conversations/x/tracker"):
            assert httpx.post(f"http://127.0.0.1:{port}{path}", json={}).status_code in (403, 404), path
    listening = {
        connection.laddr.ip
        for process in [psutil.Process(profile.pid), *psutil.Process(profile.pid).children(recursive=True)]
        for connection in process.connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_secrets_are_private_and_stay_out_of_sight(profile: RunningProfile) -> None:
    secrets = {path: path.read_text(encoding="ascii").strip() for path in (profile.folder / "secrets").iterdir()}
    assert len(secrets) == 6 and len(set(secrets.values())) == 6
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets)
    assert stat.S_IMODE((profile.folder / "secrets").stat().st_mode) == 0o700
    seen = profile.console.read_text(encoding="utf-8") + (profile.folder / "state.json").read_text(encoding="utf-8")
    seen += "".join(path.read_text(encoding="utf-8") for path in (profile.folder / "logs").glob("*.log"))
    for process in psutil.Process(profile.pid).children(recursive=True):
        seen += " ".join(process.cmdline())
    assert not [path.name for path, secret in secrets.items() if secret in seen]


@pytest.mark.parametrize("role", ["qiao_assistant", "qiao_actions"])
def test_servers_roles_may_do_what_they_need_and_no_more(profile: RunningProfile, role: str) -> None:
    engine = sa.create_engine(profile.database_url(role), future=True)
    may = {
        "qiao_assistant": ["SELECT count(*) FROM events", "DELETE FROM events WHERE sender_id = 'nobody'"],
        "qiao_actions": [
            "SELECT count(*) FROM rule_versions",
            "DELETE FROM tickets WHERE id < 0",
            "UPDATE feedback SET words = ''",
        ],
    }
    never = [
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "DROP TABLE events",
        "DROP TABLE tickets",
        "ALTER TABLE events ADD COLUMN mine int",
        "TRUNCATE events",
        "DELETE FROM releases",
        "UPDATE rule_versions SET text_en = ''",
        "INSERT INTO alembic_version VALUES ('x')",
        "COPY (SELECT 1) TO '/tmp/mine'",
    ]
    others = {
        "qiao_assistant": ["SELECT 1 FROM tickets", "SELECT 1 FROM rule_versions"],
        "qiao_actions": ["SELECT 1 FROM events"],
    }
    for statement in may[role]:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    for statement in [*never, *others[role]]:
        with pytest.raises(sa.exc.DBAPIError, match="permission denied|must be owner"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_status_lists_what_runs(profile: RunningProfile) -> None:
    told = json.loads(profile.run("production", "status", "--json").stdout)
    names = {"nginx", "postgres", "redis", "actions-1", "actions-2", "assistant-1", "assistant-2"}
    assert told["processes"].keys() == names
    table = profile.run("production", "status")
    assert table.returncode == 0 and all(name in table.stdout for name in names)


def test_a_second_one_in_the_same_folder_is_refused(profile: RunningProfile) -> None:
    second = profile.run("production")
    assert second.returncode == 1 and "already running" in second.stderr


async def under_load(profile: RunningProfile, break_something: Callable[[], None], *, after_seconds: float = 3.0) -> Audit:
    """Break something while people talk, wait until all is well again, and compare what was said with what is kept."""
    crowd = Crowd(profile.url, PEOPLE, pause=(0.3, 0.3))
    await crowd.start()
    await asyncio.sleep(2)
    broken_at = time.monotonic()
    await asyncio.to_thread(break_something)
    await asyncio.to_thread(profile.wait_until, profile.is_ready)
    recovered = time.monotonic() - broken_at
    await asyncio.sleep(after_seconds)
    found = await asyncio.to_thread(audit, await crowd.stop(), profile.owner_url)
    print(f"\n  all well again after {recovered:.1f} s; {found}")
    assert found.is_clean and not found.apologies, f"{found}: {found!r}"
    assert found.sent > 2 * PEOPLE
    return found


FAULTS = {
    "an assistant and an action server are killed": lambda profile: (profile.kill("assistant-1"), profile.kill("actions-1")),
    "Redis is killed": lambda profile: profile.kill("redis"),
    "PostgreSQL is killed": lambda profile: profile.kill("postgres"),
    "nginx is killed": lambda profile: profile.kill("nginx"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_message_is_lost_or_doubled_when(profile: RunningProfile, fault: str) -> None:
    before = profile.state()

    def break_it() -> None:
        FAULTS[fault](profile)
        profile.wait_until(lambda: profile.has_recovered(before))

    found = await under_load(profile, break_it)
    assert found.slowest_seconds < 60


async def test_replacing_all_servers_is_not_noticed(profile: RunningProfile) -> None:
    before = {name: member["pid"] for name, member in profile.state()["processes"].items()}

    def replace() -> None:
        done = profile.run("production", "reload")
        assert done.returncode == 0, done.stderr

    await under_load(profile, replace)
    after = {name: member["pid"] for name, member in profile.state()["processes"].items()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"actions-1", "actions-2", "assistant-1", "assistant-2"}


def test_a_damaged_model_replaces_nothing(profile: RunningProfile) -> None:
    model = current_model(Path(profile.environment["QIAO_MODELS"]))
    good = model.read_bytes()
    before = {name: member["pid"] for name, member in profile.state()["processes"].items() if name.startswith("assistant")}
    try:
        model.write_bytes(good[: len(good) // 2])
        refused = profile.run("production", "reload")
    finally:
        model.write_bytes(good)
    assert refused.returncode == 1
    assert "cannot be read" in refused.stderr and model.name in refused.stderr.replace("\n", "")
    after = {name: member["pid"] for name, member in profile.state()["processes"].items() if name.startswith("assistant")}
    assert before == after and profile.is_ready()


def test_stops_in_order_and_leaves_nothing_behind(profile: RunningProfile) -> None:
    children = psutil.Process(profile.pid).children(recursive=True)
    started = time.monotonic()
    assert profile.stop() == 0
    assert time.monotonic() - started < 60
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    assert "shut down" in (profile.folder / "logs" / "postgres.log").read_text(encoding="utf-8").splitlines()[-1]
    assert profile.run("production", "status").returncode == 1
