# Compiler settings and the one way to define a library of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(OFFPRINT_WERROR "Warnings are errors" OFF)
option(OFFPRINT_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
option(OFFPRINT_SANITIZE "Build with ASan and UBSan" OFF)

find_program(OFFPRINT_CCACHE ccache)
if(OFFPRINT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${OFFPRINT_CCACHE})
endif()
find_program(OFFPRINT_MOLD mold)
if(OFFPRINT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# -Wrestrict is wrong about std::string in GCC 12 (bug 105329).
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  -fstack-protector-strong)
if(OFFPRINT_WERROR)
  add_compile_options(-Werror)
endif()
if(OFFPRINT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(OFFPRINT_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
else()
  add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
add_link_options(-Wl,-z,relro,-z,now)

# offprint_library(NAME sources...): the library of the folder NAME, and a check that
# each of its headers compiles alone.
function(offprint_library name)
  add_library(offprint_${name} STATIC ${ARGN})
  target_include_directories(offprint_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  set_property(GLOBAL APPEND PROPERTY OFFPRINT_HEADERS ${headers})
endfunction()
