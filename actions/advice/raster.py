"""Charts as PNG, for channels that show no SVG."""

from __future__ import annotations

import pylopdf_fonts_zh_cn
import resvg_py

FONT = "Noto Sans SC"
SCALE = 2
"""Pixels for each unit of the chart, for sharp screens."""


def png(svg: str) -> bytes:
    """A chart as a picture that is the same on every machine: set in Noto Sans SC, which comes with us, and in no other font.

    Raises:
        ValueError: it is no SVG.
    """
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=SCALE,
        skip_system_fonts=True,
        font_files=[str(pylopdf_fonts_zh_cn.sans_path())],
        sans_serif_family=FONT,
    )
