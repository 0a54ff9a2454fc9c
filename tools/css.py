"""Formats our own style sheets: one declaration a line, two spaces.

    python -m tools.css            write them
    python -m tools.css --check    name those that would change; status 1 if there are any

What is vendored stays as it came.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import cssbeautifier

ROOT: Final = Path(__file__).resolve().parent.parent
SHEETS: Final = sorted(path for path in ROOT.glob("src/huiyin/**/static/**/*.css") if "vendor" not in path.parts)


def formatted(text: str) -> str:
    """``text`` as it should stand."""
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.newline_between_rules = False
    options.preserve_newlines = True
    options.max_preserve_newlines = 2
    options.space_around_combinator = True
    options.end_with_newline = True
    return str(cssbeautifier.beautify(text, options))


def main(check: bool) -> int:
    """Write every sheet that is not as it should be, or only name it; the exit status."""
    wrong = [path for path in SHEETS if path.read_text(encoding="utf-8") != formatted(path.read_text(encoding="utf-8"))]
    for path in wrong:
        if check:
            print(f"{path.relative_to(ROOT)}: not formatted; run `make format`", file=sys.stderr)
        else:
            path.write_text(formatted(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    raise SystemExit(main("--check" in sys.argv[1:]))
