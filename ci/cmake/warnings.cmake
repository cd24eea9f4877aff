# The warnings that the project's own targets are held to; libraries of others are included as system headers.
add_library(bits_warnings INTERFACE)
if(MSVC)
  target_compile_options(bits_warnings INTERFACE /W4 /permissive- /utf-8 /Zc:__cplusplus /EHsc)
  if(BITS_WARNINGS_AS_ERRORS)
    target_compile_options(bits_warnings INTERFACE /WX)
  endif()
else()
  target_compile_options(bits_warnings INTERFACE -Wall -Wextra -Wpedantic)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees overlaps in "text" + std::string where there are none (its bug 105651).
    target_compile_options(bits_warnings INTERFACE -Wno-restrict)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(bits_warnings INTERFACE -Wconsumed)  # harness/api/use_after_move.h
  endif()
  if(BITS_WARNINGS_AS_ERRORS)
    target_compile_options(bits_warnings INTERFACE -Werror)
  endif()
endif()
if(WIN32)
  target_compile_definitions(bits_warnings INTERFACE UNICODE _UNICODE NOMINMAX WIN32_LEAN_AND_MEAN
                             _WIN32_WINNT=0x0A00 WINVER=0x0A00)
endif()
