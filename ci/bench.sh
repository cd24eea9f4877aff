#!/bin/bash
# Measures the simulation, optimised: its goals, and how it compares with a GoogleMock call and with Wine's BITS; then the
# simulation as COM objects.
#
# usage: ci/bench.sh [--help | Google Benchmark's options]
#
# Two processes under Wine are measured on one processor, in a session of their own: what it takes to wake another
# processor is the machine's affair, several times a call, and differs from run to run.
#
# The machine should be otherwise idle. Exit codes: 0 every goal is met, 1 one is missed, 2 wrong usage.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

case ${1-} in
  -h | --help) show_help; exit 0 ;;
esac
"$ROOT/ci/setup.sh"
"$ROOT/ci/build.sh" linux-release bits_simulation_benchmark
"$ROOT/ci/build.sh" mingw bits_adapter_benchmark bits_com_benchmark
code=0
"$ROOT/build/linux-release/bin/bits_simulation_benchmark" "$@" || code=1
BITS_WINE_SESSION=new BITS_WINEPREFIX=$ROOT/build/mingw/prefixes/quiet \
  taskset -c 0 "$ROOT/ci/cmake/wine-run" "$ROOT/build/mingw/bin/bits_com_benchmark.exe" || code=1
exit "$code"
