"""Workbooks as office programs write them, and as openpyxl would not: the XML of a sheet, packed with the least that a workbook needs."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fills><fill/></fills><cellXfs><xf/><xf numFmtId="22"/><xf numFmtId="14"/>'
    '<xf numFmtId="20"/></cellXfs></styleSheet>'
)
"""An empty fill, which some programs leave; then styles 1 (date and time), 2 (date), 3 (time)."""
HEADER = ("编号", "姓名", "标题", "时间", "内容", "电话")


def text(cell: str, value: str) -> str:
    """A cell with a text."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(cell: str, value: str, style: int = 0) -> str:
    """A cell with a number."""
    return f'<c r="{cell}" s="{style}"><v>{value}</v></c>'


def row(at: int, *cells: str) -> str:
    """A row: texts are put into A, B, …; what is XML stays as it is."""
    made = (
        cell if cell.startswith("<") else text(f"{chr(ord('A') + n)}{at}", cell) for n, cell in enumerate(cells) if cell
    )
    return f'<row r="{at}">{"".join(made)}</row>'


def workbook(
    path: Path, *rows: str, dimension: str = "", merged: tuple[str, ...] = (), before: Mapping[str, str] | None = None
) -> Path:
    """A workbook with a sheet 台账 of ``rows``; ``before`` are sheets that stand before it, hidden where the name ends in *."""
    merges = f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{cells}{chr(34)}/>' for cells in merged)}</mergeCells>"
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    body = f"{size}<sheetData>{''.join(rows)}</sheetData>{merges if merged else ''}"
    sheets = {name: f"<sheetData>{data}</sheetData>" for name, data in (before or {}).items()} | {"台账": body}
    listed = "".join(
        f'<sheet name="{name.rstrip("*")}" sheetId="{n}"{" state=" + chr(34) + "hidden" + chr(34) if name.endswith("*") else ""} r:id="r{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}<Relationship Id="s" '
        f'Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    for n, data in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{MAIN}">{data}</worksheet>'
    return packed(path, parts)


def packed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A ZIP archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def renamed(path: Path, *changes: tuple[str, str]) -> Path:
    """``path`` written anew with texts changed in every part, and names with them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for before, after in changes:
        parts = {name: content.replace(before, after) for name, content in parts.items()}
    return packed(path, parts)
