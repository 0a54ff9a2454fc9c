"""Writes what an installation consists of as a CycloneDX document: every pinned package with its hashes, and what browsers fetch.

    python -m tools.sbom [FILE]

Made from the pins alone, so that the same version always gives the same document. Weighed against cyclonedx-bom, which reads an environment
(and so whatever else is in it) and brings ten packages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from packaging.utils import canonicalize_name

from huiyin import __version__
from tools.vendor import PACKAGES

ROOT: Final = Path(__file__).resolve().parent.parent
PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)")
HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NAMESPACE: Final = UUID("6f6d41a4-6a7e-5b0c-9d0e-3f1f3a6f7c55")


def pins() -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and hashes of each pinned package."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        found = PIN.match(line)
        if found:
            yield canonicalize_name(found[1]), found[2], HASH.findall(line)


def licences(package: str) -> list[dict[str, Any]]:
    """What the installed package says of its licence, if it is installed."""
    try:
        fields = metadata(package)
    except PackageNotFoundError:
        return []
    if fields["License-Expression"]:
        return [{"expression": fields["License-Expression"]}]
    named = [
        value.rpartition(" :: ")[2] for value in fields.get_all("Classifier", []) if value.startswith("License ::")
    ]
    return [{"license": {"name": name}} for name in named]


def components() -> Iterator[dict[str, Any]]:
    """Every component, by name."""
    for name, version, hashes in pins():
        purl = f"pkg:pypi/{name}@{version}"
        component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        # Of a package there is a file for each kind of machine, any of which may be installed.
        files = [
            {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": one}]}
            for one in sorted(hashes)
        ]
        found = licences(name)
        yield component | {"externalReferences": files} | ({"licenses": found} if found else {})
    for name, version in sorted(PACKAGES.items()):
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def document() -> dict[str, Any]:
    """The whole document (CycloneDX 1.6)."""
    found = list(components())
    digest = sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    own = f"pkg:generic/huiyin@{__version__}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "huiyin",
                "version": __version__,
                "purl": own,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": found,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in found]}],
    }


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / f"dist/huiyin-{__version__}.cdx.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(file)
