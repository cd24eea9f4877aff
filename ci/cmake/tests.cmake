# bits_add_test(name SOURCES file... [LIBRARIES target...] [LABELS label...] [TIMEOUT seconds] [ALONE prefix])
#
# One GoogleTest program. Natively each test is a CTest test of its own; under an emulator, where a process start costs
# more than most tests, the program runs in BITS_TEST_SHARDS shards. ALONE: see bits_run_alone; it runs in one piece.
set(BITS_TEST_SHARDS 2 CACHE STRING "Into how many pieces a test program is cut when it runs under an emulator")

# Those labelled "threads" are what the thread sanitizer has to be shown.
if(NOT TARGET bits_threads_tests)
  add_custom_target(bits_threads_tests)
endif()

# bits_run_alone(test prefix)
#
# For tests that stop a service, change the registry or count what a machine has: nothing else runs beside them. Under
# Wine it is enough that they have a prefix of their own, a machine as it were, which those of the same name share, one
# after the other, and a session that ends with each.
function(bits_run_alone test prefix)
  if(NOT CMAKE_CROSSCOMPILING)
    set_tests_properties(${test} PROPERTIES RUN_SERIAL ON)
    return()
  endif()
  set_tests_properties(${test} PROPERTIES RESOURCE_LOCK "prefix-${prefix}")
  set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT
               "BITS_WINE_SESSION=new" "BITS_WINEPREFIX=${PROJECT_BINARY_DIR}/prefixes/${prefix}")
endfunction()

function(bits_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;ALONE" "SOURCES;LIBRARIES;LABELS")
  if(NOT BITS_BUILD_TESTS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock_main bits_warnings)
  bits_precompile_test_headers(${name})
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(bits_threads_tests ${name})
  endif()
  if(NOT CMAKE_CROSSCOMPILING)
    include(GoogleTest)
    set(serial OFF)
    if(arg_ALONE)
      set(serial ON)
    endif()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${serial})
    return()
  endif()
  set(properties LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  if(arg_ALONE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
    bits_run_alone(${name} ${arg_ALONE})
    return()
  endif()
  math(EXPR last "${BITS_TEST_SHARDS} - 1")
  foreach(shard RANGE ${last})
    add_test(NAME ${name}.${shard} COMMAND ${name})
    set_tests_properties(${name}.${shard} PROPERTIES ${properties}
                         ENVIRONMENT "GTEST_TOTAL_SHARDS=${BITS_TEST_SHARDS};GTEST_SHARD_INDEX=${shard}")
  endforeach()
endfunction()
