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

static bool says_the_period(tilt_cell line) {
    static const char *const labels[] = {"date range", "report start", "report end", "zeitraum", "period"};
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

static tilt_status read_line(tilt_source *source, tilt_cell line, tilt_error *err) {
    static const char *const zones[] = {"report time zone", "time zone", "zeitzone", "fuseau horaire"};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < sizeof zones / sizeof *zones && status == TILT_OK; i++)
        status = keep(source, after_label(line, zones[i]), &source->dialect.time_zone, err);
    tilt_cell currency = after_label(line, "currency");
    if (status == TILT_OK && currency.length <= 3)
        status = keep(source, currency, &source->dialect.currency, err);
    read_row_count(source, line);
    return status;
}

/* Lines that name the period, or where none does, all that do not say when the report was made. */
static void collect_dates(const tilt_cell *lines, size_t n, char delimiter, tilt__buf *out) {
    for (int named = 1; named >= 0 && out->length == 0; named--) {
        for (size_t i = 0; i < n; i++) {
            tilt_cell line = bare(lines[i], delimiter);
            if (named == 1 ? !says_the_period(line) : says_when_made(line)) continue;
            tilt__buf_add(out, line.text, line.length);
            tilt__buf_text(out, " ; ");
        }
    }
}

static tilt_status keep_period(tilt_source *source, const tilt__buf *dates, tilt_error *err) {
    int64_t from, to;
    char first[16], last[16];
    if (source->dialect.period_from[0] != '\0') return TILT_OK;
    if (!tilt__date_find_period(tilt__buf_get(dates), dates->length, &from, &to)) return TILT_OK;
    tilt__day_print(from, first);
    tilt__day_print(to, last);
    tilt_status status = keep(source, (tilt_cell){first, strlen(first)}, &source->dialect.period_from, err);
    if (status != TILT_OK) return status;
    return keep(source, (tilt_cell){last, strlen(last)}, &source->dialect.period_to, err);
}

tilt_status tilt__preamble_read(tilt_source *source, const tilt_cell *lines, size_t n, bool before,
                                tilt_error *err) {
    char delimiter = source->parts[0].delimiter;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n && status == TILT_OK; i++) {
        tilt_cell line = bare(lines[i], delimiter);
        if (line.length == 0) continue;
        tilt_cell title = after_label(line, "report name");
        bool is_note = tilt__has_prefix(line.text, line.length, "sep=");
        if (title.length == 0 && i == 0 && memchr(line.text, ':', line.length) == NULL && !is_note)
            title = line;
        if (before) status = keep(source, title, &source->dialect.report, err);
        if (status == TILT_OK) status = read_line(source, line, err);
    }
    tilt__buf dates = TILT__BUF_INIT;
    collect_dates(lines, n, delimiter, &dates);
    if (status == TILT_OK) status = dates.failed ? tilt__fail_memory(err) : keep_period(source, &dates, err);
    tilt__buf_free(&dates);
    return status;
}

tilt_status tilt__footer_read(tilt_source *source, const tilt__buf *footer, tilt_error *err) {
    tilt_cell *lines = NULL;
    size_t n = 0, capacity = 0;
    tilt__arena arena = {0};
    const char *text = tilt__buf_get(footer), *end = text + footer->length;
    while (text < end) {
        void *items = lines;
        tilt_cell *line = tilt__arena_push(&arena, &items, &n, &capacity, sizeof *line);
        lines = items;
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL) stop = end;
        if (line == NULL) break;
        *line = (tilt_cell){text, (size_t)(stop - text)};
        text = stop < end ? stop + 1 : end;
    }
    tilt_status status =
        text < end ? tilt__fail_memory(err) : tilt__preamble_read(source, lines, n, false, err);
    tilt__arena_free(&arena);
    return status;
}
