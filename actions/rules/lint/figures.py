"""Figures that stand in one language only."""

from __future__ import annotations

from collections.abc import Iterator

from actions.rules.lint.finding import Finding, Material, bilingual_fields
from actions.rules.lint.numbers import figures_of, values_of

FIGURES_DIFFER = "figures-differ"

_NAMES = {"en": "English", "zh": "Chinese"}


def check_figures(material: Material) -> Iterator[Finding]:
    """Figures that one language gives in digits and the other gives neither in digits nor in words."""
    for rule in material.library.rules:
        for name, text in bilingual_fields(rule):
            for here, there, first, second in (("en", "zh", text.en, text.zh), ("zh", "en", text.zh, text.en)):
                missing = _missing(first, here, second, there)
                if missing:
                    message = (
                        f"{name}: {', '.join(missing)} stands in the {_NAMES[here]} text only; "
                        f"give the same figures in both languages"
                    )
                    yield material.on_rule(FIGURES_DIFFER, "warning", rule, message)


def _missing(text: str, language: str, other: str, other_language: str) -> list[str]:
    figures = figures_of(text, language)
    if not figures:
        return []
    known = values_of(other, other_language)
    return list(dict.fromkeys(figure.written for figure in figures if not figure.values & known))
