#!/bin/bash
# Installs the package and uses it: builds and tests scenarios/example, a project of its own, against what was installed.
#
# usage: ci/example.sh [PRESET...] [--help]
#
# PRESETs are those of CMakePresets.json; by default mingw, whose tests run under Wine, and linux, or in its place
# linux-asan where that is built and linux is not. Of each, what is installed is built first (ci/build.sh), and the
# example has the same compiler and flags.
#
# The package is installed to one directory and moved to another, build/example/PRESET/package; nothing in it may name
# the place that it was built or installed at, and every header that an installed header includes must be there.
#
# Results as JUnit XML: build/test-results/example-PRESET.xml.
#
# Exit codes: 0 all passed, 1 something failed, 2 wrong usage.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

presets=("$@")
case ${1-} in
  -h | --help) show_help; exit 0 ;;
  -*) die 2 "unknown option '$1'; see ci/example.sh --help" ;;
  '')
    presets=(mingw linux)
    if [[ ! -f $ROOT/build/linux/.configured && -f $ROOT/build/linux-asan/.configured ]]; then presets[1]=linux-asan; fi
    ;;
esac

# cached PRESET VARIABLE: its value in the build's cache, empty when it has none there.
cached() {
  sed -n "s/^$2:[A-Z]*=//p" "$ROOT/build/$1/CMakeCache.txt"
}

# check_package DIRECTORY PLACE...
check_package() {
  local package=$1 place missing
  shift
  for place; do
    if grep -rlF -- "$place" "$package/lib/cmake" "$package/include" >&2; then
      say "the files above name $place: the package cannot be moved"
      return 1
    fi
  done
  missing=$(cd -- "$package/include/bits-harness" &&
    grep -rhoE '^#include "[^"]+"' . | sort -u | sed -E 's/.*"(.*)"/\1/' |
    while IFS= read -r header; do [[ -f $header ]] || printf '%s\n' "$header"; done)
  if [[ -n $missing ]]; then
    say "installed headers include what is not installed: ${missing//$'\n'/, }"
    return 1
  fi
}

use_package() {
  local preset=$1 work=$ROOT/build/example/$1 run=() program='' flags=() name value
  local targets=(bits_harness bits_fakes bits_mocks bitsdoctor) results=$ROOT/build/test-results/example-$1.xml
  if [[ $preset == mingw ]]; then
    targets+=(bits_fakes_com fakebits_server fakebits_marshaling)
    run=("$ROOT/ci/cmake/wine-run")
    program=.exe
  fi
  "$ROOT/ci/build.sh" "$preset" "${targets[@]}"

  say "install $preset"
  rm -rf -- "$work/installed" "$work/package"
  mkdir -p -- "$work" "$(dirname -- "$results")"
  run_logged "$work/install.log" cmake --install "$ROOT/build/$preset" --prefix "$work/installed"
  mv -- "$work/installed" "$work/package"
  check_package "$work/package" "$ROOT/build" "$work/installed" || return 1
  "${run[@]}" "$work/package/bin/bitsdoctor$program" explain E_ACCESSDENIED >"$work/explain.log" 2>&1 || {
    cat -- "$work/explain.log" >&2
    say "the installed bitsdoctor does not run"
    return 1
  }

  say "build and test the example with $preset"
  for name in CMAKE_BUILD_TYPE CMAKE_CXX_COMPILER CMAKE_C_COMPILER CMAKE_CXX_COMPILER_LAUNCHER CMAKE_CXX_FLAGS \
    CMAKE_CXX_FLAGS_DEBUG CMAKE_CXX_FLAGS_RELEASE CMAKE_TOOLCHAIN_FILE; do
    value=$(cached "$preset" "$name")
    if [[ $name == CMAKE_CXX_COMPILER_LAUNCHER && -z $value ]]; then value=$(cached "$preset" CCACHE); fi
    if [[ $preset == mingw && $name == CMAKE_C*_COMPILER ]]; then continue; fi  # the toolchain file's
    if [[ -n $value ]]; then flags+=("-D$name=$value"); fi
  done
  # A cross build looks for packages in its own root only: this one is named.
  run_logged "$work/configure.log" cmake -G Ninja -S "$ROOT/scenarios/example" -B "$work/build" "${flags[@]}" \
    "-Dbits-harness_DIR=$work/package/lib/cmake/bits-harness"
  run_logged "$work/build.log" cmake --build "$work/build" --parallel "${BITS_JOBS:-2}"
  ctest --test-dir "$work/build" --parallel "${BITS_JOBS:-2}" --output-on-failure --no-tests=error \
    --output-junit "$results" --test-output-truncation head </dev/null
}

for preset in "${presets[@]}"; do use_package "$preset"; done
