@echo off
rem Runs the scenarios on one backend; on this machine's own BITS it records every call, and compares a recorded diagnosis
rem with the simulation.
rem
rem usage: ci\windows-scenarios.cmd BACKEND [--not-elevated]
rem
rem BACKEND is sim, com-fake, com-server or windows.
rem
rem What it makes is in build\scenarios\BACKEND, or BACKEND-not-elevated: results.xml (JUnit); on "windows" besides, with
rem pseudonyms for names, scenarios.jsonl (every call of theirs), check.jsonl (those of bitsdoctor check), fidelity.html and
rem fidelity.json. A difference of check.jsonl from the simulation that no quirk explains is a failure. Builds what is due
rem (see windows-build.cmd).
rem
rem On "windows" the scenarios are those of this machine's own BITS, as elevated as the terminal is: what they have no
rem right to is reported with its reason. --not-elevated takes an elevated terminal's rights away: a temporary standard
rem user runs them (windows-not-elevated.ps1).
rem
rem Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
set "backend="
for %%I in (sim com-fake com-server windows) do if "%~1"=="%%I" set "backend=%%I"
if not defined backend goto usage
set "not_elevated="
if "%~2"=="--not-elevated" set "not_elevated=-not-elevated"
if not defined not_elevated if not "%~2"=="" goto usage
for %%I in ("%~dp0..") do set "root=%%~fI"
set "results=%root%\build\scenarios\%backend%%not_elevated%"

call "%~dp0windows-build.cmd" bits_scenarios bitsdoctor
if errorlevel 1 exit /b %ERRORLEVEL%
if exist "%results%" rmdir /s /q "%results%"
mkdir "%results%"

set "program=%root%\build\msvc\bin\bits_scenarios.exe"
if not defined not_elevated goto as_it_is
rem Only an elevated terminal may ask the filter manager.
fltmc >nul 2>&1
if errorlevel 1 goto as_it_is
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0windows-not-elevated.ps1" "%results%" "%program%" %backend%
set "code=%ERRORLEVEL%"
goto compare

:as_it_is
set "record="
if "%backend%"=="windows" set record=--record "%results%\scenarios.jsonl"
"%program%" --backend %backend% "--gtest_output=xml:%results%\results.xml" %record%
set "code=%ERRORLEVEL%"

:compare
if not "%code%"=="0" >&2 echo windows-scenarios: the scenarios failed on %backend% with exit code %code%
if not "%backend%"=="windows" goto done
set "doctor=%root%\build\msvc\bin\bitsdoctor.exe"
rem What it finds wrong with the machine is no failure here; whether the simulation finds the same is asked next.
"%doctor%" check --record "%results%\check.jsonl" --output "%results%\check.txt"
if errorlevel 2 goto not_recorded
"%doctor%" replay "%results%\check.jsonl" --fidelity --format html --output "%results%\fidelity.html"
"%doctor%" replay "%results%\check.jsonl" --fidelity --format json --output "%results%\fidelity.json"
if errorlevel 1 goto different

:done
if not "%code%"=="0" exit /b 1
exit /b 0

:different
>&2 echo windows-scenarios: a call on %backend% differs from the simulation and no quirk explains it: see %results%\fidelity.html
exit /b 1

:not_recorded
>&2 echo windows-scenarios: bitsdoctor check could not run, or not be recorded: see %results%\check.txt
exit /b 1

:usage
>&2 echo windows-scenarios: wrong arguments: %*; see ci\windows-scenarios.cmd --help
exit /b 2

:help
echo usage: ci\windows-scenarios.cmd sim^|com-fake^|com-server^|windows [--not-elevated]
echo.
echo Runs the scenarios on this backend. On windows it records every call, and compares a recorded diagnosis with the
echo simulation. The results are in build\scenarios\BACKEND. --not-elevated takes an elevated terminal's rights away, by
echo a temporary user.
echo.
echo Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing.
exit /b 0
