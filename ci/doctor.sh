#!/bin/bash
# Builds bitsdoctor, the Windows program, and runs it here under Wine.
#
# usage: ci/doctor.sh [ARGUMENT...]
#
# The arguments are bitsdoctor's own; without any, "check" is run. They reach it unchanged, and it runs in the caller's
# directory with the caller's stdin, stdout and stderr; a path may be written as on this system (/tmp/x, ../x). Of this
# script's own there is one line a step, on stderr. What is there already is not built again.
#
#   ci/doctor.sh                      what can this (Wine) machine do
#   ci/doctor.sh check --format json
#   ci/doctor.sh -h                   bitsdoctor's own help; ci/doctor.sh transfer --help, a subcommand's
#
# The Wine prefix is described in ci/cmake/wine-run.
#
# Exit codes: bitsdoctor's (0 fine, 1 a finding, 2 wrong usage, 3 could not run); 3 also when it cannot be set up, built
# or started.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

if [[ $# -eq 1 && $1 == --help ]]; then
  show_help
  exit 0
fi
if [[ $# -eq 0 ]]; then set -- check; fi

"$ROOT/ci/setup.sh" --no-lint || exit 3
"$ROOT/ci/build.sh" mingw bitsdoctor || exit 3
exec "$ROOT/ci/cmake/wine-run" "$ROOT/build/mingw/bin/bitsdoctor.exe" "$@"
