"""A document as DOCX with real styles, to be opened and amended in Word, WPS or LibreOffice; measures as in ``letter.typ``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import cache
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from huiyin.documents.content import Block, DocumentContent
from huiyin.documents.fonts import IN_WORD, FontRole, NoTypeface
from huiyin.documents.layout import NoGlyph, chart
from huiyin.documents.pdf import LINES, lines_of

RED: Final = RGBColor(0xE6, 0x00, 0x12)
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP knows
LINE: Final = Pt(28.95)  # 225 mm in 22 lines
ONE_PAGE: Final = 8
"""A letter whose text has no more lines than these is on one page, however they are set."""
IN_A_LINE: Final = 28
"""Characters of the text."""
BODY: Final = Pt(16)
COLUMNS: Final = (Mm(40), Mm(116))
LEFT, CENTER, RIGHT, JUSTIFY = (  # of python-docx
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)

# style: typeface, size, where its lines stand, indent of the first line and from the right in points
STYLES: Final[dict[str, tuple[FontRole, Pt, WD_ALIGN_PARAGRAPH, float, float]]] = {
    "发文机关标志": ("title", Pt(34), CENTER, 0, 0),
    "表单机关": ("title", Pt(18), CENTER, 0, 0),
    "表单项目": ("body", Pt(12), CENTER, 0, 0),
    "表单内容": ("body", Pt(12), LEFT, 0, 0),
    "发文字号": ("body", BODY, RIGHT, 0, 0),
    "文书标题": ("title", Pt(22), CENTER, 0, 0),
    "事项编号": ("body", Pt(14), CENTER, 0, 0),
    "主送机关": ("body", BODY, LEFT, 0, 0),
    "公文正文": ("body", BODY, JUSTIFY, 32, 0),
    "公文一级标题": ("heading", BODY, LEFT, 32, 0),
    "附件说明": ("body", BODY, LEFT, 32, 0),
    "成文日期": ("body", BODY, RIGHT, 0, 64),
    "联系方式": ("body", Pt(14), LEFT, 0, 0),
    "核验": ("body", Pt(9), LEFT, 0, 0),
    "版记": ("body", Pt(14), LEFT, 14, 0),
}


def docx_of(document: DocumentContent) -> bytes:
    """The document as DOCX, its lines set as close as those of the PDF. The same document is the same file, byte for byte, on the same machine."""
    word = docx.Document(BytesIO(_blank()))
    _properties(word, document)
    if document.mark:
        word.sections[0].header.paragraphs[0].text = document.mark
        word.sections[0].first_page_header.paragraphs[0].text = document.mark
        word.sections[0].even_page_header.paragraphs[0].text = document.mark
    # The first page of a letter alone bears no number (GB/T 9704-2012, 10).
    word.sections[0].different_first_page_header_footer = not (document.is_form or document.upward)
    if document.is_form:
        _add(word, "表单机关", document.organ)
    else:
        _head(word, document)
    _add(word, "文书标题", document.title)
    _add(word, "事项编号", document.about)
    if document.addressee:
        _add(word, "主送机关", f"{document.addressee}：")
    for block in document.body:
        if block.bars:
            _chart(word, block)
        else:
            _add(word, "公文一级标题" if block.heading else "公文正文", block.text)
    _form(word, document)
    _each_page(word, document)
    for line in document.attachment_lines:
        _add(word, "附件说明", line)
    if not document.is_form:
        _signature(word, document)
    below = [_add(word, style, text) for style, text in _foot(document)]
    for paragraph in below[:-1]:
        paragraph.paragraph_format.keep_with_next = True
    _close_up(word, document)
    kept = BytesIO()
    word.save(kept)
    return _undated(kept)


def _close_up(word: Word, document: DocumentContent) -> None:
    """More lines on a page where the letter has them as PDF; as usual where it cannot be set as such."""
    if document.is_form or sum(1 + len(block.text) // IN_A_LINE for block in document.body) <= ONE_PAGE:
        return
    try:
        lines = lines_of(document)
    except (NoGlyph, NoTypeface):
        return
    if lines == LINES:
        return
    lines += 1  # office programs leave more room above and below what is not text
    styles = [word.styles[name].paragraph_format for name in STYLES]
    for form in styles:
        if form.line_spacing == LINE:
            form.line_spacing = Emu(LINE * LINES // lines)
    for form in (*styles, *(paragraph.paragraph_format for paragraph in word.paragraphs)):
        if form.space_before is not None and form.space_before >= LINE:
            form.space_before = Emu(form.space_before * LINES // lines)


def _chart(word: Word, block: Block) -> None:
    """A chart as a picture with its numbers as what is read aloud, and above it what it shows."""
    _add(word, "事项编号", block.text).paragraph_format.keep_with_next = True
    # Its lines are as high as the picture, unlike those of other paragraphs.
    paragraph = word.add_paragraph()
    paragraph.alignment = CENTER
    shape = paragraph.add_run().add_picture(BytesIO(chart(block.bars)), width=Mm(140))
    bars = "，".join(f"{label}{found}" for label, found in block.bars)
    shape._inline.docPr.set("descr", f"{block.text}：{bars}")


def _head(word: Word, document: DocumentContent) -> None:
    """The red head: of a letter 30 mm from the edge with a rule below it and another at the foot of the page (GB/T 9704-2012, 10); of what
    goes upward 35 mm below the top of the type area, its number on the left, who signs it on the right, and then the rule (7.2).
    """
    if document.upward:
        _add(word, "发文机关标志", document.organ).paragraph_format.space_before = Mm(35)
        number = _add(word, "发文字号", f"{document.number}\t签发人：{document.signer}")
        number.alignment = LEFT
        number.paragraph_format.left_indent = BODY
        number.paragraph_format.tab_stops.add_tab_stop(Mm(104))
        number.paragraph_format.space_before = LINE
        _ruled(number, "bottom", "single")
        return
    organ, foot = _add(word, "发文机关标志", document.organ), word.sections[0].first_page_footer.paragraphs[0]
    _ruled(organ, "bottom", "thickThinSmallGap")
    _ruled(foot, "top", "thinThickSmallGap")
    _placed(organ, Mm(30))
    foot.paragraph_format.left_indent = foot.paragraph_format.right_indent = Mm(-7)
    foot.paragraph_format.line_spacing_rule, foot.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(2)
    _add(word, "发文字号", document.number)


def _signature(word: Word, document: DocumentContent) -> None:
    """Who issued it and when, the organ's name centred above the day, which ends four characters from the right (7.3.5.1); never alone on a
    page, nor what stands below it.
    """
    last = word.paragraphs[-1]
    signed, dated = _add(word, "成文日期", document.organ), _add(word, "成文日期", document.dated)
    beside = (_width(document.organ) - _width(document.dated)) / 2
    signed.paragraph_format.right_indent = Pt(max(0, 4 - beside) * BODY.pt)
    signed.paragraph_format.space_before = LINE * 2
    last.paragraph_format.keep_with_next = signed.paragraph_format.keep_with_next = True
    dated.paragraph_format.keep_with_next = next(_foot(document), None) is not None


def _width(text: str) -> float:
    """How many characters wide ``text`` is: signs of ASCII are half as wide."""
    return sum(0.5 if sign.isascii() else 1 for sign in text)


def _foot(document: DocumentContent) -> Iterator[tuple[str, str]]:
    """What stands below the signature, with its style."""
    contact = f"联系方式：{document.contact}" if document.contact else ""
    for style, text in (("联系方式", contact), ("核验", document.verify_line), ("版记", document.copy_line)):
        if text:
            yield style, text


@cache
def _blank() -> bytes:
    """A document with nothing on it: page and styles are the same for all, and making them is half of the work."""
    word = docx.Document()
    _page(word)
    _styles(word)
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


def _undated(written: BytesIO) -> bytes:
    """The same file without the moment at which it was written: the same document is the same file, as with PDF."""
    kept = BytesIO()
    with ZipFile(written) as parts, ZipFile(kept, "w", ZIP_DEFLATED) as undated:
        for part in parts.infolist():
            undated.writestr(ZipInfo(part.filename, EARLIEST), parts.read(part), ZIP_DEFLATED)
    return kept.getvalue()


def _add(word: Word, style: str, text: str) -> Paragraph:
    paragraph = word.add_paragraph(text)
    _set(paragraph, style)
    return paragraph


def _set(paragraph: Paragraph, style: str) -> None:
    """Give it one of ``STYLES``, whose names are their ids: asking for the name reads the list of all styles each time."""
    paragraph._p.style = style


def _page(word: Word) -> None:
    """A4 with a type area of 156 x 225 mm; pages numbered below it, odd ones right, even ones left, the first not (GB/T 9704-2012, 10)."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    section.different_first_page_header_footer = True
    word.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.add_run("— ")
        _field(paragraph, "PAGE")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            run.font.size = Pt(14)
            run.font.name = IN_WORD["page"]


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the office program fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "2"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _styles(word: Word) -> None:
    for name, (role, size, alignment, first, right) in STYLES.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.name, style.font.size = "Times New Roman", size
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), IN_WORD[role])
        # Without it an office program may set Chinese with the punctuation of another region.
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), "zh-CN")
        spoken.set(qn("w:eastAsia"), "zh-CN")
        style.element.get_or_add_rPr().append(spoken)
        form = style.paragraph_format
        form.alignment, form.first_line_indent, form.right_indent = alignment, Pt(first), Pt(right)
        form.space_before = form.space_after = Pt(0)
        spacing = Pt(20) if name in ("表单项目", "表单内容") else max(LINE, Pt(size.pt * 1.3))
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, spacing
        form.keep_with_next = name == "公文一级标题"
        form.widow_control = True
    word.styles["发文机关标志"].font.color.rgb = RED
    word.styles["文书标题"].paragraph_format.space_before = LINE
    word.styles["主送机关"].paragraph_format.space_before = Pt(14)
    # Screen readers find their way by outline levels.
    for name, level in (("文书标题", "0"), ("公文一级标题", "1")):
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), level)
        word.styles[name].element.get_or_add_pPr().append(outline)


def _ruled(paragraph: Paragraph, side: str, kind: str) -> None:
    """A red rule at one ``side`` of a paragraph."""
    borders = OxmlElement("w:pBdr")
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", "24"), ("space", "6"), ("color", str(RED))):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _placed(paragraph: Paragraph, top: Mm) -> None:
    """Where a paragraph stands on its page, 170 mm wide in the middle, whatever the type area; text goes on below it."""
    frame = OxmlElement("w:framePr")
    for name, value in (("w", Mm(170).twips), ("wrap", "notBeside"), ("vAnchor", "page"), ("hAnchor", "page")):
        frame.set(qn(f"w:{name}"), str(value))
    frame.set(qn("w:xAlign"), "center")
    frame.set(qn("w:y"), str(top.twips))
    paragraph._p.get_or_add_pPr().insert_element_before(
        frame, "w:widowControl", "w:numPr", "w:pBdr", "w:spacing", "w:ind", "w:jc"
    )


def _form(word: Word, document: DocumentContent) -> None:
    """The lines of a form, as a table of two columns."""
    if not document.rows:
        return
    table = word.add_table(rows=0, cols=2, style="Table Grid")
    # LibreOffice goes by the columns, Word by the cells.
    table.autofit = False
    for column, width in zip(table.columns, COLUMNS, strict=True):
        column.width = width
    for at, row in enumerate(document.rows, 1):
        cells = table.add_row().cells
        kept = len(document.rows) - document.kept_rows < at < len(document.rows)
        for cell, style, text, width in zip(
            cells, ("表单项目", "表单内容"), (row.label, row.value), COLUMNS, strict=True
        ):
            cell.width = width
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            _set(cell.paragraphs[0], style)
            cell.paragraphs[0].add_run(text)
            if kept:  # with the next row: nobody signs a page on which nothing else stands
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _each_page(word: Word, document: DocumentContent) -> None:
    """Places for those who sign each page, at its foot above the number."""
    section = word.sections[0]
    for footer in (section.footer, section.even_page_footer) if document.each_page else ():
        number = footer.paragraphs[0]
        for text in (document.confirmed, *(f"{who}　签名：＿＿＿＿＿＿＿＿＿＿" for who in document.each_page)):
            _set(number.insert_paragraph_before(text), "表单内容")


def _properties(word: Word, document: DocumentContent) -> None:
    about = word.core_properties
    about.title, about.author, about.language = document.title, document.organ, "zh-CN"
    about.comments = f"{document.wording}; {', '.join(f'{role}: {family}' for role, family in IN_WORD.items())}"
    about.created = about.modified = datetime.combine(document.day, time(0))
    about.last_modified_by = document.organ
