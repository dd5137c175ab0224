"""The adviser's own words and the names of things, in both languages, out of ``content/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy
from serving.words import Words, read_texts


@dataclass(frozen=True)
class Phrases(Words):
    """Fixed texts by key and language, and display names of topics and facet values."""

    taxonomy: Taxonomy

    @classmethod
    def load(cls, folder: Path, taxonomy: Taxonomy) -> Phrases:
        """Read ``phrases.yml`` of the content folder."""
        return cls(read_texts(folder), taxonomy)

    def topic(self, topic: str, language: str) -> str:
        """A topic's title."""
        return self.taxonomy.topics[topic][language]

    def profile(self, profile: Profile, language: str) -> str:
        """The known facets of a profile in words; empty when nothing is known."""
        known = [self.value(value, language) for facet in FACETS for value in profile.values(facet)]
        return self.join(known, language)
