# cmake --install: the program, the library (static and shared), public headers, and what find_package and pkg-config
# need. The static library is a component of its own, since only it needs the libraries we use to be found again.
include(CMakePackageConfigHelpers)

install(TARGETS tiltmeter RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS tiltmeter_shared EXPORT tiltmeterTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
# What draws PDF and PNG, for both: they find it from where they lie themselves.
install(TARGETS tiltmeter_print LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/tiltmeter)
install(TARGETS tiltmeter_static EXPORT tiltmeterStaticTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(TILT_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/tiltmeter)
foreach(set tiltmeterTargets tiltmeterStaticTargets)
  install(EXPORT ${set} NAMESPACE tiltmeter:: DESTINATION ${TILT_CONFIG_DIR})
endforeach()
configure_package_config_file(cmake/tiltmeterConfig.cmake.in ${PROJECT_BINARY_DIR}/tiltmeterConfig.cmake
  INSTALL_DESTINATION ${TILT_CONFIG_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tiltmeterConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tiltmeterConfig.cmake ${PROJECT_BINARY_DIR}/tiltmeterConfigVersion.cmake
  DESTINATION ${TILT_CONFIG_DIR})

# The .pc file finds its prefix from where it lies: one ".." for each folder of libdir/pkgconfig.
string(REGEX REPLACE "[^/]+" ".." TILT_PC_UP "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
configure_file(cmake/tiltmeter.pc.in ${PROJECT_BINARY_DIR}/tiltmeter.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tiltmeter.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
