# shellcheck shell=bash
# What the scripts in ci/ share; sourced, not run.
#
# Sets ROOT, the top of the source tree, and changes no directory: a caller's relative paths stay his own.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # the callers use it
readonly ROOT

# Prints the header comment of the script that runs: what follows "#!" up to the first line that is no comment.
show_help() {
  local line
  while IFS= read -r line; do
    case $line in
      '#!'*) ;;
      '#'*) line=${line#\#}; printf '%s\n' "${line# }" ;;
      *) return 0 ;;
    esac
  done <"${BASH_SOURCE[-1]}"
}

# say TEXT: a line of progress, on stderr, since stdout belongs to results.
say() {
  printf '%s: %s\n' "$(basename -- "$0" .sh)" "$*" >&2
}

# die CODE TEXT: what is wrong and what to do, then the end.
die() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

# run_logged LOG COMMAND...: the command's output goes to LOG. When it fails, so does this, and what matters of the log
# is shown: from the first failing build step on when there is one, else the last lines.
run_logged() {
  local log=$1 code=0 first
  shift
  mkdir -p "$(dirname -- "$log")"
  "$@" </dev/null >"$log" 2>&1 || code=$?
  if [[ $code -ne 0 ]]; then
    first=$(grep -n -m1 -E '^FAILED: |^CMake Error' "$log" | cut -d: -f1) || first=
    if [[ -n $first ]]; then
      tail -n "+$first" "$log" | head -n 40 >&2
    else
      tail -n 25 "$log" >&2
    fi
    say "failed with exit code $code: $* (all of its output: $log)"
  fi
  return "$code"
}
