/* tests/read/damage_tools.h - finding lines and cells in a clean file, and writing it out with something
 * changed. */
#ifndef TILT_TESTS_DAMAGE_TOOLS_H
#define TILT_TESTS_DAMAGE_TOOLS_H

#include "read/damage.h"

#include <iconv.h>
#include <string.h>

typedef struct range {
    size_t start, end; /* the end is the line feed, or the delimiter behind a cell */
} range;

static inline range line_at(const wound *w, size_t index) {
    size_t start = 0;
    for (; index > 0 && start < w->n; index--) {
        const char *end = memchr(w->text + start, '\n', w->n - start);
        start = end == NULL ? w->n : (size_t)(end - w->text) + 1;
    }
    const char *end = start < w->n ? memchr(w->text + start, '\n', w->n - start) : NULL;
    return (range){start, end == NULL ? w->n : (size_t)(end - w->text)};
}

static inline range cell_at(const wound *w, range line, size_t index) {
    size_t start = line.start;
    bool quoted = false;
    for (size_t i = start; i < line.end; i++) {
        if (w->text[i] == '"') quoted = !quoted;
        if (quoted || w->text[i] != w->delimiter) continue;
        if (index-- == 0) return (range){start, i};
        start = i + 1;
    }
    return (range){start, line.end};
}

static inline range target_line(const wound *w) {
    return line_at(w, w->line);
}

static inline range number_cell(const wound *w) {
    return cell_at(w, target_line(w), w->number);
}

static inline range label_cell(const wound *w) {
    return cell_at(w, target_line(w), w->label);
}

static inline range header_line(const wound *w) {
    return line_at(w, w->header);
}

static inline size_t last_data(const wound *w) {
    return w->header + w->data_lines;
}

static inline void put(wound *w, size_t from, size_t to) {
    tilt__buf_add(&w->out, w->text + from, to - from);
}

static inline void put_text(wound *w, const char *text) {
    tilt__buf_text(&w->out, text);
}

static inline bool replace(wound *w, size_t from, size_t to, const char *with) {
    put(w, 0, from);
    put_text(w, with);
    put(w, to, w->n);
    return true;
}

static inline bool insert(wound *w, size_t at, const char *text) {
    return replace(w, at, at, text);
}

/* Writes the file line by line with something before and after each line, and another line end. */
static inline bool each_line(wound *w, const char *before, const char *after, const char *line_end) {
    for (size_t i = 0; line_at(w, i).start < w->n; i++) {
        range line = line_at(w, i);
        put_text(w, before);
        put(w, line.start, line.end);
        put_text(w, after);
        put_text(w, line_end);
    }
    return true;
}

/* Delimiters outside quotes in lines first..last become `other`. */
static inline bool redelimit(wound *w, size_t first, size_t last, char other) {
    size_t from = line_at(w, first).start, to = line_at(w, last).end;
    bool quoted = false;
    for (size_t i = 0; i < w->n; i++) {
        if (w->text[i] == '"') quoted = !quoted;
        bool here = !quoted && i >= from && i < to && w->text[i] == w->delimiter;
        tilt__buf_char(&w->out, here ? other : w->text[i]);
    }
    return w->delimiter != other;
}

static inline bool convert(wound *w, const char *encoding, const char *mark, size_t mark_n, size_t drop) {
    iconv_t converter = iconv_open(encoding, "UTF-8");
    if (converter == (iconv_t)-1) return false;
    char buffer[16384], *to = buffer, *from;
    const char *text = w->text;
    size_t left = w->n, room = sizeof buffer;
    memcpy(&from, &text, sizeof from);
    size_t code = iconv(converter, &from, &left, &to, &room);
    (void)iconv_close(converter);
    tilt__buf_add(&w->out, mark, mark_n);
    tilt__buf_add(&w->out, buffer, sizeof buffer - room - drop);
    return code != (size_t)-1;
}

/* The number without its quotes and group marks, as digits; false where it is none of four digits or more. */
static inline bool digits_of(const wound *w, char out[32]) {
    range cell = number_cell(w);
    size_t n = 0;
    for (size_t i = cell.start; i < cell.end && n < 31; i++)
        if (w->text[i] >= '0' && w->text[i] <= '9') out[n++] = w->text[i];
    out[n] = '\0';
    return n == 4;
}

/* Puts the number of four digits in another form: `format` takes its first digit and the other three. */
static inline bool respell(wound *w, const char *before, const char *between, const char *after) {
    char digits[32], first[2] = {0};
    if (!digits_of(w, digits)) return false;
    first[0] = digits[0];
    range cell = number_cell(w);
    put(w, 0, cell.start);
    put_text(w, before);
    put_text(w, first);
    put_text(w, between);
    put_text(w, digits + 1);
    put_text(w, after);
    put(w, cell.end, w->n);
    return true;
}

static inline bool repeat(wound *w, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++) put_text(w, text);
    return true;
}

static inline void put_line(wound *w, size_t index) {
    range line = line_at(w, index);
    put(w, line.start, line.end);
    put_text(w, "\n");
}

/* The lines in another order: header moved behind `after` data lines. */
static inline bool move_header(wound *w, size_t after) {
    range header = header_line(w);
    range below = line_at(w, w->header + after);
    put(w, 0, header.start);
    put(w, header.end + 1, below.end + 1);
    put_line(w, w->header);
    put(w, below.end + 1, w->n);
    return true;
}

static inline bool has_quotes(const wound *w, range cell) {
    return cell.end > cell.start + 1 && w->text[cell.start] == '"' && w->text[cell.end - 1] == '"';
}

#endif
