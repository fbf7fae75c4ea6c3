# Flags for our own targets only, always PRIVATE. Presets add -Werror and sanitizers through
# TILT_EXTRA_FLAGS, so that somebody else's newer compiler never fails on a new warning.
include(CheckCCompilerFlag)

set(TILT_EXTRA_FLAGS "" CACHE STRING "Further compile and link flags for our targets")
separate_arguments(TILT_EXTRA_FLAG_LIST UNIX_COMMAND "${TILT_EXTRA_FLAGS}")

set(TILT_WARNINGS
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
  -Wdouble-promotion -Wswitch-enum -Wvla -Wcast-qual -Wundef -Wnull-dereference)
set(TILT_HARDENING -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
set(TILT_FLAGS -ffp-contract=off -fvisibility=hidden)
foreach(flag IN LISTS TILT_WARNINGS TILT_HARDENING TILT_FLAGS)
  string(MAKE_C_IDENTIFIER "have${flag}" have)
  check_c_compiler_flag(${flag} ${have})
  if(${have})
    list(APPEND TILT_COMPILE_FLAGS ${flag})
  endif()
endforeach()

function(tilt_compile_options target)
  target_compile_options(${target} PRIVATE ${TILT_COMPILE_FLAGS} ${TILT_EXTRA_FLAG_LIST}
    $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
endfunction()

function(tilt_link_options target)
  target_link_options(${target} PRIVATE ${TILT_EXTRA_FLAG_LIST} -Wl,-z,relro,-z,now,-z,noexecstack)
endfunction()
