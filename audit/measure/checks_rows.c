/* measure/checks_rows.c - what single rows say against each other, and what must be the same in all sources.
 */
#include "measure/checks_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "map/rate.h"
#include "read/date.h"
#include "read/vocabulary.h"

static const char *file_of(const tilt__loaded *loaded) {
    return loaded->mapping->source_spec->name;
}

typedef struct teller {
    const tilt__loaded *loaded;
    tilt__arena *arena;
    tilt__checks *checks;
} teller;

/* "FILE: reach is at most impressions in all N rows", or in how many it is not. */
static bool tell_above(const teller *t, const char *id, const char *of, uint64_t rows,
                       const tilt__fault *fault) {
    const char *file = file_of(t->loaded);
    if (rows == 0) return true;
    if (fault->n == 0)
        return tilt__check_add(t->arena, t->checks, id, true,
                               "%.100s: %s are at most impressions in all %llu rows that have both.", file,
                               of, (unsigned long long)rows);
    return tilt__check_add(t->arena, t->checks, id, false,
                           "%.100s: %s are above impressions in %llu of %llu rows, first on line %llu (%g "
                           "against %g).",
                           file, of, (unsigned long long)fault->n, (unsigned long long)rows,
                           (unsigned long long)fault->line, fault->a, fault->b);
}

static bool tell_frequency(const teller *t) {
    const tilt__seen *seen = &t->loaded->seen;
    const tilt__fault *fault = &seen->frequency_off;
    if (seen->frequency_rows == 0) return true;
    if (fault->n == 0)
        return tilt__check_add(t->arena, t->checks, "frequency", true,
                               "%.100s: frequency is impressions per reach in all %llu rows that have them.",
                               file_of(t->loaded), (unsigned long long)seen->frequency_rows);
    return tilt__check_add(t->arena, t->checks, "frequency", false,
                           "%.100s: frequency is not impressions per reach in %llu of %llu rows, first on "
                           "line %llu (%.6g, where "
                           "the counts give %.6g).",
                           file_of(t->loaded), (unsigned long long)fault->n,
                           (unsigned long long)seen->frequency_rows, (unsigned long long)fault->line,
                           fault->a, fault->b);
}

static bool tell_days(const teller *t) {
    const tilt__seen *seen = &t->loaded->seen;
    const tilt__fault *fault = &seen->day_outside;
    char day[16], end[16];
    if (seen->day_rows == 0) return true;
    if (fault->n == 0)
        return tilt__check_add(t->arena, t->checks, "day_in_period", true,
                               "%.100s: the day lies in the reporting period of its row in all %llu rows.",
                               file_of(t->loaded), (unsigned long long)seen->day_rows);
    tilt__day_print((int64_t)fault->a, day);
    tilt__day_print((int64_t)fault->b, end);
    return tilt__check_add(t->arena, t->checks, "day_in_period", false,
                           "%.100s: the day lies outside the reporting period of its row in %llu of %llu "
                           "rows, first on line %llu (%s, where the period ends at %s).",
                           file_of(t->loaded), (unsigned long long)fault->n,
                           (unsigned long long)seen->day_rows, (unsigned long long)fault->line, day, end);
}

/* The dates of the rows against the period that the lines around the table state. */
static bool tell_period(const teller *t) {
    const tilt__seen *seen = &t->loaded->seen;
    const tilt_dialect *d = tilt_source_dialect(t->loaded->mapping->source);
    char first[16], last[16];
    if (!seen->has_days || d->period_from[0] == '\0' || d->period_to[0] == '\0') return true;
    tilt__day_print(seen->first_day, first);
    tilt__day_print(seen->last_day, last);
    bool early = strcmp(first, d->period_from)<0, late = strcmp(last, d->period_to)> 0;
    if (!early && !late)
        return tilt__check_add(t->arena, t->checks, "dates_in_period", true,
                               "%.100s: all dates (%s to %s) lie in the period that the report states (%s to "
                               "%s).",
                               file_of(t->loaded), first, last, d->period_from, d->period_to);
    return tilt__check_add(t->arena, t->checks, "dates_in_period", false,
                           "%.100s: the date %s on line %llu lies outside the period that the report states "
                           "(%s to %s).",
                           file_of(t->loaded), early ? first : last,
                           (unsigned long long)(early ? seen->first_line : seen->last_line), d->period_from,
                           d->period_to);
}

static bool tell_withheld(const teller *t) {
    const tilt__seen *seen = &t->loaded->seen;
    if (seen->withheld_rows == 0) return true;
    return tilt__check_add(
        t->arena, t->checks, "segments_withheld", true,
        "%.100s: %llu of %llu rows give a count only as \"%.20s\"; it adds nothing here, so "
        "parts need not sum to totals.",
        file_of(t->loaded), (unsigned long long)seen->withheld_rows, (unsigned long long)t->loaded->rows,
        seen->withheld);
}

static bool tell_duplicates(const teller *t) {
    const tilt__seen *seen = &t->loaded->seen;
    const tilt__fault *fault = &seen->duplicate;
    const char *only = seen->compared_all ? "" : "first ";
    if (seen->compared_rows < 2) return true;
    if (fault->n == 0)
        return tilt__check_add(t->arena, t->checks, "duplicate_rows", true,
                               "%.100s: no two of the %s%llu rows that count something are identical.",
                               file_of(t->loaded), only, (unsigned long long)seen->compared_rows);
    return tilt__check_add(
        t->arena, t->checks, "duplicate_rows", false,
        "%.100s: %llu of the %s%llu rows that count something are identical to an earlier one, first line "
        "%llu (as line %.0f). They are counted: if rows were exported twice, take them out.",
        file_of(t->loaded), (unsigned long long)fault->n, only, (unsigned long long)seen->compared_rows,
        (unsigned long long)fault->line, fault->a);
}

/* Ids that a spreadsheet has cut to 1.20253E+17 can no longer tell ads apart. */
static bool tell_damaged(const teller *t) {
    const tilt__mapping *m = t->loaded->mapping;
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(m->source, i);
        if (!column->damaged) continue;
        bool used = m->columns[i].read;
        if (!tilt__check_add(t->arena, t->checks, "damaged_ids", !used,
                             "%.100s: \"%.80s\" holds ids that a spreadsheet has turned into numbers such as "
                             "1.2E+17%s.",
                             file_of(t->loaded), column->header,
                             used ? "; it is used, and different ids may have become one"
                                  : "; it is not used, so nothing depends on it"))
            return false;
    }
    return true;
}

static bool tell_mixed(const teller *t, const char *id, const char *what, const tilt__constant *constant,
                       const char *so) {
    if (constant->other == NULL) return true;
    return tilt__check_add(t->arena, t->checks, id, false,
                           "%.100s: rows differ in %s (\"%.60s\" and \"%.60s\"); %s.", file_of(t->loaded),
                           what, constant->first, constant->other, so);
}

static const char so_currency[] = "their spend is added as if it were one currency";
static const char so_zone[] = "a day does not mean the same hours in them";
static const char so_attribution[] = "their conversions do not count the same thing";

bool tilt__checks_rows(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    teller t = {loaded, arena, checks};
    const tilt__seen *seen = &loaded->seen;
    return tell_above(&t, "reach_within_impressions", "people reached", seen->reach_rows,
                      &seen->reach_above) &&
           tell_above(&t, "clicks_within_impressions", "clicks", seen->clicks_rows, &seen->clicks_above) &&
           tell_frequency(&t) && tell_days(&t) && tell_period(&t) && tell_withheld(&t) &&
           tell_duplicates(&t) && tell_damaged(&t) &&
           tell_mixed(&t, "currency_differs", "currency", &seen->currency, so_currency) &&
           tell_mixed(&t, "currency_differs", "the currency written beside amounts", &seen->symbol,
                      so_currency) &&
           tell_mixed(&t, "time_zone_differs", "time zone", &seen->time_zone, so_zone) &&
           tell_mixed(&t, "attribution_differs", "attribution setting", &seen->attribution, so_attribution);
}

/* ---- between sources ---- */

/* A sign as a code, where it means one currency alone. */
static const char *code_of(const char *symbol) {
    static const char *const signs[][2] = {{"\xe2\x82\xac", "EUR"}, {"\xc2\xa3", "GBP"}};
    for (size_t i = 0; symbol != NULL && i < sizeof signs / sizeof *signs; i++)
        if (strcmp(signs[i][0], symbol) == 0) return signs[i][1];
    bool code = symbol != NULL && strlen(symbol) == 3 && strspn(symbol, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
    return code ? symbol : NULL;
}

static const char *currency_of(const tilt__loaded *loaded) {
    const char *stated = tilt_source_dialect(loaded->mapping->source)->currency;
    if (loaded->seen.currency.first != NULL) return loaded->seen.currency.first;
    return stated[0] != '\0' ? stated : code_of(loaded->seen.symbol.first);
}

static const char *zone_of(const tilt__loaded *loaded) {
    const char *stated = tilt_source_dialect(loaded->mapping->source)->time_zone;
    return loaded->seen.time_zone.first != NULL ? loaded->seen.time_zone.first
           : stated[0] != '\0'                  ? stated
                                                : NULL;
}

static const char *attribution_of(const tilt__loaded *loaded) {
    return loaded->seen.attribution.first;
}

typedef struct common {
    const char *id, *what, *so;
    const char *(*of)(const tilt__loaded *loaded);
} common;

static const common commons[] = {
    {"currency_differs", "currency", "spend in them is not one currency", currency_of},
    {"time_zone_differs", "time zone", so_zone, zone_of},
    {"attribution_differs", "attribution setting", so_attribution, attribution_of},
};

/* The first source that says something else than the first that says anything. */
static bool tell_common(const common *c, const tilt__loaded *loaded, size_t n, tilt__arena *arena,
                        tilt__checks *checks) {
    const char *said = NULL, *by = NULL; /* the first that says anything */
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        const char *text = c->of(&loaded[i]);
        if (text == NULL) continue;
        if (told++ == 0) {
            said = text;
            by = file_of(&loaded[i]);
        } else if (strcmp(text, said) != 0) {
            return tilt__check_add(arena, checks, c->id, false,
                                   "%.100s and %.100s differ in %s (\"%.60s\" and \"%.60s\"); %s.", by,
                                   file_of(&loaded[i]), c->what, said, text, c->so);
        }
    }
    if (told < 2) return true;
    return tilt__check_add(arena, checks, c->id, true, "%zu exports state the same %s (%.60s).", told,
                           c->what, said);
}

bool tilt__checks_between(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks) {
    for (size_t i = 0; i < sizeof commons / sizeof *commons; i++) {
        if (!tell_common(&commons[i], loaded, n, arena, checks)) return false;
    }
    return true;
}

/* ---- the unknown, stage by stage ---- */

/* Unknown shares further apart than this, and than three standard errors of the smaller stage, are said to
 * differ: below it, no view's answer changes much. */
#define UNKNOWN_APART 0.05

typedef struct stage_share {
    const char *name;
    double unknown, all;
} stage_share;

static double share_of(const stage_share *s) {
    return s->unknown / s->all;
}

/* Which labels of the dimension (by number) mean that the value is not known. NULL when memory runs out. */
static bool *unknown_labels(const tilt_cube *cube, size_t dim, bool *out_any) {
    size_t n = tilt__cube_n_labels(cube, dim), length;
    bool *unknown = tilt__alloc(n + 1, sizeof *unknown);
    *out_any = false;
    for (uint32_t label = 1; unknown != NULL && label <= n; label++) {
        const char *text = tilt__cube_label(cube, dim, label, &length);
        unknown[label] = tilt__value_is_unknown(text, length);
        *out_any = *out_any || unknown[label];
    }
    return unknown;
}

static stage_share unknown_share(const tilt_cube *cube, size_t measure, size_t dim,
                                 const bool *unknown_label) {
    tilt__decimal unknown = {0}, all = {0};
    stage_share out = {tilt__cube_measure(cube, measure)->name, 0, 0};
    bool any = false, fits = true;
    for (size_t c = 0; c < tilt__cube_n_cells(cube) && fits; c++) {
        uint32_t label = tilt__cube_key(cube, c)[dim];
        if (label == 0 || !tilt__cube_has(cube, c, measure)) continue;
        tilt__decimal value = tilt__cube_value(cube, c, measure);
        fits = tilt__decimal_add(all, value, &all);
        if (!unknown_label[label]) continue;
        any = true;
        fits = fits && tilt__decimal_add(unknown, value, &unknown);
    }
    if (!any || !fits) return out;
    out.unknown = tilt__decimal_to_double(unknown);
    out.all = tilt__decimal_to_double(all);
    return out;
}

static bool are_apart(const stage_share *a, const stage_share *b) {
    double gap = fabs(share_of(a) - share_of(b));
    const stage_share *small = a->all < b->all ? a : b, *large = small == a ? b : a;
    double p = share_of(large);
    return gap > UNKNOWN_APART && gap > 3 * sqrt(p * (1 - p) / small->all);
}

static bool tell_unknown(const tilt_cube *cube, size_t dim, const char *file, tilt__arena *arena,
                         tilt__checks *checks) {
    stage_share shares[16];
    size_t n = 0, n_stages;
    const tilt__stage *stages = tilt__stages(&n_stages);
    bool any, *unknown_label = unknown_labels(cube, dim, &any);
    if (unknown_label == NULL) return false;
    for (size_t s = 0; any && s < n_stages && n < sizeof shares / sizeof *shares; s++) {
        size_t measure = tilt__cube_find_measure(cube, stages[s].name);
        if (measure == SIZE_MAX) continue;
        shares[n] = unknown_share(cube, measure, dim, unknown_label);
        n += shares[n].all > 0;
    }
    free(unknown_label);
    if (n < 2) return true;
    bool apart = false;
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) apart = apart || are_apart(&shares[i], &shares[j]);
        tilt__buf_format(&text, "%s%.1f %% of %s", i > 0 ? ", " : "", 100 * share_of(&shares[i]),
                         shares[i].name);
    }
    bool ok = !text.failed &&
              tilt__check_add(arena, checks, "unknown_by_stage", !apart, "%.100s: unknown %.40s is %.600s.%s",
                              file, tilt__cube_dim(cube, dim)->name, tilt__buf_get(&text),
                              apart ? " The unknown differ from stage to stage, so rates between these "
                                      "stages compare different parts of the audience."
                                    : "");
    tilt__buf_free(&text);
    return ok;
}

bool tilt__checks_unknown(const tilt__facts *facts, const tilt__loaded *loaded, tilt__arena *arena,
                          tilt__checks *checks) {
    for (size_t d = 0; d < tilt__cube_n_dims(facts->cube); d++) {
        if (tilt__cube_dim(facts->cube, d)->kind != TILT__DIM_AUDIENCE) continue;
        if (!tell_unknown(facts->cube, d, file_of(&loaded[facts->sources[0]]), arena, checks)) return false;
    }
    return true;
}
