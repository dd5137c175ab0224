"""What the profile's processes use, and how much of the processor they may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.faults.running import RunningProfile

_CGROUPS = Path("/sys/fs/cgroup/cpu")
_PERIOD = 20_000


def megabytes(profile: RunningProfile) -> dict[str, float]:
    """Memory that each process, with those that it started, has to itself or shares with them (PSS), in MB."""
    return {
        name: sum(process.memory_full_info().pss for process in _family(member["pid"])) / 1e6
        for name, member in profile.state()["processes"].items()
    }


def cpu_seconds(profile: RunningProfile) -> dict[str, float]:
    """What each has computed so far."""
    used = {}
    for name, member in profile.state()["processes"].items():
        times = [process.cpu_times() for process in _family(member["pid"])]
        used[name] = sum(each.user + each.system for each in times)
    return used


@contextmanager
def limited(profile: RunningProfile, share: float) -> Iterator[None]:
    """Give each assistant ``share`` of a core at most (cgroups 1; needs root), so that the client is not what limits."""
    groups = []
    for name, member in profile.state()["processes"].items():
        if name.startswith("assistant"):
            group = _CGROUPS / f"qiao-{name}"
            group.mkdir(exist_ok=True)
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(int(_PERIOD * share)))
            for process in _family(member["pid"]):
                (group / "cgroup.procs").write_text(str(process.pid))
            groups.append(group)
    try:
        yield
    finally:
        for group in groups:
            for pid in (group / "cgroup.procs").read_text().split():
                (_CGROUPS / "cgroup.procs").write_text(pid)
            group.rmdir()


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]
