# Helper functions of the build: one target per library or service, all with the same warnings.

# ccache and a fast linker are used where they are installed and never required.
find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE)
  # Paths below the root are hashed relative to it, so that two checkouts share what they compile.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    ${MUSTER_CCACHE})
endif()
find_program(MUSTER_MOLD mold)
if(MUSTER_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(MUSTER_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize")
if(MUSTER_SANITIZE)
  add_compile_options(-fsanitize=${MUSTER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MUSTER_SANITIZE})
endif()

add_library(muster_warnings INTERFACE)
target_compile_options(muster_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # g++ 12 reports "text" + std::string() falsely when optimizing (GCC bug 105651)
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

add_library(muster_hardening INTERFACE)
target_compile_options(muster_hardening INTERFACE -fstack-protector-strong -fno-plt
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
target_compile_definitions(muster_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(muster_hardening INTERFACE -Wl,-z,relro,-z,now)

# muster_compile_sooner(target)
# For what is not in a hurry when it runs: at -O1 a source takes two thirds of the time to compile (unit_dispatch's
# plan_test.cpp: 9.6 s instead of 15.6 s).
function(muster_compile_sooner target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# muster_add_library(name SOURCES ... DEPENDS ... [PRIVATE_DEPENDS ...])
# A static library `muster_<name>` with alias `muster::<name>`; public headers in include/.
function(muster_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(muster_${name} STATIC ${ARG_SOURCES})
  add_library(muster::${name} ALIAS muster_${name})
  target_include_directories(muster_${name} PUBLIC include)
  target_link_libraries(muster_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS} muster_warnings muster_hardening)
endfunction()

# muster_add_service(name SOURCES ... DEPENDS ...)
# A service as a library `muster_service_<name>` (alias `muster::service_<name>`), linked by its
# binary, by musterd and by tests. Includes are written from the root: "services/<name>/core/x.h".
function(muster_add_service name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(muster_service_${name} STATIC ${ARG_SOURCES})
  add_library(muster::service_${name} ALIAS muster_service_${name})
  target_include_directories(muster_service_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(muster_service_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS} muster_warnings muster_hardening)
endfunction()

# muster_add_server(name)
# What wires a service: module.cpp, for its own program `muster-<name>` and for musterd.
function(muster_add_server name)
  add_library(muster_module_${name} STATIC module.cpp)
  add_library(muster::module_${name} ALIAS muster_module_${name})
  target_include_directories(muster_module_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(muster_module_${name} PUBLIC muster::server
    PRIVATE muster::service_${name} muster_warnings muster_hardening)
  add_executable(muster-${name} main.cpp)
  target_link_libraries(muster-${name} PRIVATE muster::module_${name} muster_warnings muster_hardening)
endfunction()

# muster_add_test(name SOURCES ... DEPENDS ... [LABELS ...] [ON_EVERY_STORE])
# ON_EVERY_STORE: its tests take their database from tests/support/store_under_test.h and are run once on each kind.
function(muster_add_test name)
  cmake_parse_arguments(ARG "ON_EVERY_STORE" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main muster_warnings muster_hardening)
  muster_compile_sooner(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
  if(ARG_ON_EVERY_STORE)
    target_link_libraries(${name} PRIVATE muster::test_store)
    add_test(NAME ${name}_postgres COMMAND ${name})
    # The report of the first run must stay: each has a file of its own, where tests/run.sh looks for it.
    set(report ${CMAKE_BINARY_DIR}/results/${ARG_LABELS}/${name}_postgres.xml)
    set_tests_properties(${name}_postgres PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600
      ENVIRONMENT "MUSTER_TEST_STORE=Postgres;GTEST_OUTPUT=xml:${report}")
  endif()
endfunction()

# muster_compile_together(target FOLDER...)
# In Release, compiles the sources of each folder of the target as one: they share the same large headers (protobuf,
# Abseil), which take most of their time. Other builds keep every source for itself, where a change costs less.
function(muster_compile_together target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(folder ${ARGN})
    set(members ${sources})
    list(FILTER members INCLUDE REGEX "^${folder}/")
    set_source_files_properties(${members} PROPERTIES UNITY_GROUP ${folder})
  endforeach()
endfunction()
