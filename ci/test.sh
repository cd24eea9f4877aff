#!/bin/bash
# Builds everything and runs every test.
#
# usage: ci/test.sh [--fast] [--only native|mingw|asan|tsan|example|lint]
#
#   setup    what the machine lacks is installed (ci/setup.sh)
#   mingw    the Windows build and its tests under Wine, whose session (see wine-run --stop) ends before and after
#   asan     the native build with clang and its tests, under the address and the undefined-behaviour sanitizer
#   tsan     the tests that start threads, under the thread sanitizer; ci/soak.sh shows it the others
#   example  the installed package, used by a project of its own: natively and for Windows (ci/example.sh)
#   lint     shellcheck, clang-format, yamllint, actionlint, check-pipelines.py
#
#   native   with --fast, --only and in ci/soak.sh: the native build with g++ and its tests. All of them are among those
#            of mingw and asan, and four whole builds do not fit into the 20 minutes that a run from scratch may take
#
#   --fast         native, mingw and lint
#   --only STAGE   setup and this stage alone
#
# It ends at the first stage that fails, and says which. After all, every stage is listed with its time, and the last
# line is "N passed, N failed" or "N passed, N failed, N skipped": the tests of all stages together. A stage that fails
# without a failing test (it does not compile, lint found something) counts as one failure.
#
# Two jobs run at a time, or as many as BITS_JOBS says; of the tests under Wine, twice as many. Results as JUnit XML:
# build/test-results/PRESET.xml.
#
# Exit codes: 0 all passed, 1 a stage failed, 2 wrong usage.
set -uo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

readonly RESULTS=$ROOT/build/test-results
readonly JOBS=${BITS_JOBS:-2}

stages=(mingw asan tsan example lint)
while [[ $# -gt 0 ]]; do
  case $1 in
    --fast) stages=(native mingw lint) ;;
    --only)
      case ${2-} in
        native | mingw | asan | tsan | example | lint) stages=("$2") ;;
        *) die 2 "--only takes native, mingw, asan, tsan, example or lint, not '${2-}'" ;;
      esac
      shift
      ;;
    -h | --help) show_help; exit 0 ;;
    *) die 2 "unknown argument '$1'; see ci/test.sh --help" ;;
  esac
  shift
done

passed=0
failed=0
skipped=0

# build_and_test PRESET LABEL JOBS [PREFIX...]: all tests, or those with the label, JOBS at a time; PREFIX is put before
# the commands that run them.
build_and_test() {
  local preset=$1 label=$2 jobs=$3 results=$RESULTS/$1.xml code=0 in_passed in_failed in_skipped targets=() chosen=()
  if [[ -n $label ]]; then
    targets=("bits_${label}_tests")
    chosen=(-L "^$label\$")
  fi
  shift 3
  mkdir -p "$RESULTS"
  rm -f -- "$results"
  # GoogleTest programs are run by the build too, to be asked for their tests.
  "$@" "$ROOT/ci/build.sh" "$preset" "${targets[@]}" || return 1
  (cd -- "$ROOT" && exec "$@" ctest --preset "$preset" "${chosen[@]}" --parallel "$jobs") </dev/null || code=$?
  if [[ -f $results ]]; then
    read -r in_passed in_failed in_skipped < <(awk -f "$ROOT/ci/count-tests.awk" "$results")
    ((passed += in_passed, failed += in_failed, skipped += in_skipped))
  fi
  return "$code"
}

# The run-time libraries of clang 14's sanitizers do not get along with the address randomisation of newer kernels.
without_randomisation=()
if setarch -R true 2>/dev/null; then without_randomisation=(setarch -R); fi

# tracked PATTERN...: the source files of these kinds, NUL-terminated: git's, or outside a git checkout those that are
# there.
tracked() {
  local pattern names=()
  if git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1; then
    git -C "$ROOT" ls-files -z -- "$@"
    return
  fi
  for pattern; do names+=(-o -name "$pattern"); done
  (cd -- "$ROOT" && find . -path ./build -prune -o -type f \( "${names[@]:1}" \) -print0)
}

lint() {
  local file line scripts=() sources=() yaml=() code=0 code_of_actionlint
  cd -- "$ROOT" || return 1  # every other stage names its files from the root on
  while IFS= read -r -d '' file; do
    [[ -f $file ]] || continue
    case $file in
      *.h | *.cc) sources+=("$file") ;;
      *.yml | *.yaml) yaml+=("$file") ;;
      *)
        IFS= read -r line <"$file" 2>/dev/null || continue
        case $line in
          '#!'*/sh | '#!'*/bash | '#!'*' bash' | '# shellcheck shell='*) scripts+=("$file") ;;
        esac
        ;;
    esac
  done < <(tracked '*') 2>/dev/null
  say "shellcheck: ${#scripts[@]} files"
  if [[ ${#scripts[@]} -gt 0 ]]; then shellcheck -- "${scripts[@]}" || code=1; fi
  say "clang-format: ${#sources[@]} files"
  if [[ ${#sources[@]} -gt 0 ]]; then
    printf '%s\0' "${sources[@]}" | xargs -0 -n 32 -P 2 clang-format --dry-run -Werror || code=1
  fi
  say "yamllint: ${#yaml[@]} files"
  if [[ ${#yaml[@]} -gt 0 ]]; then
    yamllint --strict -d '{extends: default, rules: {line-length: {max: 120}, document-start: disable,
      truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}, braces: {max-spaces-inside: 1}}}' \
      -- "${yaml[@]}" || code=1
  fi
  say "check-pipelines"
  "$ROOT/ci/check-pipelines.py" || code=1
  say "actionlint"
  "$ROOT/ci/actionlint.sh" || {
    code_of_actionlint=$?
    if [[ $code_of_actionlint -eq 3 ]]; then
      say "actionlint is skipped: it is not installed, as said above"
      ((skipped += 1))
    else
      code=1
    fi
  }
  return "$code"
}

# Those of the prefix of all tests, and of tests that have another.
stop_wine_sessions() {
  local prefix
  "$ROOT/ci/cmake/wine-run" --stop || return 1
  for prefix in "$ROOT"/build/mingw/prefixes/*; do
    [[ ! -d $prefix ]] || BITS_WINEPREFIX=$prefix "$ROOT/ci/cmake/wine-run" --stop || return 1
  done
}

# A run that was interrupted may have left Wine's BITS busy with a job; and a build agent wants no processes to stay.
with_new_wine_sessions() {
  local code=0
  stop_wine_sessions || return 1
  "$@" || code=$?
  stop_wine_sessions
  return "$code"
}

# Its build logs and results are beside the others.
example() {
  local code=0 results in_passed in_failed in_skipped
  rm -f -- "$RESULTS"/example-*.xml
  "${without_randomisation[@]}" "$ROOT/ci/example.sh" || code=$?
  for results in "$RESULTS"/example-*.xml; do
    [[ -f $results ]] || continue
    read -r in_passed in_failed in_skipped < <(awk -f "$ROOT/ci/count-tests.awk" "$results")
    ((passed += in_passed, failed += in_failed, skipped += in_skipped))
  done
  return "$code"
}

run_stage() {
  case $1 in
    setup) "$ROOT/ci/setup.sh" ;;
    native) build_and_test linux '' "$JOBS" ;;
    # Its tests wait more than they work: for services, for a silent server, for time to pass.
    mingw) with_new_wine_sessions build_and_test mingw '' $((2 * JOBS)) ;;
    asan) build_and_test linux-asan '' "$JOBS" "${without_randomisation[@]}" ;;
    tsan) build_and_test linux-tsan threads "$JOBS" "${without_randomisation[@]}" ;;
    example) with_new_wine_sessions example ;;
    lint) lint ;;
  esac
}

table=
broken=
for stage in setup "${stages[@]}"; do
  if [[ -n $broken ]]; then
    table+=$(printf '  %-8s not run' "$stage")$'\n'
    continue
  fi
  say "stage $stage"
  started=$SECONDS
  failed_before=$failed
  outcome=ok
  if ! run_stage "$stage"; then
    outcome=FAILED
    broken=$stage
    if [[ $failed -eq $failed_before ]]; then failed=$((failed + 1)); fi
  fi
  table+=$(printf '  %-8s %-7s %5d s' "$stage" "$outcome" $((SECONDS - started)))$'\n'
done

printf '\n%s' "$table"
if [[ -n $broken ]]; then printf 'failed at stage %s\n' "$broken"; fi
if [[ $skipped -gt 0 ]]; then
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
  printf '%d passed, %d failed\n' "$passed" "$failed"
fi
[[ -z $broken ]]
