"""The rules store's errors. Each says what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass


class RulesError(Exception):
    """Base of every error that the rules store raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one content file, at a place that an author can go to (lines and columns count from 1)."""

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        field = f" {self.field}:" if self.field else ""
        return f"{self.file}:{self.line}:{self.column}:{field} {self.message}"

    def as_dict(self) -> dict[str, str | int]:
        """The problem as plain data, for ``--json`` output."""
        return asdict(self)


class ContentError(RulesError):
    """The content folder has faults; nothing of it was loaded. ``problems`` lists all of them, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the content; nothing was changed:\n{lines}")


class StoreUnavailable(RulesError):
    """The database cannot be reached or read."""


class NoRelease(StoreUnavailable):
    """The database holds no release of the guidance yet."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no guidance is loaded in {url}; run: python -m actions.rules load")


class UnknownRelease(RulesError):
    """A release was asked for that the database does not hold."""

    def __init__(self, version: str, known: list[str]) -> None:
        super().__init__(f"there is no release {version!r}; known releases: {', '.join(known) or 'none'}")


class UnknownRule(RulesError):
    """A rule was asked for that no release holds."""

    def __init__(self, rule_id: str) -> None:
        super().__init__(f"no release holds a rule {rule_id!r}")
