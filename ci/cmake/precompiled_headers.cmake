# Precompiled headers: what nearly every file includes of the standard library, {fmt} and, in tests, GoogleMock. They
# halve what the builds take. Every file includes what it uses all the same: -DBITS_PRECOMPILED_HEADERS=OFF shows it
# (ci/soak.sh does).
option(BITS_PRECOMPILED_HEADERS "Compile the headers that nearly every file includes once" ON)

set(BITS_COMMON_HEADERS
  <algorithm> <array> <atomic> <chrono> <cstddef> <cstdint> <functional> <map> <memory> <mutex> <optional> <ranges>
  <set> <span> <stdexcept> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <fmt/ranges.h> <tl/expected.hpp>)

# bits_precompile_headers(target [header...]): the common ones, and these.
function(bits_precompile_headers target)
  if(BITS_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} PRIVATE ${BITS_COMMON_HEADERS} ${ARGN})
  endif()
endfunction()

# What is only for tests is compiled without optimisation where the rest is optimised for size: it would cost a third more
# time and nobody ships it. Tests of mocks then have more sections than an object file has by default; the mocks
# themselves would have more names than fit into one, and so are optimised.
function(bits_do_not_optimise target)
  if(MINGW)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0> -Wa,-mbig-obj)
  elseif(MSVC)
    target_compile_options(${target} PRIVATE /bigobj)
  endif()
endfunction()

# bits_precompile_test_headers(target): those of all tests, compiled once for all.
function(bits_precompile_test_headers target)
  bits_do_not_optimise(${target})
  if(NOT BITS_PRECOMPILED_HEADERS)
    return()
  endif()
  if(NOT TARGET bits_test_headers)
    file(WRITE "${CMAKE_BINARY_DIR}/bits_test_headers.cc" "// Only its precompiled headers are used.\n")
    add_library(bits_test_headers OBJECT "${CMAKE_BINARY_DIR}/bits_test_headers.cc")
    bits_do_not_optimise(bits_test_headers)
    target_link_libraries(bits_test_headers PRIVATE bits::harness GTest::gmock bits_warnings)
    bits_precompile_headers(bits_test_headers <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM bits_test_headers)
endfunction()
