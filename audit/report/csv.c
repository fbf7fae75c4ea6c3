/* report/csv.c - tidy tables: one row per row, a header, exact numbers with a point, an estimate as three
 * columns. Where a number cannot be had, its cell holds the reason in words, never nothing and never zero. */
#include <math.h>

#include "base/mem.h"
#include "report/escape.h"
#include "report/numerals.h"
#include "report/render.h"
#include "report/tidy.h"

static void put_head(const tilt__sheet *table, const tilt__tidy_column *columns, size_t n, tilt__buf *out) {
    tilt__buf name = TILT__BUF_INIT;
    for (size_t c = 0; c < n; c++) {
        if (c > 0) tilt__buf_char(out, ',');
        tilt__buf_reset(&name);
        tilt__tidy_name(table, columns[c], &name);
        out->failed = out->failed || name.failed;
        tilt__escape_csv(tilt__buf_get(&name), out);
    }
    tilt__buf_text(out, "\r\n");
    tilt__buf_drop(&name, out);
}

void tilt__sheet_csv(const tilt__sheet *table, tilt__buf *out) {
    tilt__tidy_column *columns = tilt__alloc(TILT__TIDY_PARTS * table->n_columns, sizeof *columns);
    if (columns == NULL) {
        out->failed = true;
        return;
    }
    size_t n = tilt__tidy_columns(table, columns);
    put_head(table, columns, n, out);
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t c = 0; c < n; c++) {
            if (c > 0) tilt__buf_char(out, ',');
            tilt__tidy_value value = tilt__tidy_at(table, r, columns[c]);
            if (value.text != NULL)
                tilt__escape_csv(value.text, out);
            else if (!isnan(value.number))
                tilt__numeral_exact(value.number, out);
        }
        tilt__buf_text(out, "\r\n");
    }
    free(columns);
}

bool tilt__render_csv(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    tilt__sheet_csv(doc->findings, out);
    return true;
}
