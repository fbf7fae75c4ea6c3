/* cube/write.c - RFC 4180, line feeds, numbers in full. The sums of the mark come first, since every row
 * holds them. */
#include "cube/write.h"

#include <string.h>

#include "base/error.h"
#include "cube/mark.h"
#include "read/date.h"
#include "read/vocabulary.h"

typedef struct writer {
    const tilt_cube *cube;
    const char *currency;  /* of all sources; "" */
    const char *reduction; /* of sources that are cubes themselves; "" */
    bool has_period;
    char period[2][16];
    tilt__buf *out;
} writer;

static const char *const dim_roles[] = {[TILT__DIM_AUDIENCE] = "audience",
                                        [TILT__DIM_FACTOR] = "factor",
                                        [TILT__DIM_TIME] = "time",
                                        [TILT__DIM_COVARIATE] = "covariate"};
static const char *const measure_roles[] = {[TILT__MEASURE_STAGE] = "stage", [TILT__MEASURE_COST] = "cost"};
static const char *const period_columns[2] = {"time:period_from", "time:period_to"};

/* Over all sources that count; nothing where the cube itself has days. */
static void find_period(const tilt__facts *facts, const tilt__loaded *loaded, writer *w) {
    int64_t from = 0, to = 0;
    for (size_t i = 0; i < facts->n_sources; i++) {
        const tilt__loaded *l = &loaded[facts->sources[i]];
        if (!l->has_period) continue;
        if (!w->has_period || l->period_from < from) from = l->period_from;
        if (!w->has_period || l->period_to > to) to = l->period_to;
        w->has_period = true;
    }
    size_t day = tilt__cube_find_dim(facts->cube, "day");
    if (day != SIZE_MAX && tilt__cube_n_labels(facts->cube, day) > 0) w->has_period = false;
    tilt__day_print(from, w->period[0]);
    tilt__day_print(to, w->period[1]);
}

static const char *currency_of(const tilt__facts *facts, const tilt__loaded *loaded) {
    const char *currency = "";
    for (size_t i = 0; i < facts->n_sources; i++) {
        const char *own = tilt_source_dialect(loaded[facts->sources[i]].mapping->source)->currency;
        if (i > 0 && strcmp(own, currency) != 0) return "";
        currency = own;
    }
    return currency;
}

/* Quoted where it must be, and where blanks at an end would be taken off. */
static void put_cell(tilt__buf *out, const char *text, size_t n) {
    bool quote = n > 0 && (text[0] == ' ' || text[n - 1] == ' ' || text[0] == '\t' || text[n - 1] == '\t');
    for (size_t i = 0; i < n; i++)
        quote = quote || text[i] == ',' || text[i] == '"' || text[i] == '\r' || text[i] == '\n';
    if (!quote) {
        tilt__buf_add(out, text, n);
        return;
    }
    tilt__buf_char(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') tilt__buf_char(out, '"');
        tilt__buf_char(out, text[i]);
    }
    tilt__buf_char(out, '"');
}

static size_t list_columns(const writer *w, tilt__arena *arena, const char **out) {
    size_t n = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(w->cube); d++) {
        const tilt__dim *dim = tilt__cube_dim(w->cube, d);
        bool whole = dim->kind == TILT__DIM_PEOPLE;
        out[n++] = tilt__arena_format(arena, "%s%s%s", whole ? "" : dim_roles[dim->kind], whole ? "" : ":",
                                      dim->name);
    }
    for (size_t k = 0; k < 2 && w->has_period; k++) out[n++] = period_columns[k];
    for (size_t m = 0; m < tilt__cube_n_measures(w->cube); m++) {
        const tilt__measure *measure = tilt__cube_measure(w->cube, m);
        bool unit = measure->kind == TILT__MEASURE_COST && w->currency[0] != '\0';
        out[n++] = tilt__arena_format(arena, "%s:%s%s%s%s", measure_roles[measure->kind], measure->name,
                                      unit ? " (" : "", unit ? w->currency : "", unit ? ")" : "");
    }
    return n;
}

static size_t labels_of(const writer *w, size_t cell, tilt_cell *out) {
    const uint32_t *key = tilt__cube_key(w->cube, cell);
    size_t n = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(w->cube); d++, n++) {
        out[n] = (tilt_cell){"", 0};
        if (key[d] != 0) out[n].text = tilt__cube_label(w->cube, d, key[d], &out[n].length);
    }
    for (size_t k = 0; k < 2 && w->has_period; k++)
        out[n++] = (tilt_cell){w->period[k], strlen(w->period[k])};
    return n;
}

static bool tally_rows(const writer *w, tilt__row_sums *tally) {
    for (size_t c = 0; c < tilt__cube_n_cells(w->cube); c++) {
        tilt_cell labels[TILT__MAX_DIMS + 2];
        tilt__decimal values[TILT__MAX_MEASURES];
        bool there[TILT__MAX_MEASURES];
        size_t n = labels_of(w, c, labels), n_measures = tilt__cube_n_measures(w->cube);
        for (size_t m = 0; m < n_measures; m++) {
            values[m] = tilt__cube_value(w->cube, c, m);
            there[m] = tilt__cube_has(w->cube, c, m);
        }
        if (!tilt__row_sums_add(tally, labels, n, values, there, n_measures)) return false;
    }
    return true;
}

static void put_row(const writer *w, size_t cell, const tilt__buf *mark) {
    tilt_cell labels[TILT__MAX_DIMS + 2];
    size_t n = labels_of(w, cell, labels);
    for (size_t i = 0; i < n; i++) {
        put_cell(w->out, labels[i].text, labels[i].length);
        tilt__buf_char(w->out, ',');
    }
    for (size_t m = 0; m < tilt__cube_n_measures(w->cube); m++) {
        char number[TILT__DECIMAL_TEXT + 1];
        size_t length = 0;
        if (tilt__cube_has(w->cube, cell, m))
            length = tilt__decimal_print(tilt__cube_value(w->cube, cell, m), number);
        number[length] = ',';
        tilt__buf_add(w->out, number, length + 1);
    }
    tilt__buf_add(w->out, tilt__buf_get(mark), mark->length);
    tilt__buf_char(w->out, '\n');
}

/* Cubes that are put together keep the hash they have in common, unless they are reduced further. */
static bool hash_of(const writer *w, const tilt_spec *spec, const char *const *columns, size_t n,
                    char out[TILT__REDUCTION_HEX]) {
    if (w->reduction[0] == '\0') return tilt__reduction_hash(columns, n, spec, out);
    return tilt__reduction_again(w->reduction, columns, n, spec, out);
}

static tilt_status write_all(const writer *w, const tilt_spec *spec, tilt__arena *arena, tilt__buf *mark,
                             tilt_error *err) {
    const char *columns[TILT__MAX_DIMS + TILT__MAX_MEASURES + 2];
    char hash[TILT__REDUCTION_HEX];
    tilt__row_sums tally = {0};
    size_t n = list_columns(w, arena, columns);
    for (size_t i = 0; i < n && !arena->failed; i++) {
        put_cell(w->out, columns[i], strlen(columns[i]));
        tilt__buf_char(w->out, ',');
    }
    tilt__buf_text(w->out, "cube_spec\n");
    if (arena->failed || !hash_of(w, spec, columns, n, hash)) return tilt__fail_memory(err);
    bool tallied = tally_rows(w, &tally);
    if (tallied) tilt__mark_print(hash, &tally, mark);
    tilt__row_sums_free(&tally);
    if (!tallied) return tilt__fail(err, TILT_ETOOBIG, "a sum over the cube passes 38 digits");
    for (size_t c = 0; c < tilt__cube_n_cells(w->cube); c++) put_row(w, c, mark);
    return w->out->failed || mark->failed ? tilt__fail_memory(err) : TILT_OK;
}

tilt_status tilt__cube_write(const tilt__facts *facts, const tilt__loaded *loaded, const tilt_spec *spec,
                             tilt__buf *out, tilt_error *err) {
    writer w = {.cube = facts->cube,
                .currency = currency_of(facts, loaded),
                .reduction = loaded[facts->sources[0]].reduction,
                .out = out};
    tilt__arena arena = {0};
    tilt__buf mark = TILT__BUF_INIT;
    find_period(facts, loaded, &w);
    tilt_status status = write_all(&w, spec, &arena, &mark, err);
    tilt__buf_free(&mark);
    tilt__arena_free(&arena);
    return status;
}
