#!/bin/bash
# Installs what this project needs and the machine lacks.
#
# usage: ci/setup.sh [--list | --no-lint | --help]
#
# Reads ci/debian-packages.txt, asks dpkg which packages are missing, and installs those with apt-get; then installs
# actionlint, which only lint needs: where that fails, it says so and goes on. Asks nothing, and does nothing when all are
# there. Needs Debian 12; another system with apt works where its packages have these names.
#
#   --list      print the missing packages, install nothing
#   --no-lint   leave actionlint out
#
# Exit codes: 0 all there, 2 wrong usage, 3 something is missing and could not be installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

readonly LIST=$ROOT/ci/debian-packages.txt

list_only=
with_lint=yes
case ${1-} in
  '') ;;
  --list) list_only=yes ;;
  --no-lint) with_lint= ;;
  -h | --help) show_help; exit 0 ;;
  *) die 2 "unknown argument '$1'; see ci/setup.sh --help" ;;
esac

packages=()
while read -r package command _; do
  case $package in '' | '#'*) continue ;; esac
  if [[ $command == =* ]] && command -v "${command#=}" >/dev/null; then continue; fi
  packages+=("$package")
done <"$LIST"

# The last thing that is done.
install_actionlint() {
  [[ -z $with_lint ]] || "$ROOT/ci/actionlint.sh" --install || say "lint will do without actionlint; everything else works"
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  die 3 "this system has no apt, and only Debian's packages are known here. Use Debian 12 (a container will do), or" \
        "install what ci/debian-packages.txt names in your system's own way and build with cmake --workflow"
fi

declare -A installed=()
# dpkg-query fails when one of the names is unknown, and that is just what is asked.
while read -r package status; do
  if [[ $status == installed ]]; then installed[$package]=yes; fi
done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)

missing=()
for package in "${packages[@]}"; do
  if [[ -z ${installed[$package]-} ]]; then missing+=("$package"); fi
done

if [[ -n $list_only ]]; then
  if [[ ${#missing[@]} -gt 0 ]]; then printf '%s\n' "${missing[@]}"; fi
  exit 0
fi
if [[ ${#missing[@]} -eq 0 ]]; then
  install_actionlint
  exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    die 3 "missing packages: ${missing[*]}. Only root can install them, and this is not root, nor has it sudo without a" \
          "password. As root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  fi
fi

# apt COMMAND...: apt-get that asks nothing, waits for another apt to end, and overcomes a flaky mirror.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

log=$(mktemp --tmpdir bits-harness-apt.XXXXXX.log)
trap '[[ $? -ne 0 ]] || rm -f -- "$log"' EXIT
chmod 644 "$log"

# Whether apt's lists know every missing package; they are empty in a fresh container.
known() {
  local package
  for package in "${missing[@]}"; do
    apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1
  done
}

update() {
  say "apt-get update"
  run_logged "$log" apt update || die 3 "the package lists could not be fetched. Check the network, the proxy and" \
                                       "/etc/apt/sources.list, then run ci/setup.sh again"
}

updated=
if ! known; then
  update
  updated=yes
  for package in "${missing[@]}"; do
    apt-cache show --no-all-versions "$package" >/dev/null 2>&1 ||
      die 3 "this system has no package $package. The list is Debian 12's; use Debian 12 (a container will do)"
  done
fi

say "installing: ${missing[*]}"
# Lists that are merely old name files that the mirror no longer has: one more try with new ones.
if ! apt install --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1; then
  if [[ -z $updated ]]; then update; fi
  run_logged "$log" apt install --no-install-recommends "${missing[@]}" ||
    die 3 "apt-get could not install: ${missing[*]}. Its last lines are above; put that right and run ci/setup.sh again"
fi
say "installed"
install_actionlint
