# bits_link_delayed(target PUBLIC|PRIVATE dll...)
#
# Links DLLs of Windows that are loaded at their first call: most runs of most programs never use most of them, and
# loading them costs as much as everything else at the start. Users of the installed package, and builds without LLVM's
# linker (mingw-w64-x86_64.cmake), load them at the start.
function(bits_link_delayed target visibility)
  foreach(dll IN LISTS ARGN)
    if(MSVC)
      target_link_libraries(${target} ${visibility} ${dll} delayimp)
      target_link_options(${target} ${visibility} "/DELAYLOAD:${dll}.dll")
    elseif(BITS_LLD AND BITS_LLVM_DLLTOOL)
      _bits_delay_library(library ${dll})
      target_link_libraries(${target} ${visibility} "$<BUILD_INTERFACE:${library}>" "$<INSTALL_INTERFACE:${dll}>"
                            "$<BUILD_INTERFACE:delayimp>")
      target_link_options(${target} ${visibility} "$<BUILD_INTERFACE:-Wl,--delayload=${dll}.dll>")
    else()
      target_link_libraries(${target} ${visibility} ${dll})
    endif()
  endforeach()
endfunction()

# The import libraries that mingw-w64 ships are of a kind that LLVM's linker cannot delay: another is made from the names
# in each.
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
  execute_process(COMMAND ${BITS_LLVM_DLLTOOL} -m i386:x86-64 -d "${CMAKE_BINARY_DIR}/delay/${dll}.def" -l "${library}"
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()
