@echo off
rem Finds Visual Studio and vcpkg, configures the preset msvc and builds it. Called by the other scripts.
rem
rem usage: ci\windows-build.cmd [TARGET...]
rem
rem Needs Visual Studio 2022 (or its Build Tools) with "Desktop development with C++", which brings CMake and Ninja, and
rem vcpkg: VCPKG_ROOT names it, or VCPKG_INSTALLATION_ROOT as on GitHub's machines. vcpkg builds the libraries that
rem vcpkg.json names; the first time that takes some minutes. VCPKG_DEFAULT_BINARY_CACHE may name a directory that keeps
rem them for other machines. The programs are then in build\msvc\bin.
rem
rem One line a step on stderr; the tools' output goes to build\msvc-configure.log and build\msvc-build.log and is shown
rem when something fails.
rem
rem Exit codes: 0 built, 1 it does not build, 3 something is missing.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
for %%I in ("%~dp0..") do set "root=%%~fI"

call "%~dp0windows-environment.cmd"
if errorlevel 1 exit /b %ERRORLEVEL%

pushd "%root%"
if not exist build mkdir build
rem vcpkg refuses a cache that is not there.
if defined VCPKG_DEFAULT_BINARY_CACHE if not exist "%VCPKG_DEFAULT_BINARY_CACHE%" mkdir "%VCPKG_DEFAULT_BINARY_CACHE%"
rem Ninja runs CMake again by itself when a CMakeLists.txt changes; a stamp says that the first time was a success.
if exist build\msvc\build.ninja if exist build\msvc\.configured goto configured
>&2 echo windows-build: configure msvc
cmake --preset msvc >build\msvc-configure.log 2>&1
if errorlevel 1 goto configure_failed
echo configured>build\msvc\.configured
:configured
set "target="
if not "%~1"=="" set "target=--target %*"
>&2 echo windows-build: build msvc %*
cmake --build --preset msvc %target% >build\msvc-build.log 2>&1
if errorlevel 1 goto build_failed
popd
exit /b 0

:configure_failed
>&2 type build\msvc-configure.log
>&2 echo windows-build: cmake --preset msvc failed; its output is above and in %root%\build\msvc-configure.log
popd
exit /b 1

:build_failed
>&2 type build\msvc-build.log
>&2 echo windows-build: the build failed; its output is above and in %root%\build\msvc-build.log
popd
exit /b 1

:help
echo usage: ci\windows-build.cmd [TARGET...]
echo.
echo Finds Visual Studio and vcpkg, configures the preset msvc and builds the TARGETs, or all of it, in build\msvc.
echo VCPKG_ROOT or VCPKG_INSTALLATION_ROOT names vcpkg's directory.
echo.
echo Exit codes: 0 built, 1 it does not build, 3 something is missing.
exit /b 0
