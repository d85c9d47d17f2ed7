# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
#
# A room is a folder under src/: a static library of its .cc files and, with STINT_TESTS, one test
# program of its _test.cc files. The arrows between rooms are written once, in src/CMakeLists.txt.

add_library(stint_flags INTERFACE)
target_include_directories(stint_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(stint_flags INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these in libstdc++ and fmt at -O2.
  target_compile_options(stint_flags INTERFACE -Wno-maybe-uninitialized
                         -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
                         -Wno-array-bounds
                         -fpch-preprocess)  # lets ccache work with precompiled headers
else()
  # TRY is a GNU statement expression on purpose (see base/result.h).
  target_compile_options(stint_flags INTERFACE -Wno-gnu-statement-expression)
endif()
if(STINT_SANITIZE)
  target_compile_options(stint_flags INTERFACE -fsanitize=${STINT_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(stint_flags INTERFACE -fsanitize=${STINT_SANITIZE})
endif()
find_program(STINT_MOLD mold)
if(STINT_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(stint_flags INTERFACE -fuse-ld=mold)
endif()

# Runbooks, calls and answers are many small things made and forgotten: glibc's malloc is a quarter of
# what they cost, mimalloc a twelfth. The sanitizers have an allocator of their own.
if(NOT STINT_SANITIZE)
  find_package(mimalloc 2.0 REQUIRED)
  set(STINT_ALLOCATOR mimalloc)
endif()

find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
# The standard headers and fmt are more than half of what a unit costs to compile: read once.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cc "")
add_library(stint_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
target_link_libraries(stint_pch PUBLIC stint_flags fmt::fmt spdlog::spdlog)
target_precompile_headers(stint_pch PRIVATE <algorithm> <array> <chrono> <cstdint> <expected>
                          <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
                          <unordered_map> <utility> <variant> <vector> <fmt/core.h>)

if(STINT_TESTS)
  find_package(GTest REQUIRED)
  enable_testing()
  add_custom_target(sanitized_tests)  # what ./dev sanitize builds
  # One precompiled gtest header for all test programs: a test unit costs 0.5 s instead of 1.5 s.
  file(WRITE ${CMAKE_BINARY_DIR}/gtest_pch.cc "")
  add_library(stint_test_pch OBJECT ${CMAKE_BINARY_DIR}/gtest_pch.cc)
  target_link_libraries(stint_test_pch PUBLIC stint_flags GTest::gtest)
  target_compile_options(stint_test_pch PRIVATE -O0)
  target_precompile_headers(stint_test_pch PRIVATE <gtest/gtest.h> <string> <vector> <map>
                            <optional> <memory>)
endif()

# Texts that lie in a room's folder (*.json, *.yaml, *.py) become part of the program: the generated
# unit defines stint::NAME::embedded_files(), which the room declares where it needs it.
function(stint_embed name output)
  file(GLOB_RECURSE texts CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src/${name}
       ${PROJECT_SOURCE_DIR}/src/${name}/*.json ${PROJECT_SOURCE_DIR}/src/${name}/*.yaml
       ${PROJECT_SOURCE_DIR}/src/${name}/*.py)
  set(${output} "" PARENT_SCOPE)
  if(NOT texts)
    return()
  endif()
  set(rows "")
  foreach(path IN LISTS texts)
    file(READ ${PROJECT_SOURCE_DIR}/src/${name}/${path} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${PROJECT_SOURCE_DIR}/src/${name}/${path})
    # "sv": clang counts the letters of a longer text at compile time only up to its limit of steps.
    string(APPEND rows "    {\"${path}\", R\"stint-text(${text})stint-text\"sv},\n")
  endforeach()
  set(unit ${CMAKE_BINARY_DIR}/embedded/${name}.cc)
  set(content "#include \"base/embedded.h\"\nnamespace stint::${name} {\n"
         "using namespace std::string_view_literals;\n")
  string(APPEND content "std::span<const EmbeddedFile> embedded_files();\n"
         "std::span<const EmbeddedFile> embedded_files() {\n"
         "  static constexpr EmbeddedFile files[] = {\n${rows}  };\n  return files;\n}\n}\n")
  set(before "")
  if(EXISTS ${unit})
    file(READ ${unit} before)
  endif()
  if(NOT before STREQUAL content)
    file(WRITE ${unit} "${content}")
  endif()
  set(${output} ${unit} PARENT_SCOPE)
endfunction()

# Joins the sources of a target, so many a unit: what the units share (templates, headers) is then
# compiled once for all of them, which makes a whole build three times as cheap. So names in the
# unnamed namespaces of a room must differ. Off, a changed file compiles by itself: ./dev tidy.
option(STINT_UNITY "Compile several sources as one unit" ON)
function(stint_unity target size)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${STINT_UNITY}
                        UNITY_BUILD_BATCH_SIZE ${size})
endfunction()

# stint_room(NAME [DEPENDS room...] [LINK library...])
function(stint_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(TRANSFORM ROOM_DEPENDS PREPEND stint_)
  stint_embed(${name} embedded)
  if(embedded)
    list(APPEND sources ${embedded})
  endif()
  if(sources)
    add_library(stint_${name} STATIC ${sources})
    target_link_libraries(stint_${name} PUBLIC stint_flags ${ROOM_DEPENDS} ${ROOM_LINK})
    target_precompile_headers(stint_${name} REUSE_FROM stint_pch)
    stint_unity(stint_${name} 10)
  else()
    add_library(stint_${name} INTERFACE)
    target_link_libraries(stint_${name} INTERFACE stint_flags ${ROOM_DEPENDS} ${ROOM_LINK})
  endif()
  if(STINT_TESTS AND tests)
    add_executable(test_${name} ${tests})
    target_link_libraries(test_${name} PRIVATE stint_${name} GTest::gtest GTest::gtest_main)
    target_compile_options(test_${name} PRIVATE -O0)
    target_compile_definitions(test_${name} PRIVATE STINT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_precompile_headers(test_${name} REUSE_FROM stint_test_pch)
    stint_unity(test_${name} 10)
    add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1)
    if(NOT name MATCHES "^(service|cli)$")
      add_dependencies(sanitized_tests test_${name})
    endif()
  endif()
endfunction()
