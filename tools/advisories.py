"""Makes the list of known vulnerabilities that `huiyin doctor` compares installed packages with.

    git clone https://github.com/pypa/advisory-database
    python -m tools.advisories ADVISORY-DATABASE

ADVISORY-DATABASE is a clone (bare or not) of the Python Packaging Advisory Database (CC-BY-4.0). The list holds the advisories of the packages
that requirements.txt pins, with the versions that each affects; its date is that of the newest commit.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT: Final = Path(__file__).resolve().parent.parent
LIST: Final = ROOT / "src/huiyin/doctor/known_vulnerabilities.json"
SOURCE: Final = "https://github.com/pypa/advisory-database"
PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==", re.MULTILINE)


def pinned() -> list[str]:
    """The names of all packages that an installation has, in their normal form."""
    return sorted(map(canonicalize_name, PIN.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))))


def git(database: Path, *arguments: str) -> str:
    """What git says of the clone."""
    return subprocess.run(["git", "-C", database, *arguments], capture_output=True, text=True, check=True).stdout


def advisories(database: Path, package: str) -> list[dict[str, Any]]:
    """The advisories of one package that were not withdrawn."""
    names = git(database, "ls-tree", "--name-only", "HEAD", f"vulns/{package}/").split()
    yaml = YAML(typ="safe", pure=True)
    read = (yaml.load(git(database, "show", f"HEAD:{name}")) for name in names)
    found = ({"id": one["id"], "ranges": ranges(one, package)} for one in read if not one.get("withdrawn"))
    return sorted((one for one in found if one["ranges"]), key=lambda one: one["id"])


def ranges(advisory: dict[str, Any], package: str) -> list[list[str | None]]:
    """From which version (included) to which (not) a package is affected; None where no version mends it."""
    found: list[list[str | None]] = []
    for affected in advisory["affected"]:
        if canonicalize_name(affected["package"]["name"]) != package:
            continue
        for one in affected.get("ranges", []):
            if one["type"] != "ECOSYSTEM":
                continue
            for event in one["events"]:
                if "introduced" in event:
                    found.append([str(event["introduced"]), None])
                elif "fixed" in event and found:
                    found[-1][1] = str(event["fixed"])
    return found


def main(database: Path) -> None:
    """Writes the list."""
    known = {package: advisories(database, package) for package in pinned()}
    data = {
        "source": SOURCE,
        "date": git(database, "log", "-1", "--format=%cs").strip(),
        "packages": {package: found for package, found in known.items() if found},
    }
    LIST.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{LIST.relative_to(ROOT)}: {sum(map(len, data['packages'].values()))} advisories of {data['date']}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
