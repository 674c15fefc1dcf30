# farthing_layer(<name> DEPENDS <lower layers> SOURCES ... HEADERS ... LIBRARIES <external> TESTS ...)
# A layer sees only itself and what it DEPENDS on: its include directory holds one link, to its own folder,
# so an include that points upward does not compile. Unit tests sit beside the source they test and become
# <name>_test; every header is also compiled alone.
function(farthing_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;SOURCES;HEADERS;LIBRARIES;TESTS")
  set(view ${PROJECT_BINARY_DIR}/layers/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${name} ${view}/${name} SYMBOLIC)
  add_library(farthing_${name} STATIC ${arg_SOURCES})
  add_library(farthing::${name} ALIAS farthing_${name})
  list(TRANSFORM arg_HEADERS PREPEND ${view}/${name}/)
  target_sources(farthing_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${view} FILES ${arg_HEADERS})
  list(TRANSFORM arg_DEPENDS PREPEND farthing::)
  target_link_libraries(farthing_${name} PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES} PRIVATE farthing_flags)
  set_target_properties(farthing_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  if(FARTHING_TESTS AND arg_TESTS)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE farthing::${name} farthing_flags GTest::gtest_main GTest::gmock)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/vectors_folder.cpp)
    file(CONFIGURE OUTPUT ${folder} @ONLY CONTENT [[#include "core/testing/vectors.hpp"
const std::string farthing::vectors_folder = "@PROJECT_SOURCE_DIR@/tests/vectors";
]])
    target_sources(${name}_test PRIVATE ${folder})
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
