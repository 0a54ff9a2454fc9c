"""Fetches the style sheets, scripts and icons that are committed under src/huiyin/static/vendor.

    python -m tools.vendor

Needed only to move to another version: change PACKAGES, run it, look at the pages, commit what it wrote. An installation
serves these files itself, so that it works where no other host can be reached.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parent.parent / "src/huiyin/static/vendor"
WHOLE: Final = Path(__file__).resolve().parent / "tabler/tabler.min.css"
PACKAGES: Final = {"@tabler/core": "1.6.1", "@tabler/icons": "3.52.0", "htmx.org": "2.0.11", "echarts": "6.1.0"}
FILES: Final = {
    # Whole, and not served: `python -m tools.subset` takes from it what our pages use.
    "@tabler/core": {"dist/css/tabler.min.css": str(WHOLE)},
    # Both come from one project under one licence, and only one of the packages carries the text.
    "@tabler/icons": {"LICENSE": "tabler/LICENSE"},
    "htmx.org": {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    "echarts": {
        "dist/echarts.min.js": "echarts/echarts.min.js",
        "LICENSE": "echarts/LICENSE",
        "NOTICE": "echarts/NOTICE",
    },
}
SPRITE: Final = "tabler/icons.svg"
ICONS: Final = """
    alert-circle alert-triangle archive arrow-back-up arrow-left arrow-right ban bell book briefcase building
    building-community calendar calendar-due chart-bar check checks chevron-down chevron-left chevron-right
    chevron-up circle-check circle-x clipboard clock copy dots download edit external-link eye eye-off file-plus file-text
    filter flag folder gavel history home hourglass id inbox info-circle key language link list list-check lock logout
    mail map-pin menu-2 message message-circle minus moon paperclip pencil phone player-pause plus printer qrcode refresh
    route scale search send settings shield shield-check shield-lock sitemap rubber-stamp star sun trash upload user user-check
    user-plus users world writing x
""".split()
SVG: Final = "http://www.w3.org/2000/svg"
_SOURCE_MAP: Final = re.compile(r"\n?(//|/\*)[#@] sourceMappingURL=[^\n*]*(\*/)?")


def fetch(package: str, version: str, folder: Path) -> Path:
    """The unpacked folder of one package."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, capture_output=True, text=True, check=True
    )
    archive = folder / packed.stdout.strip().splitlines()[-1]
    unpacked = folder / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    return unpacked / "package"


def copy(source: Path, target: Path) -> None:
    """One file, without the line that points at a source map we do not ship."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_SOURCE_MAP.sub("", source.read_text()).rstrip("\n") + "\n")


def sprite(icons: Path) -> str:
    """One SVG with a symbol for each icon, named as Tabler names it: `<use href="…/icons.svg#inbox">`."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in sorted(ICONS):
        drawn = ElementTree.parse(icons / f"{name}.svg").getroot()
        symbol = ElementTree.SubElement(root, f"{{{SVG}}}symbol", {"id": name})
        for attribute in ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"):
            symbol.set(attribute, drawn.attrib[attribute])
        symbol.extend(part for part in drawn if part.get("stroke") != "none" or part.get("fill") != "none")
    ElementTree.indent(root, "")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def main() -> int:
    """Writes everything anew."""
    shutil.rmtree(TARGET, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        for package, version in PACKAGES.items():
            unpacked = fetch(package, version, Path(name))
            for source, target in FILES[package].items():
                copy(unpacked / source, TARGET / target)
            if package == "@tabler/icons":
                (TARGET / SPRITE).write_text(sprite(unpacked / "icons/outline"))
    versions = "".join(f"{package} {version}\n" for package, version in PACKAGES.items())
    (TARGET / "VERSIONS").write_text(versions)
    print(f"wrote {len(list(TARGET.rglob('*.*')))} files to {TARGET}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
