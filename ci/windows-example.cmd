@echo off
rem Installs the package and uses it: builds and tests scenarios\example, a project of its own, against what was installed.
rem
rem usage: ci\windows-example.cmd
rem
rem The package goes to build\example\msvc\package. See windows-build.cmd for what is needed. Results as JUnit XML:
rem build\test-results\example-msvc.xml.
rem
rem Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing.
setlocal EnableExtensions DisableDelayedExpansion
if "%~1"=="--help" goto help
if not "%~1"=="" goto usage
for %%I in ("%~dp0..") do set "root=%%~fI"
set "work=%root%\build\example\msvc"

call "%~dp0windows-environment.cmd"
if errorlevel 1 exit /b %ERRORLEVEL%
call "%~dp0windows-build.cmd"
if errorlevel 1 exit /b %ERRORLEVEL%

if exist "%work%\package" rmdir /s /q "%work%\package"
cmake --install "%root%\build\msvc" --prefix "%work%\package" >"%root%\build\example-install.log" 2>&1
if errorlevel 1 goto install_failed
"%work%\package\bin\bitsdoctor.exe" explain E_ACCESSDENIED >nul
if errorlevel 1 goto program_failed

rem The same libraries as the package was built with, which vcpkg has put beside that build.
cmake -G Ninja -S "%root%\scenarios\example" -B "%work%\build" -DCMAKE_BUILD_TYPE=RelWithDebInfo ^
  "-DCMAKE_TOOLCHAIN_FILE=%VCPKG_ROOT%\scripts\buildsystems\vcpkg.cmake" -DVCPKG_MANIFEST_MODE=OFF ^
  -DVCPKG_TARGET_TRIPLET=x64-windows-static "-DVCPKG_INSTALLED_DIR=%root%\build\msvc\vcpkg_installed" ^
  "-DCMAKE_MSVC_RUNTIME_LIBRARY=MultiThreaded" "-Dbits-harness_DIR=%work%\package\lib\cmake\bits-harness"
if errorlevel 1 exit /b 1
cmake --build "%work%\build"
if errorlevel 1 exit /b 1
ctest --test-dir "%work%\build" --output-on-failure --no-tests=error --output-junit "%root%\build\test-results\example-msvc.xml"
if errorlevel 1 exit /b 1
exit /b 0

:install_failed
>&2 type "%root%\build\example-install.log"
>&2 echo windows-example: the package could not be installed; why is above
exit /b 1

:program_failed
>&2 echo windows-example: the installed bitsdoctor does not run
exit /b 1

:usage
>&2 echo windows-example: unknown argument %1; see ci\windows-example.cmd --help
exit /b 2

:help
echo usage: ci\windows-example.cmd
echo.
echo Installs the package to build\example\msvc\package, and builds and tests scenarios\example against it.
echo.
echo Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing.
exit /b 0
