"""Pages use the words of docs/wording.md, and none that stand there as not to be written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
ROWS: Final = re.findall(
    r"^\| (.+?) \| (.+?) \|$", (ROOT / "docs/wording.md").read_text(encoding="utf-8"), re.MULTILINE
)
AVOIDED: Final = {wrong: right for right, wrong in ROWS if right != "write"}
ALONE: Final = re.compile(r"你(?!我他|们的|方)")
MARKED: Final = re.compile(
    r"""(?:translate|gettext(?:_lazy|_noop)?\(|_\()\s*["']([^"']+)["']|blocktranslate[^%]*%\}(.*?)\{%""", re.DOTALL
)


def texts() -> dict[str, list[str]]:
    """What pages say, by file."""
    paths = [*ROOT.glob("src/huiyin/**/*.html"), *ROOT.glob("src/huiyin/**/*.py")]
    found = {path: MARKED.findall(path.read_text(encoding="utf-8")) for path in paths}
    return {str(path.relative_to(ROOT)): ["".join(pair) for pair in pairs] for path, pairs in found.items() if pairs}


@pytest.mark.parametrize("wrong", AVOIDED)
def test_no_page_writes_what_the_table_says_is_not_written(wrong: str) -> None:
    has = ALONE.search if wrong == "你" else lambda text: wrong in text
    assert [(path, text) for path, those in texts().items() for text in those if has(text)] == []


def test_chinese_texts_carry_chinese_signs() -> None:
    narrow = re.compile("[\u4e00-\u9fff](?:[,;?!]|:$)")
    assert [(path, text) for path, those in texts().items() for text in those if narrow.search(text)] == []


def test_the_table_is_read() -> None:
    assert len(AVOIDED) > 8 and len(texts()) > 200
