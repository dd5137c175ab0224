"""What number words, units and scales may stand for: the tables behind ``numbers``.

They are generous (a quarter may be 25%, 3 months or 15 minutes): a word only ever excuses a figure of the other language.
"""

from __future__ import annotations

CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_MONTHS = "january february march april may june july august september october november december".split()
_ONE = "a an each every per single once daily monthly yearly annual annually".split()

EN_WORDS: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(_ONE, (1,)),
    **{word: (value,) for value, word in enumerate(CARDINALS)},
    **{word: (10 * value,) for value, word in enumerate(TENS, start=2)},
    **{word: (value,) for value, word in enumerate(_ORDINALS, start=1)},
    **{word: (value,) for value, word in enumerate(_MONTHS, start=1)},
    **{word[:3]: (value,) for value, word in enumerate(_MONTHS, start=1)},
    **dict.fromkeys(("no", "none", "nobody", "never"), (0,)),
    **dict.fromkeys(("both", "pair", "twice"), (2,)),
    **dict.fromkeys(("double", "doubled"), (2, 100)),
    "triple": (3, 200),
    "half": (0.5, 50, 6, 30, 12),
    "third": (3, 1 / 3, 33),
    "thirds": (1 / 3, 33, 66, 67),
    "quarter": (3, 0.25, 25, 90, 15, 1, 4),
    "quarterly": (3, 4, 1),
    "quarters": (0.75, 75, 3),
    "dozen": (12,),
    "day": (1, 24),
    "week": (1, 7),
    "weekly": (1, 7),
    "fortnight": (2, 14),
    "month": (1, 30),
    "year": (1, 12, 365),
    "decade": (10,),
    "century": (100,),
    "noon": (12,),
    "midnight": (0, 24, 12),
    "hundred": (1e2,),
    "thousand": (1e3,),
    "million": (1e6,),
}
EN_SCALES = {
    **{"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6},
    **{"billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12},
}
EN_UNITS = {"week": 7, "month": 30, "year": 12, "quarter": 3, "dozen": 12, "day": 24, "hour": 60, "decade": 10}
"""How many of the next smaller unit, in which the other language may count."""

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

ZH_DIGITS = {**{char: value for value, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2, "双": 2}
ZH_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
ZH_UNITS = {
    **{"周": 7, "星期": 7, "个月": 30, "月": 30, "年": 12, "季": 3, "个季": 3, "天": 24, "日": 24, "小时": 60, "个小时": 60},
    **{"成": 10, "折": 10},
}
ZH_WORDS: dict[str, tuple[float, ...]] = {
    **dict.fromkeys("每单首", (1,)),
    **dict.fromkeys("零不无没未", (0,)),
    **dict.fromkeys(("翻倍", "翻番"), (2, 100)),
    **dict.fromkeys(("正午", "中午", "打"), (12,)),
    **dict.fromkeys("天日", (1, 24)),
    "元月": (1,),
    "半": (0.5, 50, 6, 30, 12),
    "周": (1, 7),
    "旬": (10,),
    "月": (1, 30),
    "季": (1, 3, 4),
    "年": (1, 12, 365),
    "刻": (15,),
}
