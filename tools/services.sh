#!/usr/bin/env bash
# What tests need beside Python: a PostgreSQL server, an IMAP server, Chromium with what drives it, and fonts that have Chinese and what names are
# written in.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ] || missing+=(dovecot-imapd)
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
# Names in Tibetan and Uyghur script stand on papers.
compgen -G '/usr/share/fonts/truetype/noto/NotoSerifTibetan*' >/dev/null || missing+=(fonts-noto-core)
# The program that Playwright ships to drive the browser links to it; a minimal Debian has not got it.
compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1)
[ ${#missing[@]} -eq 0 ] || tools/packages.sh "${missing[@]}"
