# cmake -DPROGRAM=file -DLIMIT=bytes -P check_size.cmake: fails when the file is larger.
file(SIZE "${PROGRAM}" size)
math(EXPR left "${LIMIT} - ${size}")
if(left LESS 0)
  message(FATAL_ERROR "${PROGRAM} has ${size} bytes, which are more than the ${LIMIT} it may have. What takes the room: "
                      "link it with -Wl,-Map=FILE, without -s")
endif()
message(STATUS "${PROGRAM}: ${size} bytes, ${left} left of ${LIMIT}")
