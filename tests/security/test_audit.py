"""What the audit of dependencies lets pass, and what not."""

from __future__ import annotations

import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.support import PROJECT

ACCEPTED = yaml.safe_load((PROJECT / "docs" / "audit.yml").read_text(encoding="utf-8"))["accepted"]
TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("judge_audit", PROJECT / "scripts" / "judge_audit.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["judge_audit"] = module
    spec.loader.exec_module(module)
    return module


def report(folder: Path, name: str, content: Any) -> Path:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_what_is_accepted_holds_for_the_pins_of_today(audit: ModuleType, tmp_path: Path) -> None:
    assert audit.judge(tmp_path, False, TODAY) == []


def test_a_service_that_knows_no_package_is_told_and_no_proof(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(tmp_path, "python-pypi.json", {"dependencies": [{"name": "rasa", "skip_reason": "Dependency not found on PyPI"}]})
    assert audit.judge(tmp_path, False, TODAY) == []
    assert capsys.readouterr().out.count("NOT CHECKED") == 2
    assert audit.judge(tmp_path, True, TODAY) == ["a service could not be asked (--require-service)"]


@pytest.mark.parametrize(("alias", "passes"), [(ACCEPTED[0]["id"], True), ("CVE-2099-1", False)])
def test_a_weakness_passes_only_if_it_is_accepted(audit: ModuleType, tmp_path: Path, alias: str, passes: bool) -> None:
    found = {"id": "PYSEC-1", "aliases": [alias]}
    report(tmp_path, "python-pypi.json", {"dependencies": [{"name": "keras", "version": "2.12.0", "vulns": [found]}]})
    faults = audit.judge(tmp_path, False, TODAY)
    assert (faults == []) is passes
    assert passes or "lift the package, or accept it in docs/audit.yml" in faults[0]


def test_a_weakness_of_the_web_chats_packages_fails(audit: ModuleType, tmp_path: Path) -> None:
    via = [{"url": "https://github.com/advisories/GHSA-x"}, "another"]
    report(tmp_path, "npm.json", {"auditReportVersion": 2, "vulnerabilities": {"marked": {"range": "<20", "via": via}}})
    assert "GHSA-x in marked <20" in audit.judge(tmp_path, False, TODAY)[0]


def test_what_is_accepted_ends(audit: ModuleType, tmp_path: Path) -> None:
    faults = audit.judge(tmp_path, False, date(2099, 1, 1))
    assert len(faults) == len(ACCEPTED) and all("was accepted until" in fault for fault in faults)


def test_what_is_accepted_for_another_version_is_looked_at_again(audit: ModuleType) -> None:
    faults = list(audit.stale(ACCEPTED, {entry["package"]: "99" for entry in ACCEPTED}, TODAY))
    assert len(faults) == len(ACCEPTED) and "99 is pinned" in faults[0]
