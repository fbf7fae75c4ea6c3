/* report/xlsx.h - parts of the workbook that tests look at on their own. */
#ifndef TILT_REPORT_XLSX_H
#define TILT_REPORT_XLSX_H

#include "base/buf.h"

#define TILT__XLSX_README "Read me"
#define TILT__XLSX_NAME 31 /* characters a sheet's name may have */

/* A name for a sheet, near to `wish`: without []:*?/\ and apostrophes at its ends, at most TILT__XLSX_NAME
 * UTF-16 units, and, whatever the case of its letters, none of the taken ones, of TILT__XLSX_README, or of
 * what Excel keeps for itself. */
void tilt__xlsx_name(const char *wish, const char *const *taken, size_t n_taken, tilt__buf *out);

/* The number format that shows a number as the report prints it: "0.796" gives "0.000", "12 400" gives
 * "#,##0", "18.9 %" gives "0.0%", "2.1 × 10⁻⁹" gives "0.0E+00"; in "0.471–0.502" `which` says which of the
 * two. "General" for NULL and for text that is no plain number ("under 0.1 %"). size: of out_code, 48 is
 * enough. */
void tilt__xlsx_format(const char *shown, int which, char *out_code, size_t size);

#endif
