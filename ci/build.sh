#!/bin/bash
# Configures a preset when that is due, and builds it.
#
# usage: ci/build.sh PRESET [TARGET...] [--help]
#
# PRESET is one of CMakePresets.json (linux, linux-asan, linux-tsan, linux-release, linux-coverage, mingw); without a
# TARGET all of it is built. Two jobs, or as many as BITS_JOBS says. One line a step on stderr; the compiler's output goes to
# build/PRESET/configure.log and build.log and is shown when something fails.
#
# Two calls for one preset wait for each other.
#
# Exit codes: 0 built, 1 it does not build, 2 wrong usage.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

case ${1-} in
  '') die 2 "which preset? See ci/build.sh --help" ;;
  -h | --help) show_help; exit 0 ;;
  -*) die 2 "unknown option '$1'; see ci/build.sh --help" ;;
esac
readonly preset=$1
shift

readonly build=$ROOT/build/$preset
mkdir -p "$build"
exec 9>"$build/.build.lock"
flock 9

# Ninja runs CMake again by itself when a CMakeLists.txt changes. It does not know of the presets, nor that the tree was
# moved, nor that the last configuration failed half way; the stamp does. It is written after a success only.
readonly stamp=$build/.configured
configured_for=
if [[ -f $stamp ]]; then configured_for=$(<"$stamp"); fi
cd -- "$ROOT"
if [[ $configured_for != "$ROOT" || ! -f $build/build.ninja ]]; then
  say "configure $preset"
  run_logged "$build/configure.log" cmake --preset "$preset" --fresh 9>&- || exit 1
  printf '%s\n' "$ROOT" >"$stamp"
elif [[ $ROOT/CMakePresets.json -nt $stamp || $ROOT/ci/cmake/debian-deps.cmake -nt $stamp ]]; then
  say "configure $preset again"
  run_logged "$build/configure.log" cmake --preset "$preset" 9>&- || exit 1
  printf '%s\n' "$ROOT" >"$stamp"
fi

targets=()
if [[ $# -gt 0 ]]; then targets=(--target "$@"); fi
say "build $preset${1:+: $*}"
run_logged "$build/build.log" cmake --build "$build" --parallel "${BITS_JOBS:-2}" "${targets[@]}" 9>&- || exit 1
