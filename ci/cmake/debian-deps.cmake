# Dependency provider (CMake >= 3.24): answers find_package() from Debian's packages. Loaded only by the presets for
# Debian, through CMAKE_PROJECT_TOP_LEVEL_INCLUDES; on Windows vcpkg answers the same calls.
include("${CMAKE_CURRENT_LIST_DIR}/debian-packages.cmake")
macro(deb_provide method pkg)
  bits_debian_package("${pkg}")       # anything else falls through to CMake's own find_package()
endmacro()
cmake_language(SET_DEPENDENCY_PROVIDER deb_provide SUPPORTED_METHODS FIND_PACKAGE)
