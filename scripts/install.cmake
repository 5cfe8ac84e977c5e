# What `cmake --install` puts where: the program with its pages and completions, and the library with its headers, a CMake
# package (find_package(astream) gives astream::astream) and a pkg-config file. Included by the CMakeLists.txt on top.
include(CMakePackageConfigHelpers)

install(TARGETS astream RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The program's pages and completions, and the record stream's specification and reader.
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.[15])
foreach(page IN LISTS pages)
  string(REGEX MATCH "[15]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
set(completions ${PROJECT_SOURCE_DIR}/scripts/completions)
install(FILES ${completions}/astream.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME astream)
install(FILES ${completions}/_astream DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${completions}/astream.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${PROJECT_SOURCE_DIR}/formats/RECORDS.md DESTINATION ${CMAKE_INSTALL_DATADIR}/astream)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/formats/python DESTINATION ${CMAKE_INSTALL_DATADIR}/astream
  FILES_MATCHING PATTERN "*.py" PATTERN __pycache__ EXCLUDE)

# The library: one archive a floor, tied together by astream::astream.
add_library(astream_library INTERFACE)
target_link_libraries(astream_library INTERFACE astream_formats)
target_compile_features(astream_library INTERFACE cxx_std_20)
set_target_properties(astream_library PROPERTIES EXPORT_NAME astream)
set(floors base dsp av source stream formats)
foreach(floor IN LISTS floors)
  set_target_properties(astream_${floor} PROPERTIES EXPORT_NAME ${floor})
  install(TARGETS astream_${floor} EXPORT astream ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  string(PREPEND archives "-lastream_${floor} ")  # the highest first, as linkers want it
endforeach()
string(STRIP "${archives}" archives)
# The headers name each other from the floors' folder ("base/error.hpp"), programs may write <astream/astream.hpp> too.
install(TARGETS astream_library EXPORT astream
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/astream ${CMAKE_INSTALL_INCLUDEDIR})
install(CODE "
  set(source_dir \"${PROJECT_SOURCE_DIR}\")
  set(generated_dir \"${PROJECT_BINARY_DIR}/generated\")
  set(destination \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/astream\")")
install(SCRIPT ${PROJECT_SOURCE_DIR}/scripts/install_headers.cmake)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/astream)
install(EXPORT astream NAMESPACE astream:: FILE astream-targets.cmake DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/scripts/astream-config.cmake.in ${PROJECT_BINARY_DIR}/astream-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/astream-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/astream-config.cmake ${PROJECT_BINARY_DIR}/astream-config-version.cmake
  DESTINATION ${package_dir})
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" prefix_from_pc ${prefix_from_pc})
configure_file(${PROJECT_SOURCE_DIR}/scripts/astream.pc.in ${PROJECT_BINARY_DIR}/astream.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/astream.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
