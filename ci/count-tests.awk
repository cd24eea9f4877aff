# Counts tests in CTest's JUnit files: prints "PASSED FAILED SKIPPED".
#
# One CTest test may be a whole GoogleTest program, or a part of one (the Windows build's are), so GoogleTest's own
# summary in its output counts where there is one; a test of another kind counts as one. Disabled tests are skipped ones.
/<testcase / {
  status = $0
  sub(/.* status="/, "", status)
  sub(/".*/, "", status)
  in_passed = in_failed = in_skipped = in_ok = summary = 0
}
/^\[       OK \] / { in_ok++ }
/^\[  PASSED  \] [0-9]+ tests?\./ { in_passed += $4; summary = 1 }
/^\[  FAILED  \] [0-9]+ tests?, listed below/ { in_failed += $4 }
/^\[  SKIPPED \] [0-9]+ tests?, listed below/ { in_skipped += $4 }
/^  YOU HAVE [0-9]+ DISABLED TEST/ { in_skipped += $3 }
/<\/testcase>/ {
  if (!summary) {
    # A program that died in the middle has no summary; what it had finished counts.
    in_passed = status == "fail" ? in_ok : status == "run"
    in_failed = 0
    in_skipped = status == "notrun" || status == "disabled"
  }
  if (status == "fail" && in_failed == 0) {
    # It died, took too long, or failed after its last test (a leak).
    in_failed = 1
    if (summary && in_passed > 0) in_passed--
  }
  passed += in_passed
  failed += in_failed
  skipped += in_skipped
}
END { print passed + 0, failed + 0, skipped + 0 }
