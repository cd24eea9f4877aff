# cmake -DFILE=FILE -DCOMPILER=PROGRAM -DCOMPILER_ID=ID -DINCLUDES=DIRECTORY|... -DOPTIONS=OPTION|...
#       [-DClang=PROGRAM] [-DGNU=PROGRAM] [-DMISUSE=NAME] -P check_misuse.cmake
#
# Fails unless the compiler refuses FILE with BITS_MISUSE defined, at the line that says so and with its message:
#
#   x.Wrong();  // error: REGEX                what every compiler says
#   x.Wrong();  // error(ID|ID): REGEX         only these compilers find it, by CMAKE_CXX_COMPILER_ID
#
# Where the compiler is none of those, clang or g++ is asked in its place. (g++ 12 does not warn of a virtual method whose
# [[nodiscard]] result is ignored, nor know what was moved from.)
#
# That the same file compiles without BITS_MISUSE is seen by the build, which compiles it so.
cmake_minimum_required(VERSION 3.25)
if(NOT DEFINED MISUSE)
  set(MISUSE BITS_MISUSE)
endif()
string(REPLACE "|" ";" INCLUDES "${INCLUDES}")
string(REPLACE "|" ";" OPTIONS "${OPTIONS}")
cmake_path(GET FILE FILENAME name)
string(REPLACE "." "\\." name_pattern "${name}")

# Which line, which message, and who is to find it.
file(READ "${FILE}" text)
string(REPLACE ";" "," text "${text}")
string(REGEX REPLACE "\r?\n" ";" lines "${text}")
set(line 0)
set(number 0)
foreach(one IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(one MATCHES "// error(\\(([^)]*)\\))?: ")
    set(line ${number})
    set(ids "${CMAKE_MATCH_2}")
    string(REGEX REPLACE ".*// error(\\([^)]*\\))?: " "" message "${one}")
  endif()
endforeach()
if(line EQUAL 0)
  message(FATAL_ERROR "${name} does not say which line is the error: end it with // error: REGEX")
endif()

if(NOT ids STREQUAL "" AND NOT COMPILER_ID MATCHES "^(${ids})$")
  if(Clang AND "Clang" MATCHES "^(${ids})$")
    set(COMPILER_ID Clang)
    set(OPTIONS -Wall -Wconsumed)
  elseif(GNU AND "GNU" MATCHES "^(${ids})$")
    set(COMPILER_ID GNU)
    set(OPTIONS -Wall)
  else()
    message("not applicable: ${COMPILER_ID} does not find it, only ${ids}")
    return()
  endif()
  set(COMPILER "${${COMPILER_ID}}")
endif()
if(COMPILER_ID STREQUAL "MSVC")
  list(TRANSFORM INCLUDES PREPEND /I)
  set(command "${COMPILER}" /nologo /std:c++20 ${OPTIONS} /WX /Zs /D${MISUSE} ${INCLUDES} "${FILE}")
  set(place "${name_pattern}\\(${line}\\)[^\n]*: [^\n]*(${message})")
else()
  list(TRANSFORM INCLUDES PREPEND -I)
  set(command "${COMPILER}" -std=c++20 ${OPTIONS} -Werror -fsyntax-only -D${MISUSE} ${INCLUDES} "${FILE}")
  set(place "${name_pattern}:${line}:[0-9]+: [^\n]*(${message})")
endif()

execute_process(COMMAND ${command} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(code EQUAL 0)
  list(JOIN command " " command)
  message(FATAL_ERROR "${name} compiles in spite of its misuse: ${command}")
endif()
if(NOT output MATCHES "${place}")
  message(FATAL_ERROR "${name} is refused, but not for \"${message}\" at line ${line}:\n${output}")
endif()
message("refused: ${CMAKE_MATCH_0}")
