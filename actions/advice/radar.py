"""A radar chart as SVG: one axis for each dimension, the latest result over the previous one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

WIDTH, HEIGHT, RADIUS = 720, 500, 160
RINGS = (25, 50, 75, 100)
_FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_INK = "#1a1a1a"
_NOW, _BEFORE = "#0072B2", "#D55E00"
"""Blue and vermilion of Okabe and Ito's palette, which people with any colour vision tell apart; the lines differ as well."""


def radar_svg(
    title: str, axes: Sequence[tuple[str, int]], before: Sequence[int | None] = (), legend: tuple[str, str] = ("", "")
) -> str:
    """The chart.

    Args:
        title: what is shown; also the picture's accessible name.
        axes: name and points (0 to 100) of each dimension, at least three.
        before: the points of an earlier result, in the same order; ``None`` where it has none.
        legend: names of the present and the earlier result; shown when there is an earlier one.
    """
    words = "; ".join(f"{name}: {points}" for name, points in axes)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(f"{title}. {words}", quote=True)}" font-family="{_FONT}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{WIDTH / 2}" y="30" text-anchor="middle" font-size="18" font-weight="600" fill="{_INK}">'
        f"{escape(title)}</text>",
    ]
    count = len(axes)
    for ring in RINGS:
        parts.append(f'<polygon points="{_polygon([ring] * count)}" fill="none" stroke="#c8c8c8"/>')
    for number, (name, points) in enumerate(axes):
        x, y = _point(number, count, 100)
        parts.append(f'<line x1="{WIDTH / 2}" y1="{_centre_y()}" x2="{x:.1f}" y2="{y:.1f}" stroke="#c8c8c8"/>')
        lx, ly = _point(number, count, 116)
        anchor = "middle" if abs(lx - WIDTH / 2) < 20 else "start" if lx > WIDTH / 2 else "end"
        parts.append(
            f'<text x="{lx:.1f}" y="{ly - 4:.1f}" text-anchor="{anchor}" font-size="14" fill="{_INK}">{escape(name)}'
            f'<tspan x="{lx:.1f}" dy="18" font-weight="700">{points}</tspan></text>'
        )
    if before:
        parts.append(_shape([points or 0 for points in before], _BEFORE, 'stroke-dasharray="6 4"', 0.08))
    parts.append(_shape([points for _, points in axes], _NOW, "", 0.22))
    parts += [_ring_label(ring, *_point(0, count, ring)) for ring in RINGS]
    if before:
        parts += _legend(legend)
    return "".join([*parts, "</svg>"])


def _shape(points: Sequence[int], colour: str, style: str, opacity: float) -> str:
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
        for x, y in (_point(number, len(points), value) for number, value in enumerate(points))
    )
    look = f'fill="{colour}" fill-opacity="{opacity}" stroke="{colour}" stroke-width="2.5" {style}'
    return f'<polygon points="{_polygon(points)}" {look}/>{dots}'


def _ring_label(ring: int, x: float, y: float) -> str:
    """A ring's number over the shapes, with a white rim that keeps it readable there."""
    rim = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    return f'<text x="{x + 8:.1f}" y="{y + 14:.1f}" font-size="11" fill="#595959" {rim}>{ring}</text>'


def _legend(names: tuple[str, str]) -> list[str]:
    parts = []
    for row, (name, colour, style) in enumerate(zip(names, (_NOW, _BEFORE), ("", 'stroke-dasharray="6 4"'))):
        y = HEIGHT - 34 + 20 * row
        parts.append(f'<line x1="20" y1="{y}" x2="52" y2="{y}" stroke="{colour}" stroke-width="2.5" {style}/>')
        parts.append(f'<text x="60" y="{y + 4}" font-size="13" fill="{_INK}">{escape(name)}</text>')
    return parts


def _polygon(points: Sequence[int]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (_point(number, len(points), value) for number, value in enumerate(points)))


def _point(number: int, count: int, value: float) -> tuple[float, float]:
    angle = 2 * pi * number / count - pi / 2
    length = RADIUS * value / 100
    return WIDTH / 2 + length * cos(angle), _centre_y() + length * sin(angle)


def _centre_y() -> float:
    return HEIGHT / 2 + 15
