/* Fuzz target: any bytes as an export. They are opened and read twice, the second time in small chunks; both
 * times must end alike. Rows must have all columns, and lines must rise. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "read/source.h"

typedef struct seen {
    tilt_source *source;
    uint64_t rows, line, bytes;
} seen;

static tilt_status see(void *user, const tilt_row *row, tilt_error *err) {
    seen *s = user;
    size_t n = tilt_source_n_columns(s->source);
    (void)err;
    if (row->n_cells != n ||
        (row->line < s->line && strcmp(tilt_source_dialect(s->source)->compression, "zip") != 0))
        abort();
    s->line = row->line;
    s->rows++;
    for (size_t i = 0; i < n; i++) {
        tilt__number number;
        int64_t day;
        s->bytes += row->cells[i].length;
        (void)tilt__source_number(s->source, i, &row->cells[i], &number);
        (void)tilt__source_day(s->source, i, &row->cells[i], &day);
    }
    return TILT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    char path[64];
    tilt_error err = {0};
    int fd = memfd_create("export", 0);
    if (fd < 0) return 0;
    if (write(fd, data, n) != (ssize_t)n) abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    tilt_source *source = tilt_source_open(path, NULL, &err);
    if (source != NULL) {
        seen first = {.source = source}, second = {.source = source};
        tilt_status status = tilt_source_rows(source, see, &first, &err);
        tilt__source_set_chunk(source, 1 + n % 7);
        if (tilt_source_rows(source, see, &second, &err) != status) abort();
        if (first.rows != second.rows || first.bytes != second.bytes) abort();
        tilt_source_free(source);
    } else if (err.status == TILT_OK || err.message[0] == '\0') {
        abort();
    }
    (void)close(fd);
    return 0;
}
