#!/bin/bash
# Runs ci/test.sh in a fresh Debian 12 container, as a build agent does: for systems that are not Debian 12.
#
# usage: ci/container.sh [ARGUMENT of ci/test.sh...]
#
# Needs docker. The results are in build/test-results, as always; what the container makes belongs to root.
#
# Exit codes: ci/test.sh's; 2 also for wrong usage, 3 without docker.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

case ${1-} in
  -h | --help) show_help; exit 0 ;;
esac
command -v docker >/dev/null || die 3 "docker is missing. On Debian 12 run ci/test.sh, which needs none"
# The seccomp profile forbids what Wine and the sanitizers need: a process without address randomisation.
exec docker run --rm --init --security-opt seccomp=unconfined --volume "$ROOT:/bits-harness" --workdir /bits-harness \
  debian:12 .ci/run "$@"
