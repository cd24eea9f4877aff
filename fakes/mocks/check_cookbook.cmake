# cmake -DCOOKBOOK=DIRECTORY -P check_cookbook.cmake README
#
# Fails unless README shows every recipe of DIRECTORY/*_cookbook_test.cc, to the letter, and no other C++. A recipe is
# what stands between the lines "// recipe: NAME" and "// end of recipe"; README shows it as
#
#   <!-- FILE: NAME -->
#   ```cpp
#   ...
#   ```
cmake_minimum_required(VERSION 3.25)
math(EXPR last "${CMAKE_ARGC} - 1")
set(readme_file "${CMAKE_ARGV${last}}")

function(read_text file out)
  file(READ "${file}" text)
  string(REPLACE "\r\n" "\n" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(count_in text what out)
  string(REPLACE "${what}" "" without "${text}")
  string(LENGTH "${text}" with_length)
  string(LENGTH "${without}" without_length)
  string(LENGTH "${what}" length)
  math(EXPR count "(${with_length} - ${without_length}) / ${length}")
  set(${out} ${count} PARENT_SCOPE)
endfunction()

read_text("${readme_file}" readme)
set(recipes 0)
set(failed FALSE)
foreach(file gmock_cookbook_test.cc trompeloeil_cookbook_test.cc)
  read_text("${COOKBOOK}/${file}" rest)
  while(TRUE)
    string(FIND "${rest}" "\n// recipe: " begin)
    if(begin EQUAL -1)
      break()
    endif()
    math(EXPR begin "${begin} + 12")
    string(SUBSTRING "${rest}" ${begin} -1 rest)
    string(FIND "${rest}" "\n" name_end)
    string(SUBSTRING "${rest}" 0 ${name_end} name)
    math(EXPR code_begin "${name_end} + 1")
    string(FIND "${rest}" "// end of recipe\n" code_end)
    if(code_end EQUAL -1)
      message(FATAL_ERROR "${file}: the recipe \"${name}\" has no end")
    endif()
    math(EXPR code_length "${code_end} - ${code_begin}")
    string(SUBSTRING "${rest}" ${code_begin} ${code_length} code)
    math(EXPR recipes "${recipes} + 1")

    set(heading "<!-- ${file}: ${name} -->\n```cpp\n")
    string(FIND "${readme}" "${heading}" shown)
    string(FIND "${readme}" "${heading}${code}```\n" shown_as_it_is)
    if(shown EQUAL -1)
      message("${readme_file} does not show the recipe \"${name}\" of ${file}: add\n\n${heading}${code}```\n")
      set(failed TRUE)
    elseif(shown_as_it_is EQUAL -1)
      message("${readme_file} shows another recipe \"${name}\" than ${file}, which has\n\n${code}")
      set(failed TRUE)
    endif()
  endwhile()
endforeach()
count_in("${readme}" "\n```cpp\n" shown)
if(NOT recipes EQUAL shown)
  message("${readme_file} shows ${shown} pieces of C++, the cookbook has ${recipes} recipes: each piece must be a "
          "recipe that is compiled and run")
  set(failed TRUE)
endif()
if(failed)
  message(FATAL_ERROR "the README and the cookbook differ")
endif()
message("${recipes} recipes, shown as they are")
