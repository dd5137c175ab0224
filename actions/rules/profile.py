"""The asker's situation: the five facets by which guidance is tailored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.rules.taxonomy import FACETS


@dataclass(frozen=True)
class Profile:
    """What we know of a person's company and question; an unknown facet is ``None`` (for the market: empty)."""

    market: tuple[str, ...] = ()
    sector: str | None = None
    ownership: str | None = None
    stage: str | None = None
    audience: str | None = None

    def values(self, facet: str) -> tuple[str, ...]:
        """The known values of ``facet``; empty when it is unknown."""
        value = getattr(self, facet)
        if facet == "market":
            return tuple(value)
        return () if value is None else (value,)

    def with_market(self, *markets: str) -> Profile:
        """The same situation in other markets."""
        return replace(self, market=tuple(markets))

    def as_dict(self) -> dict[str, list[str] | str | None]:
        """The profile as the answer payload carries it."""
        return {facet: list(self.market) if facet == "market" else getattr(self, facet) for facet in FACETS}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not any(self.values(facet) for facet in FACETS)
