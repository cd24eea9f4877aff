# A table in Markdown of the JUnit files below a build directory; called by windows-summary.cmd.
param([string]$Build)
'| Results | Tests | Failures | Skipped |'
'|---|---|---|---|'
foreach ($file in Get-ChildItem "$Build\test-results", "$Build\scenarios" -Filter *.xml -Recurse -ErrorAction SilentlyContinue) {
    $suite = ([xml](Get-Content $file.FullName)).DocumentElement
    $name = $file.FullName.Substring($Build.Length + 1)
    "| $name | $($suite.tests) | $($suite.failures) | $([int]$suite.skipped + [int]$suite.disabled) |"
}
