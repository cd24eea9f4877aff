@echo off
rem Finds Visual Studio and vcpkg for the scripts beside it, which call it: sets PATH, INCLUDE, LIB and VCPKG_ROOT in the
rem caller's environment. Does nothing where they are set.
rem
rem usage: call ci\windows-environment.cmd
rem
rem Exit codes: 0 all there, 3 something is missing.
for %%I in ("%~dp0..") do set "root=%%~fI"

if defined VCPKG_ROOT goto have_vcpkg_root
if defined VCPKG_INSTALLATION_ROOT set "VCPKG_ROOT=%VCPKG_INSTALLATION_ROOT%"
if defined VCPKG_ROOT goto have_vcpkg_root
>&2 echo windows-environment: vcpkg is not known. Get it (git clone https://github.com/microsoft/vcpkg), run its bootstrap-vcpkg.bat,
>&2 echo windows-environment: and name its directory: set VCPKG_ROOT=C:\path\to\vcpkg
exit /b 3
:have_vcpkg_root
set "vcpkg_file=%VCPKG_ROOT%\scripts\buildsystems\vcpkg.cmake"
if exist "%vcpkg_file%" goto have_vcpkg
>&2 echo windows-environment: VCPKG_ROOT is %VCPKG_ROOT%, but there is no %vcpkg_file%. Name the directory that vcpkg was cloned to
exit /b 3
:have_vcpkg
rem VsDevCmd sets VCPKG_ROOT to the copy inside Visual Studio, which has no registry of its own.
set "given_vcpkg_root=%VCPKG_ROOT%"

if defined VSCMD_VER goto have_compiler
set "PATH=%ProgramFiles(x86)%\Microsoft Visual Studio\Installer;%PATH%"
set "visual_studio="
for /f "usebackq tokens=* delims=" %%I in (`vswhere -latest -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath 2^>nul`) do set "visual_studio=%%I"
if defined visual_studio goto have_visual_studio
>&2 echo windows-environment: Visual Studio with the C++ tools was not found. Install Visual Studio 2022 or its Build Tools with the
>&2 echo windows-environment: workload "Desktop development with C++": winget install Microsoft.VisualStudio.2022.BuildTools
exit /b 3
:have_visual_studio
pushd "%root%"
call "%visual_studio%\Common7\Tools\VsDevCmd.bat" -no_logo -arch=x64 -host_arch=x64 >nul
set "code=%ERRORLEVEL%"
popd
if "%code%"=="0" goto have_compiler
>&2 echo windows-environment: %visual_studio%\Common7\Tools\VsDevCmd.bat failed with exit code %code%. Repair Visual Studio
exit /b 3
:have_compiler
set "VCPKG_ROOT=%given_vcpkg_root%"

set "missing="
for %%I in (cl.exe cmake.exe ninja.exe ctest.exe) do if "%%~$PATH:I"=="" set "missing=%%I"
if not defined missing goto have_tools
>&2 echo windows-environment: %missing% was not found. Add "C++ CMake tools for Windows" in the Visual Studio installer
exit /b 3
:have_tools
exit /b 0
