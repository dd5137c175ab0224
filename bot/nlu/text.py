"""Folds the many ways of writing a text to one, and tells which language it is in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[a-zA-Z]+(?:['’][a-zA-Z]+)?")
_ENGLISH_GLUE = frozenset(
    "a an and are at be can do does for from has have how i if in is it my of on or our should that the their them they this to "
    "was we what when where which who why will with you your".split()
)
_CHINESE_GLUE = re.compile(r"[的了吗呢怎么我们是在有和跟与要会能什哪为吧该被把让给对从还也都就]")


def fold(text: str) -> str:
    """Lower-case, half-width, Simplified, without accents; of exactly the same length, so that offsets stay valid."""
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=16384)
def _fold_char(char: str) -> str:
    if _HAN.match(char):
        simplified = _to_simplified().convert(char)
        return simplified if len(simplified) == 1 else char
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) == 1:
        plain = unicodedata.normalize("NFD", plain)[0].lower()
    if plain in {"’", "‘", "`"}:
        return "'"
    return plain if len(plain) == 1 else char


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def language_of(text: str) -> str | None:
    """``zh`` or ``en``, whichever carries the sentence; ``None`` when the text has no words of either.

    A sentence that mixes both belongs to the language of its grammar words, else to the one with more words (a Chinese
    word is counted as one and a half characters).
    """
    han = len(_HAN.findall(text))
    words = [word.lower() for word in _LATIN_WORD.findall(text)]
    if not han:
        return "en" if words else None
    english_glue = sum(word in _ENGLISH_GLUE for word in words)
    chinese_glue = len(_CHINESE_GLUE.findall(fold(text)))
    if english_glue != chinese_glue and min(english_glue, chinese_glue) == 0:
        return "en" if english_glue else "zh"
    return "zh" if han / 1.5 >= len(words) else "en"
