"""The coverage of the guidance as a heat map: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from babel import Locale

from actions.rules.coverage import Cell, Coverage
from actions.rules.taxonomy import LANGUAGES, Taxonomy

_SHADES = ((0, "#ffffff", "#000"), (1, "#deebf7", "#000"), (2, "#9ecae1", "#000"), (4, "#4292c6", "#000"), (8, "#08519c", "#fff"))
"""From how many local items on a cell has which colour, and the colour of its text. One hue from light to dark, so that the scale
is read without telling colours apart."""

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em; color: #111; background: #fff }
table { border-collapse: separate; border-spacing: 2px }
th, td { padding: .25em .4em; text-align: center; white-space: nowrap }
th[scope=row] { text-align: left; font-weight: normal; position: sticky; left: 0; background: #fff }
thead th { position: sticky; top: 0; background: #fff; vertical-align: bottom }
tbody th[scope=rowgroup] { text-align: left; padding-top: 1em }
td { border: 2px solid transparent }
td.gap { border: 2px dashed #b30000 }
small { display: block }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Coverage of the guidance 内容覆盖</title>
<style>{style}{shades}</style></head>
<body>
<h1>Coverage of the guidance <span lang="zh">内容覆盖</span></h1>
<p>In each cell: the items that a person sees who asks about the topic and the market / those of them that name the market
itself or a region of it. “en −2” tells that two of them lack English.<br>
{explained_in_chinese}</p>
<table><tbody><tr>{legend}</tr></tbody></table>
<p>{count} gaps <span lang="zh">缺口</span></p>
<table>
<thead><tr><th></th>{markets}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


_EXPLAINED_IN_CHINESE = (
    '<span lang="zh">每格为：该主题、该市场可显示的条目数 / 其中点名该市场或其所属区域的条目数。“en −2”表示有两条缺英文。</span>'
)


def coverage_page(coverage: Coverage, taxonomy: Taxonomy, minimum: int) -> str:
    """The heat map as HTML.

    Args:
        coverage: what to show.
        taxonomy: the vocabulary, for the titles.
        minimum: with fewer items a cell is marked as a gap.
    """
    return _PAGE.format(
        style=_STYLE,
        shades="".join(f".s{n} {{ background: {back}; color: {text} }}\n" for n, (_, back, text) in enumerate(_SHADES)),
        explained_in_chinese=_EXPLAINED_IN_CHINESE,
        legend=_legend(minimum),
        count=len(coverage.gaps(minimum)),
        markets="".join(f'<th scope="col" title="{escape(_market_name(code))}">{escape(code)}</th>' for code in coverage.markets),
        rows="\n".join(_rows(coverage, taxonomy, minimum)),
    )


def _rows(coverage: Coverage, taxonomy: Taxonomy, minimum: int) -> list[str]:
    rows = []
    for pillar, topics in taxonomy.pillars.items():
        shown = [topic for topic in topics if topic in coverage.topics]
        if shown:
            title = _both_languages(taxonomy.pillar_titles[pillar])
            rows.append(f'<tr><th scope="rowgroup" colspan="{len(coverage.markets) + 1}">{title}</th></tr>')
        for topic in shown:
            cells = "".join(_cell(coverage.cells[topic, market], minimum) for market in coverage.markets)
            rows.append(f'<tr><th scope="row">{_both_languages(taxonomy.topics[topic])}</th>{cells}</tr>')
    return rows


def _cell(cell: Cell, minimum: int) -> str:
    faults = cell.faults(minimum)
    without = [(language, cell.items - count) for language, count in cell.texts.items() if count < cell.items]
    lacking = "".join(f"<small>{language} −{count}</small>" for language, count in without)
    classes = f"s{_shade(cell.local)}{' gap' if faults else ''}"
    title = escape(f"{cell.topic}, {cell.market}: {'; '.join(faults) or 'no gap'}")
    return f'<td class="{classes}" title="{title}">{cell.items}/{cell.local}{lacking}</td>'


def _shade(local: int) -> int:
    return sum(local >= bound for bound, _, _ in _SHADES) - 1


def _legend(minimum: int) -> str:
    bounds = [bound for bound, _, _ in _SHADES]
    ranges = [f"{low}–{high - 1}" if high - 1 > low else str(low) for low, high in zip(bounds, bounds[1:])]
    swatches = [f'<td class="s{n}">{label}</td>' for n, label in enumerate([*ranges, f"{bounds[-1]}+"])]
    gap = f"gap: fewer than {minimum} items, none of them local, or a language lacking"
    swatches.append(f'<td class="gap">{gap} <span lang="zh">缺口</span></td>')
    return '<td>Colour: local items <span lang="zh">颜色：本地条目数</span></td>' + "".join(swatches)


def _both_languages(titles: Mapping[str, str]) -> str:
    return "<br>".join(f'<span lang="{language}">{escape(titles[language])}</span>' for language in LANGUAGES)


def _market_name(code: str) -> str:
    """The name of a country in both languages; a region goes by its code."""
    return " ".join(dict.fromkeys(str(Locale(language).territories.get(code, code)) for language in LANGUAGES))
