# What COM promises, asked of every object of the simulation, in this process and out of it.
if(BITS_BUILD_TESTS)
  add_library(com_conformance_test_module MODULE conformance_test_module.cc)
  set_target_properties(com_conformance_test_module PROPERTIES
                        PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  target_link_libraries(com_conformance_test_module PRIVATE bits_warnings ole32)
  if(MINGW)
    target_link_options(com_conformance_test_module PRIVATE -static)
  endif()
endif()
bits_add_test(com_conformance_test
              SOURCES conformance_activation_test.cc conformance_apartments_test.cc conformance_arguments_test.cc
                      conformance_callbacks_test.cc conformance_clients_test.cc conformance_failures_test.cc
                      conformance_identity_test.cc conformance_logon_test.cc conformance_memory_test.cc
                      conformance_remote_test.cc conformance_security_test.cc conformance_text_test.cc
              LIBRARIES bits::fakes_com LABELS threads ALONE quiet)
if(BITS_BUILD_TESTS)
  add_dependencies(com_conformance_test com_conformance_test_module fakebits_server)
endif()
