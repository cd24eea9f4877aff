# cmake -DPROGRAM=file -DGOAL=bytes -DLIMIT=bytes -P check_size.cmake: fails when the file is larger than LIMIT, and says
# on each run by how much it misses GOAL.
file(SIZE "${PROGRAM}" size)
math(EXPR left "${LIMIT} - ${size}")
if(left LESS 0)
  message(FATAL_ERROR "${PROGRAM} has ${size} bytes, which are more than the ${LIMIT} it may have. What takes the room: "
                      "link it with -Wl,-Map=FILE, without -s")
endif()
math(EXPR over "${size} - ${GOAL}")
if(over GREATER 0)
  message(WARNING "MISSED: ${PROGRAM} has ${size} bytes, ${over} more than the goal of ${GOAL}")
endif()
message(STATUS "${PROGRAM}: ${size} bytes, ${left} left of ${LIMIT}")
