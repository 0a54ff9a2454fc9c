#!/usr/bin/env bash
# All tests: everything on SQLite, then what uses a database once more on PostgreSQL.    tools/test.sh [pytest options]
set -euo pipefail
cd "$(dirname "$0")/.."

# What tests start in processes of their own, some hundred times, is compiled once.
unset PYTHONDONTWRITEBYTECODE

pytest=(.venv/bin/python -m pytest --numprocesses "${HUIYIN_TEST_PROCESSES:-2}" --dist loadfile "$@")
[ $# -gt 0 ] || rm -f build/clauses.json
for database in sqlite postgresql; do
  echo "== tests on $database"
  status=0
  HUIYIN_TEST_DB=$database "${pytest[@]}" || status=$?
  # 5: no test was selected, which a narrow choice of tests may well mean on one of the two.
  [ "$status" -eq 0 ] || { [ "$status" -eq 5 ] && [ $# -gt 0 ]; } || exit "$status"
done

# A choice of tests shows a choice of clauses; all of them must show all that the rulebooks carry out.
if [ $# -eq 0 ]; then
  echo "== clauses"
  .venv/bin/huiyin rules coverage --passed | tail -n 4
fi
