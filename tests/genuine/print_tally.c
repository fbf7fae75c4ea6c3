/* Prints what the reader makes of each file: name, platform, rows of data, and the sum of every stage and
 * cost by the header of its column; one item per line, set apart by tabs. compare.py adds up the same files
 * in another way. */
#include "read/tally.h"

static int print_file(const char *path) {
    tilt_error err = {0};
    tally t;
    tilt_status status = tally_read(path, NULL, 0, &t, &err);
    if (status != TILT_OK) {
        printf("%s\terror\t%s\n", path, err.message);
    } else {
        printf("%s\tplatform\t%s\n", path, tilt_source_dialect(t.source)->platform);
        printf("%s\trows\t%llu\n", path, (unsigned long long)t.data_rows);
        for (size_t i = 0; i < tilt_source_n_columns(t.source) && i < TALLY_COLUMNS; i++) {
            const tilt_column *c = tilt_source_column(t.source, i);
            char sum[TILT__DECIMAL_TEXT];
            if (!tally_adds_up(c->role)) continue;
            (void)tilt__decimal_print(t.sums[i], sum);
            printf("%s\tsum\t%s\t%s\n", path, c->header, sum);
        }
    }
    tally_free(&t);
    return status == TILT_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) failed |= print_file(argv[i]);
    return failed;
}
