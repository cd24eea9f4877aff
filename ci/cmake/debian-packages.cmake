# Debian's packages as CMake targets where Debian's own *Config.cmake cannot serve: a cross build, or a sanitizer build
# that must compile GoogleTest itself. debian-deps.cmake answers find_package() with it; it is installed with the
# package, whose users may cross-compile on Debian too.
function(_deb_stage out pkg)                 # symlinks of just this package's headers
  set(dir "${CMAKE_BINARY_DIR}/_deb/${pkg}/include")
  foreach(rel IN LISTS ARGN)
    get_filename_component(parent "${dir}/${rel}" DIRECTORY)
    file(MAKE_DIRECTORY "${parent}")
    if(NOT EXISTS "/usr/include/${rel}")
      message(FATAL_ERROR "/usr/include/${rel} is missing: apt-get install the Debian package of ${pkg}")
    endif()
    file(CREATE_LINK "/usr/include/${rel}" "${dir}/${rel}" SYMBOLIC)
  endforeach()
  set(${out} "${dir}" PARENT_SCOPE)
endfunction()
function(_deb_interface target include)
  if(NOT TARGET ${target})
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} INTERFACE "${include}")   # IMPORTED => -isystem
  endif()
endfunction()

# Debian's package has the sources of {fmt} as a header, of which every object file would compile all (2.5 s).
function(_deb_compiled_fmt include)
  if(TARGET bits_debian_fmt)
    return()
  endif()
  set(source "${CMAKE_BINARY_DIR}/_deb/fmt/format.cc")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
#include <fmt/format-inl.h>
FMT_BEGIN_NAMESPACE
namespace detail {
template dragonbox::decimal_fp<float> dragonbox::to_decimal(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double) noexcept;
template locale_ref::locale_ref(const std::locale&);
template std::locale locale_ref::get<std::locale>() const;
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template thousands_sep_result<wchar_t> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template wchar_t decimal_point_impl(locale_ref);
}  // namespace detail
FMT_END_NAMESPACE
]])
  add_library(bits_debian_fmt STATIC EXCLUDE_FROM_ALL "${source}")
  target_compile_features(bits_debian_fmt PUBLIC cxx_std_20)
  target_include_directories(bits_debian_fmt SYSTEM PUBLIC "${include}")
  target_link_libraries(fmt::fmt INTERFACE bits_debian_fmt)
endfunction()

# bits_debian_package(pkg): as find_package(pkg); leaves ${pkg}_FOUND alone for a package that Debian's own answer serves.
macro(bits_debian_package pkg)
  if("${pkg}" STREQUAL "GTest")
    if(NOT TARGET GTest::gtest)
      if(NOT EXISTS /usr/src/googletest/CMakeLists.txt)
        message(FATAL_ERROR "/usr/src/googletest is missing: apt-get install googletest")
      endif()
      include(FetchContent)
      set(INSTALL_GTEST OFF CACHE INTERNAL "")
      set(FETCHCONTENT_SOURCE_DIR_GOOGLETEST /usr/src/googletest CACHE INTERNAL "")
      FetchContent_Declare(googletest SOURCE_DIR /usr/src/googletest SYSTEM EXCLUDE_FROM_ALL)
      FetchContent_MakeAvailable(googletest)
    endif()
    set(GTest_FOUND TRUE)
  elseif("${pkg}" STREQUAL "CLI11")
    _deb_stage(_deb_inc CLI11 CLI)
    _deb_interface(CLI11::CLI11 "${_deb_inc}")
    set(CLI11_FOUND TRUE)
  elseif("${pkg}" STREQUAL "nlohmann_json")
    _deb_stage(_deb_inc nlohmann_json nlohmann)
    _deb_interface(nlohmann_json::nlohmann_json "${_deb_inc}")
    set(nlohmann_json_FOUND TRUE)
  elseif("${pkg}" STREQUAL "fmt" AND CMAKE_CROSSCOMPILING)    # natively Debian has it compiled
    _deb_stage(_deb_inc fmt fmt)
    _deb_interface(fmt::fmt "${_deb_inc}")
    _deb_compiled_fmt("${_deb_inc}")
    set(fmt_FOUND TRUE)
  elseif("${pkg}" STREQUAL "tl-expected")
    _deb_stage(_deb_inc tl-expected tl)
    _deb_interface(tl::expected "${_deb_inc}")
    set(tl-expected_FOUND TRUE)
  elseif("${pkg}" STREQUAL "Boost" OR "${pkg}" STREQUAL "boost_beast")     # all of it: Debian does not cut it up
    _deb_stage(_deb_inc Boost boost)
    _deb_interface(Boost::headers "${_deb_inc}")
    _deb_interface(Boost::beast "${_deb_inc}")
    set(${pkg}_FOUND TRUE)
  elseif("${pkg}" STREQUAL "trompeloeil")
    _deb_stage(_deb_inc trompeloeil trompeloeil.hpp gtest/trompeloeil.hpp)
    _deb_interface(trompeloeil::trompeloeil "${_deb_inc}")
    set(trompeloeil_FOUND TRUE)
  endif()
endmacro()
