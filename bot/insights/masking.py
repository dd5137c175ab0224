"""Hides personal data in what people wrote, before the content team reads it.

Rather hides too much than too little: long numbers, addresses, links, and names where they are introduced. Names that just stand
in a sentence, and names of companies, cannot be told from other words reliably; whoever must rule them out leaves the texts out.
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of a text that are kept."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁耿牟卜詹关苗凌费靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强"
    "丘辜纪舒涂褚娄晏"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|夏侯|令狐|端木"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
_HAN = r"[\u4e00-\u9fff]"
_CAPITALISED = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,3}"

_LINK = re.compile(r"\b(https?://|www\.)([\w.-]+)[^\s，。；）)]*", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{7,8}(?!\d)")
_NUMBER = re.compile(r"(?<![\d,.])\+?\(?\d(?:[ ()./-]?\d){6,24}[Xx]?(?![\d,]\d)")
_DATE_OR_RANGE = re.compile(r"(?:19|20)\d\d(?:[./-](?:0?[1-9]|1[0-2])(?:[./-](?:0?[1-9]|[12]\d|3[01]))?|\s?-\s?(?:19|20)\d\d)?")
_HANDLE = re.compile(
    r"((?:wechat|weixin|whatsapp|telegram|qq|微信号?|薇信)\s?(?:id)?\s?(?:is|[:：是为])?\s?)([A-Za-z0-9_-]{5,})", re.IGNORECASE
)
_NAMED_ZH = re.compile(rf"(我叫|名叫|我的名字[是叫]|本人叫|叫我|姓名[是:：]?|联系人[是:：]?)\s*({_HAN}{{2,4}}|{_CAPITALISED})")
_AM_ZH = re.compile(rf"(我是|我姓|这里是|本人)\s*({_SURNAME}{_HAN}{{0,2}})(?={_HAN}{{0,6}}(?:[，。,.！!；;、\s]|$))")
_TITLE_ZH = re.compile(
    rf"{_SURNAME}{_HAN}{{0,2}}(?=先生|女士|小姐|太太)|{_SURNAME}(?=总(?:[，。,\s]|$)|经理|主任|老师|董事长|工程师)"
)
_NAMED_EN = re.compile(
    r"\b((?i:my name is|my name's|i am|i'm|i’m|this is|call me|contact person:?|ask for|regards,|sincerely,))(\s+)"
    rf"({_CAPITALISED})"
)
_TITLE_EN = re.compile(rf"\b(Mr|Mrs|Ms|Dr|Prof)(\.?\s+)({_CAPITALISED})")


def mask(text: str) -> str:
    """The text, shortened, with placeholders for personal data."""
    text = " ".join(text[:LONGEST].split()) + ("…" if len(text) > LONGEST else "")
    text = _LINK.sub(r"\1\2/…", text)
    text = _MAIL.sub("[e-mail]", text)
    text = _HANDLE.sub(r"\1[account]", text)
    text = _PASSPORT.sub("[number]", text)
    text = _NUMBER.sub(lambda found: found[0] if _DATE_OR_RANGE.fullmatch(found[0]) else "[number]", text)
    text = _NAMED_ZH.sub(r"\1[name]", text)
    text = _AM_ZH.sub(r"\1[name]", text)
    text = _TITLE_ZH.sub("[name]", text)
    text = _NAMED_EN.sub(r"\1\2[name]", text)
    return _TITLE_EN.sub(r"\1\2[name]", text)
