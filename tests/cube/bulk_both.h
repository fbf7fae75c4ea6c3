/* tests/cube/bulk_both.h - everything that loading gives, as text: once read row by row, once by the fast
 * reader. */
#ifndef TILT_TESTS_BULK_BOTH_H
#define TILT_TESTS_BULK_BOTH_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cube/bulk.h"

enum { BOTH_SOURCES = 16 };

static inline void both_decimal(FILE *out, tilt__decimal value) {
    char text[TILT__DECIMAL_TEXT];
    (void)tilt__decimal_print(value, text);
    (void)fprintf(out, " %s", text);
}

static inline void both_cube(FILE *out, const tilt_cube *cube) {
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        (void)fprintf(out, "dim %s", tilt__cube_dim(cube, d)->name);
        for (uint32_t l = 1; l <= tilt__cube_n_labels(cube, d); l++) {
            size_t n;
            const char *text = tilt__cube_label(cube, d, l, &n);
            (void)fprintf(out, " %zu:%.*s", n, (int)n, text);
        }
        (void)fputc('\n', out);
    }
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        (void)fprintf(out, "cell");
        for (size_t d = 0; d < tilt__cube_n_dims(cube); d++)
            (void)fprintf(out, " %" PRIu32, tilt__cube_key(cube, c)[d]);
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
            (void)fprintf(out, " %s%s", tilt__cube_measure(cube, m)->name,
                          tilt__cube_has(cube, c, m) ? "=" : "-");
            both_decimal(out, tilt__cube_value(cube, c, m));
        }
        (void)fputc('\n', out);
    }
}

static inline void both_fault(FILE *out, const char *name, uint64_t rows, const tilt__fault *fault) {
    (void)fprintf(out, "%s %" PRIu64 " %" PRIu64 " line %" PRIu64 " %a %a\n", name, rows, fault->n,
                  fault->line, fault->a, fault->b);
}

static inline void both_constant(FILE *out, const char *name, const tilt__constant *constant) {
    (void)fprintf(out, "%s %s / %s\n", name, constant->first != NULL ? constant->first : "(none)",
                  constant->other != NULL ? constant->other : "(none)");
}

static inline void both_seen(FILE *out, const tilt__seen *s) {
    both_fault(out, "reach", s->reach_rows, &s->reach_above);
    both_fault(out, "clicks", s->clicks_rows, &s->clicks_above);
    both_fault(out, "frequency", s->frequency_rows, &s->frequency_off);
    both_fault(out, "day", s->day_rows, &s->day_outside);
    both_fault(out, "duplicate", s->compared_rows, &s->duplicate);
    (void)fprintf(out, "days %d %" PRId64 " %" PRIu64 " %" PRId64 " %" PRIu64 " withheld %" PRIu64 " %s\n",
                  s->has_days, s->first_day, s->first_line, s->last_day, s->last_line, s->withheld_rows,
                  s->withheld != NULL ? s->withheld : "(none)");
    both_constant(out, "currency", &s->currency);
    both_constant(out, "time zone", &s->time_zone);
    both_constant(out, "attribution", &s->attribution);
    (void)fprintf(out, "compared all %d\n", s->compared_all);
}

static inline void both_scores(FILE *out, const tilt__persons *p) {
    for (size_t i = 0; i < p->scored.n; i++) {
        (void)fprintf(out, "scored %" PRIu32 " x %.0f", p->scored.group[i], p->scored.count[i]);
        for (size_t v = 0; v < p->scored.width; v++) (void)fprintf(out, " %a", p->scored.value[v][i]);
        (void)fputc('\n', out);
    }
    for (size_t k = 0; k < p->people->n_models; k++)
        (void)fprintf(out, "model %zu: %" PRIu64 " %a %a, none %" PRIu64 "\n", k, p->agreement[k].disagree,
                      p->agreement[k].lowest_selected, p->agreement[k].highest_rejected, p->no_score[k]);
    for (size_t i = 0; i < p->n_values; i++) (void)fprintf(out, "value %s\n", p->values[i]);
    (void)fprintf(out, "bits %u, out of unit %d\n", p->scored.bits, p->out_of_unit);
}

static inline void both_persons(FILE *out, const tilt__persons *p) {
    if (p == NULL) return;
    (void)fprintf(out, "persons %" PRIu64 " no decision %" PRIu64 " weight %" PRIu64 " label %" PRIu64,
                  p->counts.rows, p->counts.no_decision, p->counts.no_weight, p->counts.no_label);
    (void)fprintf(out, " labels %d %" PRIu64 " %" PRIu64 "\n", p->has_label, p->counts.of_label[0],
                  p->counts.of_label[1]);
    size_t per = (size_t)TILT__LABELS << p->people->n_models;
    for (size_t a = 0; a < p->n_audiences; a++) {
        (void)fprintf(out, "audience");
        for (size_t d = 0; d < p->n_dims; d++) {
            const char *label = p->labels[a * p->n_dims + d];
            (void)fprintf(out, " %s=%s", p->dims[d], label != NULL ? label : "(none)");
        }
        for (size_t i = 0; i < per && p->patterns != NULL; i++) {
            both_decimal(out, p->patterns[a * per + i].w);
            both_decimal(out, p->patterns[a * per + i].w2);
        }
        (void)fputc('\n', out);
    }
    both_scores(out, p);
}

static inline void both_loaded(FILE *out, const tilt__loaded *l, const tilt_source *source) {
    const tilt_source_counts *counts = tilt_source_get_counts(source);
    const tilt_dialect *dialect = tilt_source_dialect(source);
    both_cube(out, l->cube);
    for (size_t m = 0; m < tilt__cube_n_measures(l->cube); m++) {
        both_decimal(out, l->all_rows[m]);
        (void)fprintf(out, " missing %" PRIu64 "\n", l->missing[m]);
    }
    (void)fprintf(out, "rows %" PRIu64 " used %" PRIu64 " totals %zu other %" PRIu64 "\n", l->rows,
                  l->rows_used, l->totals.n, l->other_results);
    (void)fprintf(out, "period %d %" PRId64 " %" PRId64 "\n", l->has_period, l->period_from, l->period_to);
    both_seen(out, &l->seen);
    both_persons(out, l->persons);
    (void)fprintf(out,
                  "counts %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
                  counts->bytes, counts->rows, counts->totals_rows, counts->footer_lines,
                  counts->repeated_headers, counts->skipped_rows, counts->skipped_first);
    (void)fprintf(out, " open %d %s\n", counts->last_row_open, counts->sha256 != NULL ? counts->sha256 : "");
    (void)fprintf(out, "dialect %s %" PRIu64 " %" PRIu64 " %" PRIu32 "\n", dialect->encoding,
                  dialect->totals_rows, dialect->footer_lines, dialect->blocks);
}

static inline void both_error(FILE *out, tilt_status status, const tilt_error *err) {
    (void)fprintf(out, "failed %s: %s (row %" PRIu64 ", column %" PRIu32 ")\n", tilt_status_name(status),
                  err->message, err->row, err->column);
}

/* Loads every source of a spec and tells everything; *out_bulk counts those the fast reader has read. The
 * text is freed by the caller; NULL when memory runs out. */
static inline char *both_read(tilt_spec *spec, const tilt__bulk_settings *settings, size_t *out_bulk) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    tilt__arena arena = {0};
    tilt_source_opts opts = {
        .missing = spec->missing, .n_missing = spec->n_missing, .skip_bad_rows = spec->skip_bad_rows};
    if (out == NULL) return NULL;
    *out_bulk = 0;
    tilt__bulk_set(settings);
    for (size_t i = 0; i < spec->n_sources && i < BOTH_SOURCES; i++) {
        tilt_error err = {0};
        tilt__mapping mapping;
        tilt__loaded loaded;
        opts.platform = spec->sources[i].platform;
        tilt_source *source = tilt_source_open(spec->sources[i].file, &opts, &err);
        tilt_status status = source == NULL ? err.status : TILT_OK;
        if (status == TILT_OK)
            status = tilt__mapping_make(source, &spec->sources[i], spec, &arena, &mapping, &err);
        if (status == TILT_OK) status = tilt__load(source, &mapping, spec, &arena, &loaded, &err);
        if (status == TILT_OK) {
            *out_bulk += loaded.bulk;
            both_loaded(out, &loaded, source);
            tilt__loaded_free(&loaded);
        } else {
            both_error(out, status, &err);
        }
        tilt_source_free(source);
    }
    tilt__arena_free(&arena);
    return fclose(out) == 0 ? text : NULL;
}

#endif
