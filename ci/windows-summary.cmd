@echo off
rem Prints a table of the results that are there: each JUnit file of build\test-results and build\scenarios with its
rem counts. On a GitHub agent it goes to the page of the run.
rem
rem usage: ci\windows-summary.cmd
rem
rem Exit codes: 0 printed, 2 wrong usage.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
if not "%~1"=="" goto usage
for %%I in ("%~dp0..") do set "root=%%~fI"
if not defined GITHUB_STEP_SUMMARY set "GITHUB_STEP_SUMMARY=con"
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0windows-summary.ps1" "%root%\build" >>"%GITHUB_STEP_SUMMARY%"
exit /b 0

:usage
>&2 echo windows-summary: unknown argument %1; see ci\windows-summary.cmd --help
exit /b 2

:help
echo usage: ci\windows-summary.cmd
echo.
echo Prints the counts of the results in build\test-results and build\scenarios, as a table in Markdown.
exit /b 0
