# What `cmake --install` puts where. Each library is an install component and a component of find_package(bits-harness):
# harness, fakes, mocks, fakes_com; the programs are the component tools.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# The two configurations of MSVC do not mix: both can be installed to one place.
if(MSVC)
  set(CMAKE_DEBUG_POSTFIX d)
endif()

set(BITS_INSTALL_INCLUDE "${CMAKE_INSTALL_INCLUDEDIR}/bits-harness")
set(BITS_INSTALL_CMAKE "${CMAKE_INSTALL_LIBDIR}/cmake/bits-harness")

# bits_install_library(component TARGETS target... HEADERS directory... [EXCLUDE directory...]): bits::component is the
# first of the targets.
# Headers are installed below the same names as in the sources, so that every #include stays what it is.
function(bits_install_library component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "TARGETS;HEADERS;EXCLUDE")
  list(GET arg_TARGETS 0 library)
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${component})
  target_include_directories(${library} INTERFACE "$<INSTALL_INTERFACE:${BITS_INSTALL_INCLUDE}>")
  if(NOT BITS_INSTALL)
    return()
  endif()
  install(TARGETS ${arg_TARGETS} EXPORT bits-harness-${component}
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component}
          RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT ${component})
  install(EXPORT bits-harness-${component} NAMESPACE bits:: DESTINATION "${BITS_INSTALL_CMAKE}" COMPONENT ${component})
  set(exclude)
  foreach(pattern IN ITEMS "*_test.h" "test_*.h" samples ${arg_EXCLUDE})
    list(APPEND exclude PATTERN "${pattern}" EXCLUDE)
  endforeach()
  foreach(directory IN LISTS arg_HEADERS)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${directory}/" DESTINATION "${BITS_INSTALL_INCLUDE}/${directory}"
            COMPONENT ${component} FILES_MATCHING PATTERN "*.h" PATTERN "*.inc" ${exclude})
  endforeach()
endfunction()

# bits_install_programs(target...): Windows programs look for each other in their own directory.
function(bits_install_programs)
  if(BITS_INSTALL)
    foreach(program IN LISTS ARGN)
      install(PROGRAMS "$<TARGET_FILE:${program}>" DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
    endforeach()
  endif()
endfunction()

if(BITS_INSTALL)
  configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/bits-harness-config.cmake.in"
                                "${PROJECT_BINARY_DIR}/bits-harness-config.cmake"
                                INSTALL_DESTINATION "${BITS_INSTALL_CMAKE}"
                                NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/bits-harness-config-version.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/bits-harness-config.cmake"
                "${PROJECT_BINARY_DIR}/bits-harness-config-version.cmake"
                "${CMAKE_CURRENT_LIST_DIR}/debian-packages.cmake"
          DESTINATION "${BITS_INSTALL_CMAKE}" COMPONENT harness)
endif()
