"""A brief as a Word document, with fonts for both languages."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from actions.advice.briefs.compose import Brief, Line, Section

_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"
_ACCENT, _SOFT = RGBColor(0x0B, 0x5C, 0x8A), RGBColor(0x5A, 0x64, 0x72)
_SIZES = {"Normal": 10, "Title": 20, "Heading 1": 12.5, "List Bullet": 10, "List Number": 8.5}
_PLAN_WIDTHS = (Mm(26), Mm(34), Mm(116))


def brief_document(brief: Brief) -> bytes:
    """The document as the bytes of a .docx file."""
    document = Document()
    _set_up(document, brief)
    title = document.add_paragraph(brief.title, style="Title")
    title.paragraph_format.space_after = Pt(2)
    _soft(document.add_paragraph(f"{brief.subtitle} · {brief.date}"))
    if brief.note:
        _soft(document.add_paragraph(brief.note))
    for section in brief.sections:
        document.add_paragraph(section.heading, style="Heading 1")
        _ADDERS.get(section.kind, _add_list)(document, section, brief)
    _soft(document.add_paragraph(brief.disclaimer)).paragraph_format.space_before = Pt(12)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any, brief: Brief) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(17)
    page.top_margin = page.bottom_margin = Mm(18)
    properties = document.core_properties
    properties.title, properties.author = brief.title, "Qiao"
    properties.language = "zh-CN" if brief.language == "zh" else "en-GB"
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        fonts.set(qn("w:eastAsia"), _CHINESE)
        style.paragraph_format.space_after = Pt(3)
        if name in ("Title", "Heading 1"):
            style.font.color.rgb = _ACCENT
            style.font.bold = True
    document.styles["Heading 1"].paragraph_format.space_before = Pt(10)


def _add_list(document: Any, section: Section, _brief: Brief) -> None:
    for line in section.lines:
        _cite(document.add_paragraph(line.text, style="List Bullet"), line)


def _add_sources(document: Any, section: Section, _brief: Brief) -> None:
    for line in section.lines:
        paragraph = document.add_paragraph(f"{line.cites[0]}. {line.text}")
        paragraph.paragraph_format.space_after = Pt(1)
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(8.5), _SOFT


def _add_plan(document: Any, section: Section, brief: Brief) -> None:
    table = document.add_table(rows=1, cols=3, style="Light Grid Accent 1")
    table.autofit = False
    for cell, label in zip(table.rows[0].cells, ("when", "who", "what")):
        cell.text = brief.labels[label]
    _repeat_header(table.rows[0])
    for column, width in zip(table.columns, _PLAN_WIDTHS):  # Writer goes by the grid, Word by the cells
        column.width = width
    for line in section.lines:
        cells = table.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = line.when, line.owner, line.text
        _cite(cells[2].paragraphs[0], line)
    for row in table.rows:
        for cell, width in zip(row.cells, _PLAN_WIDTHS):
            cell.width = width
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.bold = row is table.rows[0]


def _cite(paragraph: Paragraph, line: Line) -> None:
    if line.cites:
        run: Run = paragraph.add_run(" " + ", ".join(map(str, line.cites)))
        run.font.superscript, run.font.color.rgb = True, _ACCENT


def _soft(paragraph: Paragraph) -> Paragraph:
    for run in paragraph.runs:
        run.font.color.rgb, run.font.size = _SOFT, Pt(9)
    return paragraph


def _repeat_header(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


_ADDERS = {"list": _add_list, "plan": _add_plan, "sources": _add_sources}
