@echo off
rem Finds Visual Studio and vcpkg, configures the preset msvc and builds it. Called by doctor.cmd and test.cmd.
rem
rem usage: ci\windows-build.cmd [TARGET]
rem
rem Needs Visual Studio 2022 (or its Build Tools) with "Desktop development with C++", which brings CMake and Ninja, and
rem vcpkg: VCPKG_ROOT names it, or VCPKG_INSTALLATION_ROOT as on GitHub's machines. vcpkg builds the libraries that
rem vcpkg.json names; the first time that takes some minutes. The programs are then in build\msvc\bin.
rem
rem One line a step on stderr; the tools' output goes to build\msvc-configure.log and build\msvc-build.log and is shown
rem when something fails.
rem
rem Exit codes: 0 built, 1 it does not build, 3 something is missing.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
for %%I in ("%~dp0..") do set "root=%%~fI"

if defined VCPKG_ROOT goto have_vcpkg_root
if defined VCPKG_INSTALLATION_ROOT set "VCPKG_ROOT=%VCPKG_INSTALLATION_ROOT%"
if defined VCPKG_ROOT goto have_vcpkg_root
>&2 echo windows-build: vcpkg is not known. Get it (git clone https://github.com/microsoft/vcpkg), run its bootstrap-vcpkg.bat,
>&2 echo windows-build: and name its directory: set VCPKG_ROOT=C:\path\to\vcpkg
exit /b 3
:have_vcpkg_root
set "vcpkg_file=%VCPKG_ROOT%\scripts\buildsystems\vcpkg.cmake"
if exist "%vcpkg_file%" goto have_vcpkg
>&2 echo windows-build: VCPKG_ROOT is %VCPKG_ROOT%, but there is no %vcpkg_file%. Name the directory that vcpkg was cloned to
exit /b 3
:have_vcpkg
rem VsDevCmd sets VCPKG_ROOT to the copy inside Visual Studio, which has no registry of its own.
set "given_vcpkg_root=%VCPKG_ROOT%"

if defined VSCMD_VER goto have_compiler
set "PATH=%ProgramFiles(x86)%\Microsoft Visual Studio\Installer;%PATH%"
set "visual_studio="
for /f "usebackq tokens=* delims=" %%I in (`vswhere -latest -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath 2^>nul`) do set "visual_studio=%%I"
if defined visual_studio goto have_visual_studio
>&2 echo windows-build: Visual Studio with the C++ tools was not found. Install Visual Studio 2022 or its Build Tools with the
>&2 echo windows-build: workload "Desktop development with C++": winget install Microsoft.VisualStudio.2022.BuildTools
exit /b 3
:have_visual_studio
pushd "%root%"
call "%visual_studio%\Common7\Tools\VsDevCmd.bat" -no_logo -arch=x64 -host_arch=x64 >nul
set "code=%ERRORLEVEL%"
popd
if "%code%"=="0" goto have_compiler
>&2 echo windows-build: %visual_studio%\Common7\Tools\VsDevCmd.bat failed with exit code %code%. Repair Visual Studio
exit /b 3
:have_compiler
set "VCPKG_ROOT=%given_vcpkg_root%"

set "missing="
for %%I in (cl.exe cmake.exe ninja.exe ctest.exe) do if "%%~$PATH:I"=="" set "missing=%%I"
if not defined missing goto have_tools
>&2 echo windows-build: %missing% was not found. Add "C++ CMake tools for Windows" in the Visual Studio installer
exit /b 3
:have_tools

pushd "%root%"
if not exist build mkdir build
rem Ninja runs CMake again by itself when a CMakeLists.txt changes; a stamp says that the first time was a success.
if exist build\msvc\build.ninja if exist build\msvc\.configured goto configured
>&2 echo windows-build: configure msvc
cmake --preset msvc >build\msvc-configure.log 2>&1
if errorlevel 1 goto configure_failed
echo configured>build\msvc\.configured
:configured
set "target="
if not "%~1"=="" set "target=--target %~1"
>&2 echo windows-build: build msvc %~1
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
echo usage: ci\windows-build.cmd [TARGET]
echo.
echo Finds Visual Studio and vcpkg, configures the preset msvc and builds TARGET, or all of it, in build\msvc.
echo VCPKG_ROOT or VCPKG_INSTALLATION_ROOT names vcpkg's directory.
echo.
echo Exit codes: 0 built, 1 it does not build, 3 something is missing.
exit /b 0
