"""Briefs: what they hold, in which language, and that both forms open."""

from __future__ import annotations

import io
import json
from datetime import date
from html.parser import HTMLParser

import pytest
from docx import Document
from docx.oxml.ns import qn

from actions.advice.adviser import Adviser
from actions.advice.briefs.compose import Brief, compose
from actions.advice.briefs.page import brief_page
from actions.advice.briefs.word import brief_document
from actions.advice.planning import Planner
from tests.advice.test_phrases import HAN
from tests.support import CONTENT, LANGUAGES, known

PLANNER = Planner.load(CONTENT)
DAY = date(2026, 11, 29)


def brief(adviser: Adviser, language: str = "en", **facets: object) -> Brief:
    return compose(adviser, PLANNER, known(**{"market": "ID", "sector": "batteries", **facets}), language, DAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_brief_has_every_part_and_numbers_its_sources(project_adviser: Adviser, language: str) -> None:
    made = brief(project_adviser, language)
    assert [section.kind for section in made.sections].count("plan") == 1 and len(made.sections) == 9
    sources = made.sections[-1]
    cited = {number for section in made.sections[:-1] for line in section.lines for number in line.cites}
    assert sources.kind == "sources" and cited == set(range(1, len(sources.lines) + 1))
    texts = [line.text for section in made.sections[:-1] for line in section.lines]
    assert len(texts) == len(set(texts))
    assert all(bool(HAN.search(text)) is (language == "zh") for text in [made.title, made.disclaimer, *texts[:3]])
    assert made.date == {"en": "29 November 2026", "zh": "2026年11月29日"}[language]


def test_plan_is_in_the_order_of_time_and_names_who(project_adviser: Adviser) -> None:
    (plan,) = [section for section in brief(project_adviser).sections if section.kind == "plan"]
    weeks = [int(line.when.split()[-1]) for line in plan.lines if line.when.startswith("By week")]
    assert weeks == sorted(weeks) and max(weeks) <= 13 and all(line.owner for line in plan.lines)


def test_several_markets_have_their_own_parts(project_adviser: Adviser) -> None:
    made = brief(project_adviser, market=("HU", "PL"))
    headings = [section.heading for section in made.sections]
    assert any(heading.startswith("Hungary") for heading in headings) and any(
        heading.startswith("Poland") for heading in headings
    )
    assert made.markets == ("HU", "PL") and made.title == "Brief: Hungary, Poland"


def test_market_without_detail_is_admitted(project_adviser: Adviser) -> None:
    assert "Bhutan" in brief(project_adviser, market="BT").note and brief(project_adviser).note == ""


def test_brief_survives_storage(project_adviser: Adviser) -> None:
    made = brief(project_adviser, "zh")
    assert Brief.of(json.loads(json.dumps(made.as_dict()))) == made


def test_page_holds_every_line_and_escapes_it(project_adviser: Adviser) -> None:
    made = brief(project_adviser)
    hostile = Brief.of({**made.as_dict(), "title": "<script>alert(1)</script>"})
    page = brief_page(hostile, "token.docx")
    assert "<script>" not in page and 'href="token.docx"' in page

    class Words(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    words = Words()
    words.feed(page)
    assert all(line.text in words.text for section in made.sections for line in section.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_document_opens_with_text_table_and_chinese_font(project_adviser: Adviser, language: str) -> None:
    made = brief(project_adviser, language)
    document = Document(io.BytesIO(brief_document(made)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert made.title in text and made.disclaimer in text
    (table,) = document.tables
    (plan,) = [section for section in made.sections if section.kind == "plan"]
    assert len(table.rows) == len(plan.lines) + 1 and table.rows[1].cells[0].text == plan.lines[0].when
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
