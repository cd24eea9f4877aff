#!/bin/bash
# The long runs, for a night or before a release; some 30 minutes on two cores.
#
# usage: ci/soak.sh [SEQUENCES] [--help]
#
#   - the native build with g++ and its tests; the same without precompiled headers, so that every file includes what it
#     uses
#   - random sequences of calls against the simulation's invariants: SEQUENCES of them, 100,000 by default
#   - every pair of faults of the transfer and of the checks, not only every tenth
#   - the whole decision space by COM in a single-threaded apartment, of which ci/test.sh plays every 31st cell
#   - every native test under the thread sanitizer, not only those that start threads (but for the faults and the
#     suites, which have an operator new of their own and run on one thread)
#   - the tests that start threads, 20 times more
#   - under Wine, through COM to the simulation in a process of its own: every 47th cell of the decision space (57,649 of
#     2.7 million); a transfer killed at each of its calls, of which ci/test.sh kills the one with a helper
#
# It ends at the first that fails. Exit codes: 0 all passed, 1 something failed, 2 wrong usage.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

sequences=100000
case ${1-} in
  '') ;;
  -h | --help) show_help; exit 0 ;;
  *[!0-9]*) die 2 "SEQUENCES must be a number, not '$1'; see ci/soak.sh --help" ;;
  *) sequences=$1 ;;
esac

"$ROOT/ci/test.sh" --only native || exit 1
say "without precompiled headers"
cmake --preset linux -S "$ROOT" -B "$ROOT/build/linux-plain" -DBITS_PRECOMPILED_HEADERS=OFF >/dev/null || exit 1
cmake --build "$ROOT/build/linux-plain" --parallel "${BITS_JOBS:-2}" || exit 1
say "$sequences random sequences"
RC_PARAMS="max_success=$sequences" "$ROOT/build/linux/bin/random_sequences_test" || exit 1
say "every pair of faults"
BITS_FAULT_PAIRS=1 "$ROOT/build/linux/bin/faults_test" || exit 1
say "the decision space by COM in a single-threaded apartment"
"$ROOT/ci/build.sh" mingw bits_agreement_by_com_test || exit 1
BITS_SOAK=1 "$ROOT/ci/cmake/wine-run" "$ROOT/build/mingw/bin/bits_agreement_by_com_test.exe" \
  '--gtest_filter=*InAnSta' || exit 1

"$ROOT/ci/build.sh" linux-tsan
cd -- "$ROOT"
say "every test under the thread sanitizer"
setarch -R ctest --preset linux-tsan || exit 1
setarch -R ctest --preset linux-tsan -L '^threads$' --repeat until-fail:20 || exit 1

say "out of process: the decision space, a transfer with a helper killed at each call"
"$ROOT/ci/build.sh" mingw matrix_out_of_process_test crash_test
export BITS_SOAK=1
"$ROOT/ci/cmake/wine-run" "$ROOT/build/mingw/bin/matrix_out_of_process_test.exe" || exit 1
BITS_WINE_SESSION=new "$ROOT/ci/cmake/wine-run" "$ROOT/build/mingw/bin/crash_test.exe" \
  '--gtest_filter=CrashOnTheFakeTest.AtEachCall' || exit 1
