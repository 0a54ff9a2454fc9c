"""The index of a package: for people as a page, for the systems of archives as XML with the element names of DA/T 48-2009 and DA/T 46-2009."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.template.loader import render_to_string
from django.utils import timezone, translation

from huiyin.archive.package.contents import FileContents
from huiyin.archive.package.items import Item
from huiyin.casework.history import steps
from huiyin.documents.compose import LANGUAGE
from huiyin.documents.facts import cleaned

NAMESPACE: Final = "http://www.saac.gov.cn/standards/ERM/encapsulation"
FORMAT: Final = (
    "本目录采用DA/T 48-2009《基于XML的电子文件封装规范》和DA/T 46-2009《文书类电子文件元数据方案》的元素名称；"
    "文件数据不编入本文件，存放在同一封装包（RFC 8493）的data目录"
)
TYPE, TYPE_TOLD = "原始型", "本封装包包含电子文件数据及其元数据，原始封装，未经修改"


@dataclass(frozen=True, slots=True)
class Described:
    """What the index says of the whole file; ``missing`` are lines that explain what the catalogue of the rulebook asks for and is not there."""

    contents: FileContents
    term: str
    missing: str = ""

    @property
    def title(self) -> str:
        """The title of the file (案卷题名)."""
        return cleaned(self.contents.past.title) or "（资料已销毁）"

    @property
    def year(self) -> int:
        """The year to which the file belongs: that in which it was archived (DA/T 22-2015, 5.2: by the year of the end of its handling)."""
        return timezone.localtime(self.contents.as_of).year

    @property
    def made_at(self) -> datetime:
        """When the file was closed, in the zone of the installation."""
        return timezone.localtime(self.contents.as_of)


def page(described: Described) -> bytes:
    """The index as a page that opens without anything else: register form, catalogue, what was done."""
    with translation.override(LANGUAGE):
        through = described.contents.rows[-1].seq
        taken = [step for step in steps(described.contents.past) if step.seq <= through]
        context = {
            "described": described,
            "case": described.contents.case,
            "items": described.contents.items,
            "steps": taken,
        }
        return render_to_string("archive/index.html", context).encode()


def xml(described: Described, folder: Path) -> bytes:
    """The index as XML; ``folder`` is where the files lie whose sizes it says."""
    case = described.contents.case
    root = Element("电子文件封装包", {"xmlns": NAMESPACE})
    _add(root, {"封装包格式描述": FORMAT, "版本": "2009"})
    signed = SubElement(root, "被签名对象", {"eep版本": "2009"})
    _add(
        signed,
        {
            "封装包类型": TYPE,
            "封装包类型描述": TYPE_TOLD,
            "封装包创建时间": described.made_at.strftime("%Y-%m-%dT%H:%M:%S"),
        },
    )
    _add(signed, {"封装包创建单位": case.organisation.name})
    block = SubElement(SubElement(signed, "封装内容"), "文件实体块")
    for item in described.contents.items:
        _item(SubElement(block, "文件实体"), item, described, folder)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _item(entity: Element, item: Item, described: Described, folder: Path) -> None:
    case = described.contents.case
    _add(entity, {"聚合层次": "文件"})
    _add(SubElement(entity, "来源"), {"立档单位名称": case.organisation.name})
    _add(entity, {"电子文件号": f"{case.number}-{item.number:04d}"})
    filed = {
        "年度": str(described.year),
        "保管期限": described.term,
        "室编案卷号": case.number,
        "文档序号": str(item.number),
    }
    _add(SubElement(entity, "档号"), filed | {"页号": str(item.first or "")})
    about = {"题名": item.name or item.title, "责任者": item.responsible, "日期": item.day.strftime("%Y%m%d")}
    _add(SubElement(entity, "内容描述"), about | {"文件编号": item.reference})
    form = {"文件组合类型": "组合文件" if len(item.files) > 1 else "单件", "件数": str(len(item.files))}
    _add(SubElement(entity, "形式特征"), form | {"页数": str(item.pages or ""), "语种": "汉语"})
    data = SubElement(entity, "文件数据")
    for number, path in enumerate(item.files, 1):
        document = SubElement(data, "文档", {"文档标识符": f"{item.number:04d}-{number}"})
        size = str((folder / path).stat().st_size)
        _add(document, {"文档序号": str(number)})
        told_of = {"格式信息": path.rpartition(".")[2], "计算机文件名": path, "计算机文件大小": size}
        _add(SubElement(document, "电子属性"), told_of)


def _add(parent: Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if value:
            SubElement(parent, name).text = cleaned(value)
