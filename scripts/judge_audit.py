"""Judges what scripts/audit.sh has found, by docs/audit.yml."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Weakness:
    """One entry of a public list that concerns a pinned package."""

    ids: frozenset[str]
    package: str
    version: str

    def __str__(self) -> str:
        return f"{', '.join(sorted(self.ids))} in {self.package} {self.version}"


def python_weaknesses(report: Mapping[str, Any] | None) -> tuple[int, int, list[Weakness]]:
    """How many packages were looked up, how many of the pinned ones the service did not know, and what it knows of the others.

    pip-audit ends with "No known vulnerabilities found" also where the service has told it of no single package.
    """
    packages = (report or {}).get("dependencies", [])
    known = [package for package in packages if "skip_reason" not in package]
    found = [
        Weakness(frozenset([entry["id"], *entry.get("aliases", [])]), package["name"], package["version"])
        for package in known
        for entry in package.get("vulns", [])
    ]
    return len(known), len(packages) - len(known), found


def npm_weaknesses(report: Mapping[str, Any] | None) -> list[Weakness] | None:
    """What npm knows; ``None`` if its service did not answer."""
    if not report or "auditReportVersion" not in report:
        return None
    return [
        Weakness(frozenset([str(via["url"]).rsplit("/", 1)[-1]]), name, str(entry.get("range", "")))
        for name, entry in report.get("vulnerabilities", {}).items()
        for via in entry.get("via", [])
        if isinstance(via, dict)
    ]


def stale(accepted: list[dict[str, Any]], pins: Mapping[str, str], today: date) -> Iterator[str]:
    """Entries of the list that do not hold any more."""
    for entry in accepted:
        name = f"docs/audit.yml: {entry['id']} of {entry['package']}"
        pinned = pins.get(entry["package"].lower())
        if pinned != str(entry["version"]):
            yield f"{name} is accepted for {entry['version']}, but {pinned or 'no version'} is pinned; look again"
        if entry["until"] < today:
            yield f"{name} was accepted until {entry['until']}; look at it again"


def judge(folder: Path, needs_service: bool, today: date) -> list[str]:
    """The faults; tells on the way what was asked."""
    accepted = yaml.safe_load((PROJECT / "docs" / "audit.yml").read_text(encoding="utf-8"))["accepted"]
    pins = {name.lower(): version for name, version in _PIN.findall((PROJECT / "requirements.txt").read_text(encoding="utf-8"))}
    faults = list(stale(accepted, pins, today))
    reports = {service: python_weaknesses(_read(folder / f"python-{service}.json")) for service in ("pypi", "osv")}
    service, (known, unknown, found) = max(reports.items(), key=lambda report: report[1][0])
    if known:
        print(f"pip-audit ({service}): {known} packages looked up, {unknown} not known there")
    else:
        print("pip-audit: NOT CHECKED; neither PyPI's nor OSV's list told anything of any package")
    npm = npm_weaknesses(_read(folder / "npm.json"))
    print("npm audit: NOT CHECKED; its service did not answer" if npm is None else f"npm audit: {len(npm)} weaknesses reported")
    if needs_service and (not known or npm is None):
        faults.append("a service could not be asked (--require-service)")
    ids = {entry["id"] for entry in accepted}
    faults += [
        f"{weakness}: lift the package, or accept it in docs/audit.yml"
        for weakness in (*found, *(npm or ()))
        if not weakness.ids & ids
    ]
    print(f"docs/audit.yml: {len(accepted)} accepted weaknesses compared with {len(pins)} pins")
    return faults


def _read(path: Path) -> dict[str, Any] | None:
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report


if __name__ == "__main__":
    problems = judge(Path(sys.argv[1]), "--require-service" in sys.argv[2:], date.today())
    for problem in problems:
        print(problem, file=sys.stderr)
    raise SystemExit(1 if problems else 0)
