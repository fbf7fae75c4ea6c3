/* measure/checks.c - checks of the data against themselves. A failed check never hides a result. */
#include "measure/checks.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "cube/allowed.h"
#include "map/rate.h"
#include "measure/checks_rows.h"
#include "measure/model.h"

static tilt_status done(bool ok, tilt_error *err) {
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static bool check_total(const tilt__loaded *loaded, const tilt__total *total, tilt__arena *arena,
                        tilt__checks *checks) {
    const char *measure = tilt__cube_measure(loaded->cube, total->measure)->name;
    tilt__decimal sum = total->sum;
    const char *said = tilt__decimal_words(arena, total->value), *summed = tilt__decimal_words(arena, sum);
    const char *file = loaded->mapping->source_spec->name;
    const char *label = total->label[0] != '\0' ? total->label : "totals row";
    if (strcmp(measure, "reach") == 0 && tilt__decimal_compare(total->value, sum) < 0)
        return tilt__check_add(
            arena, checks, "reach_not_additive", true,
            "%.100s, line %llu (%.60s): %s people reached, where the segments sum to %s; people seen in "
            "several segments count once there, so the sum is not used as people.",
            file, (unsigned long long)total->line, label, said, summed);
    bool ok = tilt__total_agrees(loaded->cube, total->measure, total->value, sum, loaded->rows);
    return tilt__check_add(arena, checks, "totals_row", ok,
                           "%.100s, line %llu (%.60s): %s %.40s%s the sum of the data rows%s%s.", file,
                           (unsigned long long)total->line, label, said, measure,
                           ok ? " agree with" : " differ from", ok ? "" : ", ", ok ? "" : summed);
}

/* ---- a whole beside its shares ---- */

static const char *unread_share(const tilt__mapping *m) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(m->source, i);
        if (!m->columns[i].read && strcmp(column->name, "share_of_whole") == 0) return column->header;
    }
    return NULL;
}

/* Does every audience of the same ad have the same count? Then it is that of the whole ad. *out_wholes: ads
 * with several audiences. False when memory runs out. */
static bool is_constant(const tilt_cube *cube, size_t measure, bool *out_constant, size_t *out_wholes) {
    tilt__map *ads = tilt__map_new();
    size_t n = tilt__cube_n_cells(cube);
    size_t *first = tilt__alloc(n + 1, sizeof *first);
    bool ok = ads != NULL && first != NULL;
    *out_constant = true;
    *out_wholes = 0;
    for (size_t c = 0; c < n && ok; c++) {
        uint32_t key[TILT__MAX_DIMS];
        size_t n_key = 0, known = tilt__map_count(ads);
        for (size_t d = 0; d < tilt__cube_n_dims(cube); d++)
            if (tilt__cube_dim(cube, d)->kind != TILT__DIM_AUDIENCE)
                key[n_key++] = tilt__cube_key(cube, c)[d];
        size_t ad = tilt__map_add(ads, (const char *)key, n_key * sizeof *key);
        ok = ad != TILT__MAP_NONE;
        if (ok && ad == known) first[ad] = c;
        if (!ok || ad == known) continue;
        ++*out_wholes;
        *out_constant = *out_constant && tilt__decimal_compare(tilt__cube_value(cube, first[ad], measure),
                                                               tilt__cube_value(cube, c, measure)) == 0;
    }
    free(first);
    tilt__map_free(ads);
    return ok;
}

static bool check_whole(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    const char *share = unread_share(loaded->mapping);
    bool constant = false;
    size_t wholes = 0;
    if (share == NULL || tilt__cube_n_measures(loaded->cube) == 0) return true;
    if (!is_constant(loaded->cube, 0, &constant, &wholes)) return false;
    if (!constant || wholes == 0) return true;
    return tilt__check_add(
        arena, checks, "whole_counted_per_share", false,
        "%.100s: %.60s is the same for every audience of an ad and \"%.60s\" gives shares, so it "
        "is counted once per share; give the shares the role stage:NAME:share and what they are of "
        "stage:NAME:whole in a spec.",
        loaded->mapping->source_spec->name, tilt__cube_measure(loaded->cube, 0)->name, share);
}

/* Rows that are the sum of some of the others: there may be one for every campaign, so they are told
 * together. Reach may be less than the sum. */
static bool check_subtotals(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    const tilt__total *first = NULL, *off = NULL;
    size_t n = 0, n_off = 0;
    for (size_t t = 0; t < loaded->totals.n; t++) {
        const tilt__total *total = &loaded->totals.items[t];
        if (total->covers != TILT__COVERS_MATCHING && total->covers != TILT__COVERS_ABOVE) continue;
        bool reach = strcmp(tilt__cube_measure(loaded->cube, total->measure)->name, "reach") == 0;
        bool ok = tilt__total_agrees(loaded->cube, total->measure, total->value, total->sum, loaded->rows) ||
                  (reach && tilt__decimal_compare(total->value, total->sum) < 0);
        if (n++ == 0) first = total;
        if (!ok && n_off++ == 0) off = total;
    }
    const char *file = loaded->mapping->source_spec->name;
    if (off != NULL)
        return tilt__check_add(
            arena, checks, "subtotals", false,
            "%.100s: %zu of %zu numbers in rows that stand for others differ from the sum of those; the "
            "first "
            "is on line %llu (%.60s): %s %.40s, where the rows it covers sum to %s. Such rows are not "
            "counted.",
            file, n_off, n, (unsigned long long)off->line, off->label, tilt__decimal_words(arena, off->value),
            tilt__cube_measure(loaded->cube, off->measure)->name, tilt__decimal_words(arena, off->sum));
    if (first == NULL) return true;
    return tilt__check_add(
        arena, checks, "subtotals", true,
        "%.100s: rows that stand for others (the first on line %llu%s%.60s) agree with the sum "
        "of those and are not counted again.",
        file, (unsigned long long)first->line, first->label[0] != '\0' ? ", " : "", first->label);
}

/* A name that two columns share, with different cells, means the first of them. */
static bool check_namesakes(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    const tilt__mapping *m = loaded->mapping;
    bool ok = true;
    for (size_t i = 0; i < m->n_columns && ok; i++) {
        const tilt_column *later = tilt_source_column(m->source, i);
        if (later->same_header == TILT_NO_COLUMN || !m->columns[later->same_header].read) continue;
        ok = tilt__check_add(
            arena, checks, "column_names_differ", false,
            "%.100s: columns %zu and %zu are both called \"%.60s\" and hold different cells; the "
            "first of them is read%s.",
            m->source_spec->name, later->same_header + 1, i + 1, later->header,
            m->columns[i].read ? ", and the other too" : "");
    }
    return ok;
}

static bool check_nameless(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks) {
    if (loaded->nameless == 0) return true;
    return tilt__check_add(
        arena, checks, "nameless_rows", true,
        "%.100s: no audience and no factor is named in %llu of %llu rows (the first on line "
        "%llu); their numbers are not the sum of other rows, so they are counted, as unknown.",
        loaded->mapping->source_spec->name, (unsigned long long)loaded->nameless,
        (unsigned long long)loaded->rows, (unsigned long long)loaded->nameless_line);
}

tilt_status tilt__checks_source(const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks,
                                tilt_error *err) {
    bool ok = true;
    for (size_t t = 0; t < loaded->totals.n && ok; t++)
        if (loaded->totals.items[t].covers == TILT__COVERS_ALL)
            ok = check_total(loaded, &loaded->totals.items[t], arena, checks);
    ok = ok && check_subtotals(loaded, arena, checks) && check_nameless(loaded, arena, checks) &&
         check_namesakes(loaded, arena, checks) && tilt__allowed_tell(loaded, arena, checks);
    const char *file = loaded->mapping->source_spec->name;
    for (size_t m = 0; m < tilt__cube_n_measures(loaded->cube) && ok; m++) {
        if (loaded->missing[m] == 0) continue;
        ok = tilt__check_add(arena, checks, "missing_numbers", true,
                             "%.100s: %llu of %llu rows have no number for %.60s; they add nothing to it.",
                             file, (unsigned long long)loaded->missing[m], (unsigned long long)loaded->rows,
                             tilt__cube_measure(loaded->cube, m)->name);
    }
    const tilt_source_counts *counts = tilt_source_get_counts(loaded->mapping->source);
    if (ok && counts->skipped_rows > 0)
        ok = tilt__check_add(arena, checks, "skipped_rows", false,
                             "%.100s: %llu rows could not be read and were left out, the first on line %llu.",
                             file, (unsigned long long)counts->skipped_rows,
                             (unsigned long long)counts->skipped_first);
    const tilt_dialect *dialect = tilt_source_dialect(loaded->mapping->source);
    if (ok && dialect->blocks > 1)
        ok = tilt__check_add(
            arena, checks, "further_tables", loaded->mapping->source_spec->block > 0,
            "%.100s has %u tables one below the other; this is the one on line %llu. Name the others "
            "in a spec as sources of the same file with \"block\": 2 and so on.",
            file, (unsigned)dialect->blocks, (unsigned long long)dialect->header_line);
    if (ok && counts->last_row_open)
        ok = tilt__check_add(arena, checks, "last_row_open", true,
                             "%.100s ends without a line end; if it was cut, its last row is not whole.",
                             file);
    if (ok && dialect->declared_rows > 0)
        ok = tilt__check_add(arena, checks, "declared_rows", dialect->declared_rows == loaded->rows,
                             "%.100s says it has %llu rows; %llu were read.", file,
                             (unsigned long long)dialect->declared_rows, (unsigned long long)loaded->rows);
    if (ok && loaded->mapping->people != NULL)
        ok = tilt__model_check_roles(loaded->mapping->people, arena, checks);
    return done(ok && check_whole(loaded, arena, checks) && tilt__checks_labels(loaded, arena, checks) &&
                    tilt__checks_rows(loaded, arena, checks),
                err);
}

/* Sum of a measure per label of a dimension. */
static tilt_status sums_by(const tilt_cube *cube, size_t measure, size_t dim, tilt__arena *arena,
                           tilt__decimal **out, tilt_error *err) {
    tilt__decimal *sums = tilt__arena_alloc(arena, tilt__cube_n_labels(cube, dim) + 1, sizeof *sums);
    if (sums == NULL) return tilt__fail_memory(err);
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        tilt__decimal *sum = &sums[tilt__cube_key(cube, c)[dim]];
        if (!tilt__decimal_add(*sum, tilt__cube_value(cube, c, measure), sum))
            return tilt__fail(err, TILT_ETOOBIG, "a sum passes 38 digits");
    }
    *out = sums;
    return TILT_OK;
}

typedef struct agreement {
    size_t shared, differ;
    const char *first; /* label that differs first */
    tilt__decimal a, b;
} agreement;

/* `slack`: how far apart two sums may be and still be the same. */
static bool same_sum(tilt__decimal a, tilt__decimal b, double slack) {
    return tilt__decimal_compare(a, b) == 0 ||
           (slack > 0 && fabs(tilt__decimal_to_double(a) - tilt__decimal_to_double(b)) <= slack);
}

static tilt_status compare_by(const tilt_cube *a, const tilt_cube *b, const char *measure, const char *dim,
                              double slack, tilt__arena *arena, agreement *out, tilt_error *err) {
    size_t dim_a = tilt__cube_find_dim(a, dim), dim_b = tilt__cube_find_dim(b, dim);
    tilt__decimal *sums_a = NULL, *sums_b = NULL;
    *out = (agreement){0};
    tilt_status status = sums_by(a, tilt__cube_find_measure(a, measure), dim_a, arena, &sums_a, err);
    if (status == TILT_OK)
        status = sums_by(b, tilt__cube_find_measure(b, measure), dim_b, arena, &sums_b, err);
    for (uint32_t i = 1;
         status == TILT_OK && sums_a != NULL && sums_b != NULL && i <= tilt__cube_n_labels(a, dim_a); i++) {
        size_t n;
        const char *text = tilt__cube_label(a, dim_a, i, &n);
        uint32_t j = tilt__cube_find_label(b, dim_b, text, n);
        if (j == 0) continue;
        out->shared++;
        if (same_sum(sums_a[i], sums_b[j], slack)) continue;
        if (out->differ++ > 0) continue;
        out->first = text;
        out->a = sums_a[i];
        out->b = sums_b[j];
    }
    return status;
}

static const char *file_of(const tilt__facts *facts, const tilt__loaded *loaded) {
    return loaded[facts->sources[0]].mapping->source_spec->name;
}

/* The finest factor that both tables have: ads are compared by the names they share. */
static const char *shared_factor(const tilt_cube *a, const tilt_cube *b) {
    static const char *const finest_first[] = {"ad", "ad_set", "campaign"};
    for (size_t i = 0; i < sizeof finest_first / sizeof *finest_first; i++) {
        if (tilt__cube_find_dim(a, finest_first[i]) != SIZE_MAX &&
            tilt__cube_find_dim(b, finest_first[i]) != SIZE_MAX)
            return finest_first[i];
    }
    return NULL;
}

/* Did a filter choose among the rows of any of its sources? */
static bool is_filtered(const tilt__facts *facts, const tilt__loaded *loaded) {
    for (size_t i = 0; i < facts->n_sources; i++) {
        const tilt__loaded *l = &loaded[facts->sources[i]];
        if (l->rows_used < l->rows) return true;
    }
    return false;
}

/* Spend is apportioned to segments and rounded there, differently in each breakdown. */
static double slack_of(const tilt__facts *facts, const tilt__loaded *loaded, const char *measure) {
    size_t m = tilt__cube_find_measure(facts->cube, measure);
    double rows = 0;
    for (size_t i = 0; i < facts->n_sources; i++) rows += (double)loaded[facts->sources[i]].rows;
    return tilt__cube_measure(facts->cube, m)->kind == TILT__MEASURE_COST ? 0.006 * rows : 0;
}

static tilt_status check_pair(const tilt__facts *a, const tilt__facts *b, const char *measure, const char *id,
                              const tilt__loaded *loaded, tilt__arena *arena, tilt__checks *checks,
                              tilt_error *err) {
    const char *factor = shared_factor(a->cube, b->cube);
    if (factor == NULL || is_filtered(a, loaded) != is_filtered(b, loaded)) return TILT_OK;
    if (tilt__cube_find_measure(a->cube, measure) == SIZE_MAX ||
        tilt__cube_find_measure(b->cube, measure) == SIZE_MAX)
        return TILT_OK;
    agreement found;
    double slack = slack_of(a, loaded, measure) + slack_of(b, loaded, measure);
    tilt_status status = compare_by(a->cube, b->cube, measure, factor, slack, arena, &found, err);
    if (status != TILT_OK || found.shared == 0) return status;
    const char *first = file_of(a, loaded), *second = file_of(b, loaded);
    if (found.differ == 0)
        return done(
            tilt__check_add(
                arena, checks, id, true,
                "%.100s and %.100s have the same %s for all %zu %.40s names they share, unknown included.",
                first, second, measure, found.shared, factor),
            err);
    return done(tilt__check_add(arena, checks, id, false,
                                "%.100s and %.100s differ in %s for %zu of %zu %.40s names, first \"%.60s\": "
                                "%s against %s.",
                                first, second, measure, found.differ, found.shared, factor, found.first,
                                tilt__decimal_words(arena, found.a), tilt__decimal_words(arena, found.b)),
                err);
}

typedef struct period {
    bool any;
    int64_t from, to;
} period;

static period period_of(const tilt__facts *facts, const tilt__loaded *loaded) {
    period p = {.any = false};
    for (size_t i = 0; i < facts->n_sources; i++) {
        const tilt__loaded *l = &loaded[facts->sources[i]];
        if (!l->has_period) continue;
        if (!p.any || l->period_from < p.from) p.from = l->period_from;
        if (!p.any || l->period_to > p.to) p.to = l->period_to;
        p.any = true;
    }
    return p;
}

static bool check_overlap(const tilt__facts *a, const tilt__facts *b, const tilt__loaded *loaded,
                          tilt__arena *arena, tilt__checks *checks) {
    period x = period_of(a, loaded), y = period_of(b, loaded);
    bool same = x.from == y.from && x.to == y.to;
    if (!x.any || !y.any || same || x.to < y.from || y.to < x.from) return true;
    return tilt__check_add(
        arena, checks, "periods_overlap", true,
        "%.100s and %.100s report on different, overlapping periods; they are views of the same ads and "
        "are never added.",
        file_of(a, loaded), file_of(b, loaded));
}

tilt_status tilt__checks_tables(const tilt__tables *tables, const tilt__loaded *loaded, size_t n_loaded,
                                tilt__arena *arena, tilt__checks *checks, tilt_error *err) {
    if (!tilt__checks_between(loaded, n_loaded, arena, checks)) return tilt__fail_memory(err);
    for (size_t i = 0; i < tables->n; i++) {
        if (!tilt__checks_unknown(&tables->facts[i], loaded, arena, checks)) return tilt__fail_memory(err);
        for (size_t j = i + 1; j < tables->n; j++) {
            const tilt__facts *a = &tables->facts[i], *b = &tables->facts[j];
            tilt_status status =
                check_pair(a, b, "impressions", "breakdowns_agree", loaded, arena, checks, err);
            if (status == TILT_OK)
                status = check_pair(a, b, "spend", "spend_agrees", loaded, arena, checks, err);
            if (status == TILT_OK)
                status =
                    done(check_overlap(&tables->facts[i], &tables->facts[j], loaded, arena, checks), err);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}
