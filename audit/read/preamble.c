/* read/preamble.c - facts in the lines around the table: title, period, currency, time zone, number of rows.
 */
#include <string.h>

#include "base/error.h"
#include "read/chars.h"
#include "read/state.h"

/* Takes quotes, and delimiters at the end, off a line as it stands in the file. */
static tilt_cell bare(tilt_cell line, char delimiter) {
    while (line.length > 0 && (line.text[line.length - 1] == delimiter || line.text[line.length - 1] == ' '))
        line.length--;
    if (line.length > 0 && line.text[0] == '"') line = (tilt_cell){line.text + 1, line.length - 1};
    if (line.length > 0 && line.text[line.length - 1] == '"') line.length--;
    tilt__trim(&line.text, &line.length);
    return line;
}

/* What follows `label` and an optional colon or delimiter; empty when the line does not begin with it. */
static tilt_cell after_label(tilt_cell line, const char *label) {
    if (!tilt__has_prefix(line.text, line.length, label)) return (tilt_cell){"", 0};
    size_t i = strlen(label);
    while (i < line.length && memchr(": ,;\t\"", line.text[i], 6) != NULL) i++;
    return (tilt_cell){line.text + i, line.length - i};
}

static bool says_when_made(tilt_cell line) {
    static const char *const labels[] = {"date generated", "date/time generated", "last completed",
                                         "generated",      "report generated",    "last updated",
                                         "created"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (tilt__has_prefix(line.text, line.length, labels[i])) return true;
    return false;
}

static tilt_status keep(tilt_source *source, tilt_cell text, const char **field, tilt_error *err) {
    if (text.length == 0 || **field != '\0') return TILT_OK;
    *field = tilt__arena_text(&source->arena, text.text, text.length);
    if (*field != NULL) return TILT_OK;
    *field = "";
    return tilt__fail_memory(err);
}

static void read_row_count(tilt_source *source, tilt_cell line) {
    tilt_cell count = after_label(line, "rows");
    tilt__number number;
    if (count.length == 0 || tilt__number_parse(count.text, count.length, '.', &number) != TILT__NUMBER)
        return;
    double value = tilt__decimal_to_double(number.value);
    if (value >= 1 && value < 1e15 && tilt__decimal_is_integer(number.value))
        source->dialect.declared_rows = (uint64_t)value;
}

static tilt_status read_line(tilt_source *source, tilt_cell line, tilt__buf *dates, tilt_error *err) {
    static const char *const zones[] = {"report time zone", "time zone", "zeitzone", "fuseau horaire"};
    tilt_status status = TILT_OK;
    if (!says_when_made(line)) {
        tilt__buf_add(dates, line.text, line.length);
        tilt__buf_text(dates, " ; ");
    }
    for (size_t i = 0; i < sizeof zones / sizeof *zones && status == TILT_OK; i++)
        status = keep(source, after_label(line, zones[i]), &source->dialect.time_zone, err);
    tilt_cell currency = after_label(line, "currency");
    if (status == TILT_OK && currency.length <= 3)
        status = keep(source, currency, &source->dialect.currency, err);
    read_row_count(source, line);
    return status;
}

tilt_status tilt__preamble_read(tilt_source *source, const tilt_cell *lines, size_t n, tilt_error *err) {
    tilt__buf dates = TILT__BUF_INIT;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n && status == TILT_OK; i++) {
        tilt_cell line = bare(lines[i], source->parts[0].delimiter);
        if (line.length == 0) continue;
        tilt_cell title = after_label(line, "report name");
        if (title.length == 0 && i == 0 && memchr(line.text, ':', line.length) == NULL &&
            !tilt__has_prefix(line.text, line.length, "sep="))
            title = line;
        if (n == source->parts[0].header_line - 1) status = keep(source, title, &source->dialect.report, err);
        if (status == TILT_OK) status = read_line(source, line, &dates, err);
    }
    int64_t from, to;
    if (status == TILT_OK && dates.failed) status = tilt__fail_memory(err);
    if (status == TILT_OK && source->dialect.period_from[0] == '\0' &&
        tilt__date_find_period(tilt__buf_get(&dates), dates.length, &from, &to)) {
        char first[16], last[16];
        tilt__day_print(from, first);
        tilt__day_print(to, last);
        status = keep(source, (tilt_cell){first, strlen(first)}, &source->dialect.period_from, err);
        if (status == TILT_OK)
            status = keep(source, (tilt_cell){last, strlen(last)}, &source->dialect.period_to, err);
    }
    tilt__buf_free(&dates);
    return status;
}
