"""Texts in the wrong language, and punctuation that does not belong to the language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.rules.lint.finding import Finding, Material, bilingual_fields, excerpt
from actions.rules.schema import Bilingual

NOT_TRANSLATED = "not-translated"
MIXED_LANGUAGE = "mixed-language"
HALF_WIDTH = "half-width-mark"
FULL_WIDTH = "full-width-mark"
STRAY_SPACE = "stray-space"

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "，。；：？！（）「」『』《》〈〉【】、"
"""Marks that only Chinese uses; curly quotation marks and dashes belong to both languages."""
_QUOTES = "“”‘’…—"
_HAN_CHAR = re.compile(f"[{HAN}]")
# What English quotes or gives in brackets (the word that a label must bear) may be in the original script.
_BARE_HAN = re.compile(f"(?<![{HAN}“‘\"'(])[{HAN}]+(?![{HAN}”’\"')])")
_ADDRESS = re.compile(r"https?://[!-~]+")
# Names begin with a capital; they may well outweigh the Chinese of a title.
_ENGLISH_WORD = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")
_LATIN_CHAR = re.compile("[A-Za-z]")
_MARK = re.compile(f"[{_MARKS}]")
_NEXT_TO = rf"{HAN}{_MARKS}"
_ASCII_MARK = re.compile(
    rf"(?<=[{_NEXT_TO}])(?:\.{{2,}}|[,;:?!()\"'])|(?:(?<![A-Za-z])'|(?<!\.)\.{{2,}}|[,;:?!()\"])(?=[{_NEXT_TO}])|(?<=[{HAN}])\.(?=\s|$|[{HAN}])"
)
_SPACE = re.compile(
    rf"(?<=[{_MARKS}])\s+|(?<!\s)\s+(?=[{_MARKS}])|(?<=[{HAN}])\s+(?=[{HAN}{_QUOTES}])|(?<=[{_QUOTES}])\s+(?=[{HAN}])"
)
_FULL_FOR = dict(zip(",;:?!()", "，；：？！（）")) | {'"': "“ or ”", "'": "‘ or ’"}


def check_language(material: Material) -> Iterator[Finding]:
    """English that is Chinese, Chinese that is English, and marks of the other language's width."""
    for rule in material.library.rules:
        for name, text in bilingual_fields(rule):
            for check, message in (*_translation(text), *_english(text.en), *_chinese(text.zh)):
                yield material.on_rule(check, "error", rule, f"{name}{message}")


def _translation(text: Bilingual) -> Iterator[tuple[str, str]]:
    chinese, english = len(_HAN_CHAR.findall(text.zh)), len(_ENGLISH_WORD.findall(_ADDRESS.sub("", text.zh)))
    if text.en.casefold() == text.zh.casefold():
        yield NOT_TRANSLATED, ": the two languages have the same text; translate it"
    elif not chinese:
        yield NOT_TRANSLATED, ".zh holds no Chinese character; write it in Chinese"
    elif english > chinese:
        yield NOT_TRANSLATED, f".zh has more English words ({english}) than Chinese characters ({chinese}); write it in Chinese"
    if not _LATIN_CHAR.search(text.en):
        yield NOT_TRANSLATED, ".en holds no Latin letter; write it in English"


def _english(text: str) -> Iterator[tuple[str, str]]:
    for match in _BARE_HAN.finditer(text):
        part = excerpt(text, *match.span())
        yield MIXED_LANGUAGE, f".en holds Chinese in {part}; translate it, or write it in pinyin"
    for match in _MARK.finditer(text):
        part = excerpt(text, *match.span())
        yield FULL_WIDTH, f".en holds the full-width mark {match.group()} in {part}; write the half-width one"


def _chinese(text: str) -> Iterator[tuple[str, str]]:
    for match in _ASCII_MARK.finditer(text):
        mark = match.group()
        right = "……" if len(mark) > 1 else _FULL_FOR.get(mark, "。")
        yield HALF_WIDTH, f".zh holds the half-width mark {mark} in {excerpt(text, *match.span())}; write {right}"
    for match in _SPACE.finditer(text):
        yield STRAY_SPACE, f".zh has a space in {excerpt(text, *match.span())} where Chinese has none; remove it"
