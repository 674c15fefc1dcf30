# Language level, warnings, sanitizers and hardening: one interface target that every layer links.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(farthing_flags INTERFACE)
# clang takes libstdc++ 12's own use of its deprecated get_temporary_buffer (within stable_sort) for ours; what we use
# ourselves and should not, g++ tells.
target_compile_options(farthing_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wmissing-declarations -Wextra-semi
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-maybe-uninitialized>
  $<$<CXX_COMPILER_ID:Clang>:-Wimplicit-fallthrough -Wunreachable-code-aggressive -Wthread-safety
    -Wno-missing-braces -Wno-deprecated-declarations>
  $<$<BOOL:${FARTHING_WERROR}>:-Werror>
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
  -fstack-protector-strong
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection>)
# What is loaded is placed at random, and the tables that say where are read-only before anything of ours runs.
target_link_options(farthing_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(farthing_flags INTERFACE $<$<CONFIG:Release>:-fcf-protection=full>)
endif()
target_compile_definitions(farthing_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(FARTHING_SANITIZE)
  target_compile_options(farthing_flags INTERFACE -fsanitize=${FARTHING_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(farthing_flags INTERFACE -fsanitize=${FARTHING_SANITIZE})
endif()
if(FARTHING_FUZZ)
  target_compile_options(farthing_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
