@echo off
rem Builds bitsdoctor with Visual Studio and runs it.
rem
rem usage: ci\doctor.cmd [ARGUMENT...]
rem
rem The arguments are bitsdoctor's own; without any, "check" is run. It runs in the caller's directory with the caller's
rem stdin, stdout and stderr. What is there already is not built again. See windows-build.cmd for what is needed.
rem
rem Exit codes: bitsdoctor's (0 fine, 1 a finding, 2 wrong usage, 3 could not run); 3 also when it cannot be built.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" if "%~2"=="" goto help

call "%~dp0windows-build.cmd" bitsdoctor
if errorlevel 1 exit /b 3
if "%~1"=="" goto check
"%~dp0..\build\msvc\bin\bitsdoctor.exe" %*
exit /b %ERRORLEVEL%

:check
"%~dp0..\build\msvc\bin\bitsdoctor.exe" check
exit /b %ERRORLEVEL%

:help
echo usage: ci\doctor.cmd [ARGUMENT...]
echo.
echo Builds bitsdoctor with Visual Studio and vcpkg, and runs it with these arguments; without any: check.
echo VCPKG_ROOT or VCPKG_INSTALLATION_ROOT names vcpkg's directory.
echo.
echo   ci\doctor.cmd -h                  bitsdoctor's own help
echo   ci\doctor.cmd check --format json
echo.
echo Exit codes: bitsdoctor's (0 fine, 1 a finding, 2 wrong usage, 3 could not run);
echo 3 also when it cannot be built.
exit /b 0
