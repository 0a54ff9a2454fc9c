"""What goes with the system: samples for proxies, the image, and the list of what it consists of."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.doctor.test_public_address import certificate
from tools import sbom
from tools.vendor import PACKAGES

pytestmark = pytest.mark.any_database
NGINX = ROOT / "docs" / "samples" / "nginx.conf"
CADDY = ROOT / "docs" / "samples" / "Caddyfile"


@pytest.mark.skipif(shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin") is None, reason="nginx is not installed")
def test_nginx_takes_its_sample(tmp_path: Path) -> None:
    pem = certificate(tmp_path, 30)
    sample = re.sub(r"/etc/ssl/huiyin/\w+\.pem", str(pem), NGINX.read_text())
    (tmp_path / "huiyin.conf").write_text(
        sample.replace("listen 80;", "listen 18080;").replace("listen 443", "listen 18443")
    )
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/huiyin.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin")
    assert program is not None
    tried = subprocess.run(
        [program, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert tried.returncode == 0 and "warn" not in tried.stderr, tried.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not installed")
def test_caddy_takes_its_sample() -> None:
    subprocess.run(["caddy", "validate", "--adapter", "caddyfile", "--config", CADDY], check=True)


@pytest.mark.parametrize("sample", [NGINX, CADDY], ids=["nginx", "Caddy"])
def test_no_sample_opens_what_is_for_monitoring(sample: Path) -> None:
    text = sample.read_text()
    assert "/readyz" in text and "/metrics" in text and "404" in text
    assert "512" in text  # as much as forms with files are read to


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    text = (ROOT / "Containerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert last.index("USER huiyin") < last.index("CMD [")
    assert "HEALTHCHECK" in last and "/readyz" in last and "--require-hashes" in text


def test_the_list_of_components_holds_every_pin_with_its_hashes_and_what_browsers_fetch() -> None:
    listed = sbom.document()
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["name"]: one for one in listed["components"]}
    pinned = re.findall(r"^([\w.-]+)(?:\[.*?\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert {sbom.canonicalize_name(name) for name in pinned} | set(PACKAGES) == set(named)
    assert named["django"]["purl"] == f"pkg:pypi/django@{named['django']['version']}"
    assert all(one["externalReferences"] for one in listed["components"] if one["purl"].startswith("pkg:pypi/"))
    references = [one["bom-ref"] for one in listed["components"]]
    assert len(references) == len(set(references)) == len(listed["dependencies"][0]["dependsOn"])


def test_the_same_pins_give_the_same_list() -> None:
    assert json.dumps(sbom.document()) == json.dumps(sbom.document())
