"""Organisations, units, posts, accounts and petitioners."""

import os

# `naming` reads names character by character: the readings of phrases would cost each process 44 MB, and 0.2 s at its start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
