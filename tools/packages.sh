#!/usr/bin/env bash
# Installs Debian packages, or says which command does.    tools/packages.sh NAME…
set -euo pipefail

if ! command -v apt-get >/dev/null; then
  echo "huiyin: this is not Debian; install what corresponds to: $*" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "huiyin: please run: sudo apt-get install $*" >&2
    exit 1
  fi
fi
echo "huiyin: installing with apt-get: $*" >&2
journal="$(mktemp)"
trap 'rm -f "$journal"' EXIT
if ! { "${as_root[@]}" apt-get update -q \
  && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } \
  >"$journal" 2>&1 </dev/null; then
  tail -n 20 "$journal" >&2
  echo "huiyin: apt-get could not install $*; see above" >&2
  exit 1
fi
