#!/usr/bin/env bash
# What tests need beside Python: a PostgreSQL server, Chromium with what drives it, and a font that has Chinese.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
# The program that Playwright ships to drive the browser links to it; a minimal Debian has not got it.
compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1)
[ ${#missing[@]} -eq 0 ] || tools/packages.sh "${missing[@]}"
