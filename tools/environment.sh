#!/usr/bin/env bash
# Makes or updates .venv from the hashed requirements.    tools/environment.sh run|test
# Called by make, which decides by a stamp file whether anything changed.
set -euo pipefail
cd "$(dirname "$0")/.."

kind="${1:?run or test}"
case "$kind" in
  run) requirements=requirements.txt ;;
  test) requirements=requirements-dev.txt ;;
  *) echo "tools/environment.sh: say run or test" >&2; exit 2 ;;
esac

die() { echo "huiyin: $*" >&2; exit 1; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13; do
  if [ -n "$candidate" ] && command -v "$candidate" >/dev/null \
    && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$candidate"; break
  fi
done
[ -n "$python" ] || die "Python 3.11 or newer is needed; install it (Debian: apt-get install python3) or set PYTHON"

if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian ships the module that makes virtual environments as a package of its own.
    tools/packages.sh python3-venv || die "virtual environments need the package python3-venv: apt-get install python3-venv"
  fi
  echo "huiyin: making a virtual environment with $("$python" --version)" >&2
  "$python" -m venv --clear .venv
fi

echo "huiyin: installing what $requirements lists (hashes are checked)" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" \
  || die "the packages could not be installed; see above. Is a package index reachable (pip config list)?"
# The build backend is among the requirements, so nothing is resolved or downloaded for this step.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
