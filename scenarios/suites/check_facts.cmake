# cmake -DFACTS=DIRECTORY -P check_facts.cmake coverage.cc
#
# Fails unless each row {"D3", "JOB-27"} of the table in coverage.cc names a fact of DIRECTORY/facts_*_test.cc whose
# source names that decision.
cmake_minimum_required(VERSION 3.25)
math(EXPR last "${CMAKE_ARGC} - 1")
file(READ "${CMAKE_ARGV${last}}" coverage)

set(facts "")
file(GLOB files "${FACTS}/facts_*_test.cc")
foreach(path ${files})
  file(READ "${path}" text)
  string(APPEND facts "${text}")
endforeach()
string(REGEX REPLACE "[ \r\n]+" " " facts "${facts}")
string(REPLACE ";" "," facts "${facts}")

string(REGEX MATCHALL "{\"D[0-9a-z]+\", \"[A-Z]+-[0-9]+\"}" rows "${coverage}")
if(rows STREQUAL "")
  message(FATAL_ERROR "${CMAKE_ARGV${last}} has no row: this check reads {\"D3\", \"JOB-27\"}")
endif()
foreach(row ${rows})
  string(REGEX REPLACE "{\"(.*)\", \"(.*)\"}" "\\1,\\2" pair "${row}")
  string(REPLACE "," ";" pair "${pair}")
  list(GET pair 0 decision)
  list(GET pair 1 fact)
  # Its statement, and then its source.
  if(NOT facts MATCHES "{\"${fact}\", (\"[^\"]*\" ?)+, \"[^\"]*decision ${decision}\"")
    message(SEND_ERROR "decision ${decision}: there is no fact ${fact} in ${FACTS} whose source names it")
  endif()
endforeach()
