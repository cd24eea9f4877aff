#!/bin/bash
# Takes each line that cleans up out of the transfer, one by one, and tells which test sees it.
#
# usage: ci/mutate-cleanup.sh [PRESET] [--help]
#
# The lines are in the table below: of harness/transfer, and of the scoped types of harness/api that it stands on. A line
# of harness/transfer that looks like clean-up and is not in the table is an error, and so is a row whose line is gone.
#
# The sources are changed in a copy, all at once: each line is made to depend on BITS_TAKE_OUT, the number of the one to
# leave out. The copies are compiled and linked in front of the objects of PRESET, linux by default, which must be a
# build without optimisation; then faults_test and transfer_test run once for each line.
#
# On stdout a line for each: number, file, text, and the first test that fails. Exit codes: 0 each is seen, 1 one is not,
# or the table does not fit, 2 wrong usage.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

preset=linux
case ${1-} in
  '') ;;
  -h | --help) show_help; exit 0 ;;
  -*) die 2 "unknown option '$1'; see ci/mutate-cleanup.sh --help" ;;
  *) preset=$1 ;;
esac

# FILE | TEXT | INSTEAD: the text, which stands once in the file, and what stands there instead; KEEP is true unless the
# row is taken out.
rows=(
  'harness/transfer/transfer.cc|if (!report_.Succeeded()) CleanUp();|if (!report_.Succeeded() && KEEP) CleanUp();'
  'harness/transfer/transfer.cc|~Attempt() { static_cast<void>(RemoveStaged()); }|~Attempt() { if (KEEP) static_cast<void>(RemoveStaged()); }'
  'harness/transfer/transfer.cc|impersonation_.reset();\n    if (!HelperOpensLocalFiles())|if (KEEP) impersonation_.reset();\n    if (!HelperOpensLocalFiles())'
  'harness/transfer/transfer.cc|if (!HelperOpensLocalFiles()) helper_token_.Close();|if (!HelperOpensLocalFiles() && KEEP) helper_token_.Close();'
  'harness/transfer/transfer.cc|staged_.Stage(staged_path_);|if (KEEP) staged_.Stage(staged_path_);'
  'harness/transfer/transfer.cc|if (const HResult removed = note_.Remove(); removed.Failed()) {\n      end.detail|if (const HResult removed = KEEP ? note_.Remove() : HResult(); removed.Failed()) {\n      end.detail'
  'harness/transfer/transfer.cc|impersonation_.reset();\n    if (job_)|if (KEEP) impersonation_.reset();\n    if (job_)'
  'harness/transfer/transfer.cc|const HResult cancelled = job_.Abandon();|const HResult cancelled = KEEP ? job_.Abandon() : HResult();'
  'harness/transfer/transfer.cc|const HResult removed = RemoveStaged();|const HResult removed = KEEP ? RemoveStaged() : "S_FALSE"_hr;'
  'harness/transfer/transfer.cc|if (const HResult removed = note_.Remove(); removed.Failed()) {\n      Undo|if (const HResult removed = KEEP ? note_.Remove() : HResult(); removed.Failed()) {\n      Undo'
  'harness/transfer/transfer.cc|const Result<Impersonation> impersonation = Impersonation::Of(environment_.logon(), helper_token_);\n    return staged_.Remove();|if (!KEEP) return staged_.Remove();\n    const Result<Impersonation> impersonation = Impersonation::Of(environment_.logon(), helper_token_);\n    return staged_.Remove();'
  'harness/transfer/transfer.cc|: files_.Remove(std::exchange|: !KEEP ? HResult() : files_.Remove(std::exchange'
  'harness/jobs/staged_file_note.h|return job_.Abandon();|return KEEP ? job_.Abandon() : HResult();'
  'harness/api/apartment.h|if (com_ != nullptr) com_->CoUninitialize();|if (com_ != nullptr && KEEP) com_->CoUninitialize();'
  'harness/api/token.h|~Token() { Close(); }|~Token() { if (KEEP) Close(); }'
  'harness/api/token.h|Close();\n      api_ =|if (KEEP) Close();\n      api_ ='
  'harness/api/token.cc|api_->CloseHandle(Release());|if (KEEP) api_->CloseHandle(Release()); else Release();'
  'harness/api/impersonation.h|~Impersonation() { Revert(); }|~Impersonation() { if (KEEP) Revert(); }'
  'harness/api/impersonation.cc|if (const HResult result = api->RevertToSelf(); |if (const HResult result = KEEP ? api->RevertToSelf() : HResult(); '
  'harness/api/scoped_job.h|~ScopedJob() { Abandon(); }|~ScopedJob() { if (KEEP) Abandon(); }'
  'harness/api/scoped_job.h|Abandon();\n      job_ =|if (KEEP) Abandon();\n      job_ ='
  'harness/api/scoped_job.cc|job->SetNotifyInterface(nullptr);|if (KEEP) job->SetNotifyInterface(nullptr);'
  'harness/api/scoped_job.cc|const HResult result = job->Cancel();|const HResult result = KEEP ? job->Cancel() : HResult();'
  'harness/api/scoped_job.cc|job_->SetNotifyInterface(nullptr);|if (KEEP) job_->SetNotifyInterface(nullptr);'
  'harness/api/scoped_job.cc|if (result.Succeeded()) job_.reset();|if (result.Succeeded() && KEEP) job_.reset();'
  'harness/api/secret.cc|Secret::~Secret() { Wipe(); }|Secret::~Secret() { if (KEEP) Wipe(); }'
  'harness/api/secret.cc|Wipe();\n    text_ =|if (KEEP) Wipe();\n    text_ ='
  'harness/api/secret.cc|if (text_) WipeMemory(|if (text_ && KEEP) WipeMemory('
)
# What in harness/transfer looks like clean-up; each such line must be in a row, or among the next.
readonly looks_like='\.reset\(\)|\.Close\(\)|Revert\(|\.?Remove\(|Abandon|Cancel\(\)|RemoveStaged\(\)|CleanUp\(\)|~[A-Z]'
readonly is_not=(
  'void CleanUp() {' 'HResult RemoveStaged() {' 'HResult Remove() {'
  'facts->length.reset();'  # a value, not a resource
  'if (staged_.path().empty() || !HelperOpensLocalFiles()) return staged_.Remove();'  # the row of files_.Remove
)

build=$ROOT/build/$preset
[[ -f $build/build.ninja ]] || die 2 "there is no build of $preset: ci/build.sh $preset faults_test transfer_test"
"$ROOT/ci/build.sh" "$preset" faults_test transfer_test
copy=$(mktemp -d)
trap 'rm -rf -- "$copy"' EXIT

# The table fits the sources?
known=$(printf '%s\n' "${rows[@]//\\n/$'\n'}")
while IFS= read -r line; do
  text=${line#"${line%%[![:space:]]*}"}
  [[ $text == //* ]] && continue
  for other in "${is_not[@]}"; do [[ $text == *"$other"* ]] && continue 2; done
  grep -qF -- "${text%%;*}" <<<"$known" || die 1 "this line of harness/transfer cleans up and is not in the table: $text"
done < <(grep -hE -- "$looks_like" "$ROOT"/harness/transfer/{transfer,wait_for_job,preflight}.cc)

files=()
number=0
for row in "${rows[@]}"; do
  number=$((number + 1))
  file=${row%%|*}
  rest=${row#*|}
  text=${rest%%|*}
  instead=${rest#*|}
  text=${text//\\n/$'\n'}
  instead=${instead//\\n/$'\n'}
  instead=${instead//KEEP/"bits_keeps($number)"}
  if [[ ! -f $copy/$file ]]; then
    mkdir -p "$copy/$(dirname -- "$file")"
    cp -- "$ROOT/$file" "$copy/$file"
    files+=("$file")
  fi
  content=$(<"$copy/$file")
  [[ $content == *"$text"* ]] || die 1 "row $number does not fit: $file has no \"$text\""
  printf '%s\n' "${content/"$text"/"$instead"}" >"$copy/$file"
done
mkdir -p "$copy/harness"
printf '#pragma once\nbool bits_keeps(int row);\n' >"$copy/harness/bits_keeps.h"
for file in "${files[@]}"; do
  content=$(<"$copy/$file")
  printf '#include "harness/bits_keeps.h"\n%s\n' "$content" >"$copy/$file"
done
cat >"$copy/bits_keeps.cc" <<'SOURCE'
#include <cstdlib>
#include "harness/bits_keeps.h"
bool bits_keeps(int row) {
  static const char* const out = std::getenv("BITS_TAKE_OUT");
  static const int taken = out == nullptr ? 0 : std::atoi(out);
  return row != taken;
}
SOURCE

# The command that compiled OBJECT, with the copies in front, from SOURCE to TARGET.
compile() {
  local object=$1 source=$2 target=$3 command
  command=$(ninja -C "$build" -t commands "$object" | tail -n 1)
  command=$(sed -E "s# -MD -MT [^ ]+ -MF [^ ]+##; s# -I# -I$copy -I#; s# -o [^ ]+# -o $target#; s# -c .*# -c $source#; s# -W[^ ]+##g" <<<"$command")
  (cd -- "$build" && eval "$command") || die 1 "$source does not compile"
}
link() {
  local program=$1 command
  command=$(ninja -C "$build" -t commands "bin/$program" | tail -n 1)
  # First of all objects: of inline functions the linker takes the first that it meets.
  command=$(sed -E "s#^: && ##; s# && :\$##; s# -o bin/$program # -o $copy/$program #; s#^([^ ]+) #\1 $copy/*.o #" <<<"$command")
  (cd -- "$build" && eval "$command") || die 1 "$program does not link"
}
say "compile ${#files[@]} changed files"
readonly in_harness=harness/CMakeFiles/bits_harness.dir
for source in transfer/transfer.cc api/token.cc api/impersonation.cc api/scoped_job.cc api/secret.cc; do
  [[ -f $copy/harness/$source ]] || cp -- "$ROOT/harness/$source" "$copy/harness/$source"
  compile "$in_harness/$source.o" "$copy/harness/$source" "$copy/$(basename -- "$source" .cc).o"
done
compile "$in_harness/api/token.cc.o" "$copy/bits_keeps.cc" "$copy/bits_keeps.o"
link faults_test
link transfer_test

# Prints the first test that fails, or nothing.
first_failure() {
  local program log=$copy/log
  for program in faults_test transfer_test; do
    BITS_TAKE_OUT=$1 BITS_FAULT_PAIRS=10 timeout 300 "$copy/$program" --gtest_fail_fast --gtest_filter='-*DeathTest*:*Check*' \
      >"$log" 2>&1 && continue
    grep -m1 -oE '^\[  FAILED  \] [A-Za-z0-9_./]+' "$log" | sed 's/.*] //' || echo "$program (it crashed)"
    return 0
  done
}
unseen=0
[[ -z $(first_failure 0) ]] || die 1 "a test fails with every line in place"
number=0
for row in "${rows[@]}"; do
  number=$((number + 1))
  rest=${row#*|}
  text=${rest%%|*}
  seen=$(first_failure "$number")
  [[ -n $seen ]] || unseen=$((unseen + 1))
  printf '%2d  %-36s %-70s %s\n' "$number" "${row%%|*}" "${text//\\n*/}" "${seen:-NOT SEEN}"
done
printf '%d lines, %d not seen\n' "$number" "$unseen"
[[ $unseen -eq 0 ]]
