# bits_link_delayed(target PUBLIC|PRIVATE dll...)
#
# Links DLLs of Windows that are loaded at their first call: most runs of most programs never use most of them, and
# loading them costs as much as everything else at the start.
function(bits_link_delayed target visibility)
  foreach(dll IN LISTS ARGN)
    if(MSVC)
      target_link_libraries(${target} ${visibility} ${dll} delayimp)
      target_link_options(${target} ${visibility} "/DELAYLOAD:${dll}.dll")
    else()
      _bits_delay_library(library ${dll})
      cmake_path(GET library FILENAME file)
      target_link_libraries(${target} ${visibility}
        "$<BUILD_INTERFACE:${library}>" "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/bits-harness/${file}>"
        delayimp)
      if(BITS_INSTALL)
        install(FILES "${library}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/bits-harness" COMPONENT harness)
      endif()
    endif()
  endforeach()
endfunction()

# mingw-w64 ships import libraries only; the delaying one is made from the names in it.
function(_bits_delay_library out dll)
  set(library "${CMAKE_BINARY_DIR}/delay/libdelay_${dll}.a")
  set(${out} "${library}" PARENT_SCOPE)
  if(EXISTS "${library}")
    return()
  endif()
  find_library(BITS_IMPORT_${dll} NAMES ${dll} REQUIRED)
  execute_process(COMMAND ${CMAKE_NM} "${BITS_IMPORT_${dll}}" OUTPUT_VARIABLE symbols ERROR_QUIET
                  COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL " T [A-Za-z_0-9]+" names "${symbols}")
  list(TRANSFORM names REPLACE "^ T " "")
  list(REMOVE_DUPLICATES names)
  list(JOIN names "\n" names)
  file(WRITE "${CMAKE_BINARY_DIR}/delay/${dll}.def" "LIBRARY ${dll}.dll\nEXPORTS\n${names}\n")
  execute_process(COMMAND ${CMAKE_DLLTOOL} -d "${CMAKE_BINARY_DIR}/delay/${dll}.def" -D ${dll}.dll -y "${library}"
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()
