@echo off
rem Builds everything with Visual Studio and runs every test.
rem
rem usage: ci\test.cmd
rem
rem The last line is "N passed, N failed", or "N passed, N failed, N skipped". Results as JUnit XML:
rem build\test-results\msvc.xml. See windows-build.cmd for what is needed.
rem
rem Exit codes: 0 all passed, 1 a test failed or it does not build, 2 wrong usage, 3 something is missing.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
if not "%~1"=="" goto usage
for %%I in ("%~dp0..") do set "root=%%~fI"
set "results=%root%\build\test-results\msvc.xml"

call "%~dp0windows-build.cmd"
set "code=%ERRORLEVEL%"
if not "%code%"=="0" exit /b %code%
if exist "%results%" del "%results%"

rem ctest stands beside the cmake that configured the build; windows-build.cmd keeps its PATH to itself.
set "ctest="
for /f "usebackq tokens=1,* delims==" %%I in ("%root%\build\msvc\CMakeCache.txt") do if "%%I"=="CMAKE_CTEST_COMMAND:INTERNAL" set "ctest=%%J"
pushd "%root%"
"%ctest%" --preset msvc
set "code=%ERRORLEVEL%"
popd

rem The counts are attributes of the file's first element, each on a line of its own.
set "tests="
set "failures="
set "skipped="
set "disabled="
if not exist "%results%" goto counted
for /f "usebackq tokens=1,2 delims==	 " %%I in ("%results%") do (
  if "%%I"=="tests" if not defined tests set "tests=%%~J"
  if "%%I"=="failures" if not defined failures set "failures=%%~J"
  if "%%I"=="skipped" if not defined skipped set "skipped=%%~J"
  if "%%I"=="disabled" if not defined disabled set "disabled=%%~J"
)
:counted
if not defined tests set "tests=0"
if not defined failures set "failures=0"
if not defined skipped set "skipped=0"
if not defined disabled set "disabled=0"
set /a not_run=skipped+disabled
set /a passed=tests-failures-not_run
if not "%code%"=="0" if "%failures%"=="0" set "failures=1"
if "%not_run%"=="0" echo %passed% passed, %failures% failed
if not "%not_run%"=="0" echo %passed% passed, %failures% failed, %not_run% skipped
if not "%code%"=="0" exit /b 1
exit /b 0

:usage
>&2 echo test: unknown argument %1; see ci\test.cmd --help
exit /b 2

:help
echo usage: ci\test.cmd
echo.
echo Builds everything with Visual Studio and vcpkg, and runs every test.
echo VCPKG_ROOT or VCPKG_INSTALLATION_ROOT names vcpkg's directory.
echo.
echo Exit codes: 0 all passed, 1 a test failed or it does not build, 2 wrong usage, 3 something is missing.
exit /b 0
