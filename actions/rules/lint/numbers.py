"""Finds the figures of a text, in digits or words, so that the two languages can be compared.

The same quantity is often said differently: 4.5 billion and 45亿, September and 9月, half a year and 6个月. A figure therefore
has all values that it may mean, and it is matched when one of them is among the values of the other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actions.rules.lint.number_words import (
    CARDINALS,
    EN_SCALES,
    EN_UNITS,
    EN_WORDS,
    ROMAN,
    TENS,
    ZH_DIGITS,
    ZH_SCALES,
    ZH_UNITS,
    ZH_WORDS,
)

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RANGE = r"(?:\s*(?:to|and|or|-|–|—|至|到|~|～|、|比|或)\s*)"
# A figure does not follow a letter (G20, COVID-19), unless the letters are a currency.
_START = r"(?:(?<![A-Za-z\d.])(?<![A-Z]-)|(?<=\bRM)|(?<=\bRs)|(?<=\bUSD)|(?<=\bEUR)|(?<=\bHUF)|(?<=\bPLN))"
_EN_FIGURE = re.compile(
    rf"{_START}(?P<number>{_DIGITS})(?P<scale>\s?(?:hundred|thousand|million|billion|trillion|bn|mn|tn|k|m)\b)?"
    rf"(?={_RANGE}[A-Z$€£ ]*(?:{_DIGITS})\s?(?P<shared>hundred|thousand|million|billion|trillion|bn|mn|m)\b)?"
    r"(?=(?:[\s-](?:working\s|calendar\s|business\s|full\s)?(?P<unit>week|month|year|quarter|day|hour))?)"
    r"(?=(?P<half_day>\s?[ap]\.?m\b)?)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[-–/]\s?(\d{2})(?![\d,.]\d|\d)")
_EN_ROMAN = re.compile(r"\b[IVXLC]+\b")
_EN_WORD = re.compile(r"[A-Za-z]+")
_EN_PHRASE = re.compile(
    rf"\b(?P<tens>{'|'.join(TENS)})-(?P<ones>{'|'.join(CARDINALS)})\b"
    rf"|\b(?P<word>{'|'.join(CARDINALS)}|{'|'.join(TENS)}|half|a|an)(?:\s|-)"
    rf"(?:(?:a|an|working|calendar|business|full|more)(?:\s|-))?(?P<unit>hundred|thousand|million|billion|trillion|week|month|year|quarter|dozen|day|hour|decade)",
    re.IGNORECASE,
)
_ZH_FIGURE = re.compile(
    rf"{_START}(?P<number>{_DIGITS})(?P<scale>[多余几来]?[十百千万亿]+(?![瓦米克卡焦伏赫]))?"
    rf"(?={_RANGE}(?:{_DIGITS})(?P<shared>[十百千万亿]+))?"
    r"(?=(?P<unit>周|星期|个月|月|年|个?季|天|日|个?小时|成|折)?)"
)
_ZH_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万亿半双几]+")


@dataclass(frozen=True)
class Figure:
    """A figure written in digits, and every value that it may stand for."""

    written: str
    values: frozenset[float]


def figures_of(text: str, language: str) -> list[Figure]:
    """The figures that ``text`` gives in digits. Digits inside a name (G20, B2B) are no figures."""
    text = _plain_times(text)
    return list(_english(text) if language == "en" else _chinese(text))


def values_of(text: str, language: str) -> frozenset[float]:
    """Every value that ``text`` names, in digits or in words, or may be understood to name."""
    found = {value for figure in figures_of(text, language) for value in figure.values}
    text = _plain_times(text)
    found.update(_values(float(part) for part in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))))
    if language == "en":
        found.update(_english_words(text))
    else:
        found.update(_chinese_words(text))
    return frozenset(found)


def _plain_times(text: str) -> str:
    """15:00 as 15, 12:30 as 12.30 and 2013-14 as 2013-2014, whichever way the text writes them."""
    text = _CLOCK.sub(lambda time: time[1] if time[2] == "00" else f"{time[1]}.{time[2]}", text)
    return _YEARS.sub(_both_years, text)


def _both_years(years: re.Match[str]) -> str:
    later = int(years[1][:2] + years[2])
    return f"{years[1]}-{later}" if 0 < later - int(years[1]) <= 20 else years.group()


def _english(text: str) -> Iterator[Figure]:
    for match in _EN_FIGURE.finditer(text):
        base = _number(match["number"])
        scale = EN_SCALES[match["scale"].strip().lower()] if match["scale"] else 1
        values = [base * scale]
        if scale != 1 and len(match["scale"].strip()) == 1:
            values.append(base)  # 500 m may be metres
        if match["shared"] and not match["scale"]:
            values.append(base * EN_SCALES[match["shared"].lower()])
        if match["unit"]:
            values.append(base * EN_UNITS[match["unit"].lower()])
        if match["half_day"]:
            values.append(base + 12)
        yield Figure(match["number"] + (match["scale"] or ""), _values(values))


def _chinese(text: str) -> Iterator[Figure]:
    for match in _ZH_FIGURE.finditer(text):
        base = _number(match["number"])
        values = [base * _chinese_scale(match["scale"] or "")]
        if match["shared"] and not match["scale"]:
            values.append(base * _chinese_scale(match["shared"]))
        if match["unit"]:
            values.append(base * ZH_UNITS[match["unit"]])
        yield Figure(match["number"] + (match["scale"] or ""), _values(values))


def _english_words(text: str) -> Iterator[float]:
    for match in _EN_WORD.finditer(text):
        yield from _values(EN_WORDS.get(match.group().lower().removesuffix("s"), EN_WORDS.get(match.group().lower(), ())))
    for match in _EN_ROMAN.finditer(text):
        yield _roman(match.group())
    for match in _EN_PHRASE.finditer(text):
        if match["tens"]:
            yield from _values([EN_WORDS[match["tens"].lower()][0] + EN_WORDS[match["ones"].lower()][0]])
            continue
        base = EN_WORDS[match["word"].lower()][0]
        unit = match["unit"].lower()
        yield from _values([base * EN_SCALES.get(unit, 1), base * EN_UNITS.get(unit, 1)])


def _chinese_words(text: str) -> Iterator[float]:
    for match in _ZH_NUMERAL.finditer(text):
        numeral = match.group()
        unit = next((unit for unit in ZH_UNITS if text.startswith(unit, match.end())), "")
        for value in (_chinese_number(numeral), *(ZH_DIGITS.get(char, 0) for char in numeral)):
            yield from _values([value, value * ZH_UNITS.get(unit, 1), value * 10])
    for hour in re.findall(r"(\d{1,2})点半", text):
        yield from _values([float(hour) + 0.3])
    for word, values in ZH_WORDS.items():
        if word in text:
            yield from _values(values)


def _roman(numeral: str) -> float:
    digits = [ROMAN[char] for char in numeral]
    return float(sum(-digit if digit < max(digits[at:]) else digit for at, digit in enumerate(digits)))


def _chinese_number(numeral: str) -> float:
    """The value of Chinese numerals such as 三百二十 or 十二; what is no proper number gives some number."""
    total = section = digit = 0.0
    for char in numeral:
        if char in "万亿":
            total = (total + section + digit or 1) * ZH_SCALES[char]
            section = digit = 0.0
        elif char in ZH_SCALES:
            section += (digit or 1) * ZH_SCALES[char]
            digit = 0.0
        elif char == "半":
            digit += 0.5
        else:
            digit = float(ZH_DIGITS.get(char, 0))
    return total + section + digit


def _chinese_scale(signs: str) -> float:
    scale = 1.0
    for char in signs:
        scale *= ZH_SCALES.get(char, 1.0)
    return scale


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def _values(numbers: Iterable[float]) -> frozenset[float]:
    """Values rounded so that 0.45 × 10⁹ and 4.5 × 10⁸ are the same."""
    return frozenset(float(f"{number:.9g}") for number in numbers)
