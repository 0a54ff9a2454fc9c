#!/usr/bin/env bash
# Installs this version into PREFIX: a virtual environment from the hashed pins and a wheel built here.    tools/install.sh PREFIX BIN
# BIN/huiyin becomes a link to the program. Run it again to update; data, keys and variables lie elsewhere and are not touched.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix="${1:?where to, e.g. /opt/huiyin}"
bin="${2:?where the link goes, e.g. /usr/local/bin}"

die() { echo "huiyin: $*" >&2; exit 1; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13; do
  if [ -n "$candidate" ] && command -v "$candidate" >/dev/null \
    && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$candidate"; break
  fi
done
[ -n "$python" ] || die "Python 3.11 or newer is needed; install it (Debian: apt-get install python3 python3-venv) or set PYTHON"
mkdir -p "$prefix" "$bin" 2>/dev/null || die "cannot write to $prefix or $bin; run it as root, or choose others with PREFIX= and BIN="

# The service runs as a user of its own, who must be able to read what root installs here.
umask 022
"$python" -m venv "$prefix" \
  || die "virtual environments need the package python3-venv: apt-get install python3-venv"
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt \
  || die "the packages could not be installed; see above. Is a package index reachable (pip config list)?"
built="$(mktemp -d)"
trap 'rm -rf "$built"' EXIT
# The build backend is among the requirements: nothing is resolved or downloaded for this step.
"$prefix/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$built" .
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall "$built"/huiyin-*.whl
ln -sfn "$prefix/bin/huiyin" "$bin/huiyin"
echo "huiyin: $("$prefix/bin/huiyin" --version) is in $prefix; $bin/huiyin leads there. Next: docs/going-live.md"
