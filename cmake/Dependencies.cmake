# Libraries, all Debian packages: libgsl-dev libcsv-dev libcjson-dev libssl-dev zlib1g-dev libzstd-dev libzip-dev
# libcairo2-dev libpango1.0-dev libqpdf-dev libxlsxwriter-dev libsqlite3-dev.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo-pdf)
pkg_check_modules(PANGO REQUIRED IMPORTED_TARGET pangocairo)
pkg_check_modules(QPDF REQUIRED IMPORTED_TARGET libqpdf)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
find_library(CSV_LIBRARY csv REQUIRED)
find_path(CSV_INCLUDE csv.h REQUIRED)
set(TILT_LIBRARIES PkgConfig::GSL PkgConfig::CJSON PkgConfig::CRYPTO PkgConfig::ZLIB PkgConfig::ZSTD
  PkgConfig::ZIP PkgConfig::XLSXWRITER PkgConfig::SQLITE ${CSV_LIBRARY} Threads::Threads m)
# What draws, and with it some fifty shared libraries: linked where a PDF or PNG is made, and nowhere else.
set(TILT_PRINT_LIBRARIES PkgConfig::CAIRO PkgConfig::PANGO PkgConfig::QPDF)
