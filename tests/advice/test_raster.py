"""Charts as PNG look the same on every machine and have their words in both languages."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from actions.advice.radar import HEIGHT, WIDTH, radar_svg
from actions.advice.raster import SCALE, png

AXES = [("信任", 75), ("Strategic communication", 100), ("合规", 50)]
UNKNOWN = "\ue000\ue001"
"""Characters that no font has, shown as empty boxes."""


def chart(title: str, axes: list[tuple[str, int]] = AXES) -> Image.Image:
    return Image.open(BytesIO(png(radar_svg(title, axes)))).convert("RGB")


def test_picture_has_the_charts_size() -> None:
    assert chart("出海准备度").size == (SCALE * WIDTH, SCALE * HEIGHT)


@pytest.mark.parametrize("title", ["出海准备度", "Readiness"])
def test_words_are_drawn_and_are_no_empty_boxes(title: str) -> None:
    for other in (" ", UNKNOWN):
        changed = ImageChops.difference(chart(title), chart(other)).getbbox()
        assert changed is not None and changed[3] < SCALE * 60, "the title is drawn at the top, and nothing else changes"


def test_no_word_is_cut_off_at_the_edge() -> None:
    axes = [("Trust", 75), ("Transparency", 50), ("Local adaptation", 50), ("Stakeholder relations", 75)]
    axes += [("Strategic communication", 100), ("Compliance", 75)]
    left, top, right, bottom = ImageChops.difference(chart("Readiness: 71 of 100", axes), blank()).getbbox() or (0, 0, 0, 0)
    assert 0 < left < right < SCALE * WIDTH and 0 < top < bottom < SCALE * HEIGHT


def blank() -> Image.Image:
    return Image.new("RGB", (SCALE * WIDTH, SCALE * HEIGHT), "#ffffff")


def test_what_is_no_chart_is_an_error() -> None:
    with pytest.raises(ValueError):
        png("no picture")
