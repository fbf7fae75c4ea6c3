/* explain/pairs.c - shares of each group in two ads that ran alike (methods 6: paired ads; Imana, Korolova
 * and Heidemann 2021 compare such ads by the difference of shares). Unknown people are in neither share. Over
 * several runs the difference is that of Mantel and Haenszel, so that a run in which both ads did little
 * counts little. Clusters are the days of each run, else the runs themselves. */
#include "explain/pairs.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "measure/contrast.h"
#include "measure/groups.h"
#include "stat/difference.h"
#include "stat/proportion.h"
#include "stat/tail.h"

enum { FEWEST_CLUSTERS = 5 };
static const size_t most_columns = 4000000;
static const double least_se = 1e-9;

/* Known counts of one pair: per run, group and side; and the cluster of each cell. */
typedef struct counts {
    const tilt__view *view;
    const tilt__runs *runs;
    double *x;     /* (run * n_groups + group) * 2 + side */
    double *known; /* run * 2 + side */
    double unknown[2], all[2];
    uint32_t *cluster; /* per cell; NULL: none */
    size_t n_clusters;
} counts;

static bool counts_start(const tilt__context *context, const tilt__view *view, const tilt__runs *runs,
                         counts *out) {
    *out = (counts){.view = view, .runs = runs};
    out->x = tilt__arena_alloc(context->arena, runs->n * view->n_groups * 2, sizeof *out->x);
    out->known = tilt__arena_alloc(context->arena, runs->n * 2, sizeof *out->known);
    if (out->x == NULL || out->known == NULL) return false;
    for (size_t i = 0; i < view->cells.n; i++) {
        if (runs->run[i] == TILT__NO_INDEX) continue;
        size_t g = view->cells.group[i], side = runs->second[i], run = runs->run[i];
        out->all[side] += view->cells.x[i];
        if (view->groups[g].unknown) {
            out->unknown[side] += view->cells.x[i];
            continue;
        }
        out->x[(run * view->n_groups + g) * 2 + side] += view->cells.x[i];
        out->known[run * 2 + side] += view->cells.x[i];
    }
    return true;
}

/* Numbers the clusters of the pair's cells; *out_unit NULL when there are none. */
static tilt_status find_clusters(const tilt__context *context, counts *c, const char **out_unit) {
    *out_unit = NULL;
    size_t day = tilt__cube_find_dim(c->view->facts->cube, "day");
    bool days = day != SIZE_MAX && tilt__contrast_on_count(c->view, day);
    if (!days && c->runs->n < FEWEST_CLUSTERS) return TILT_OK;
    tilt__map *keys = tilt__map_new();
    c->cluster = tilt__arena_alloc(context->arena, c->view->cells.n, sizeof *c->cluster);
    bool ok = keys != NULL && c->cluster != NULL;
    for (size_t i = 0; ok && i < c->view->cells.n; i++) {
        if (c->runs->run[i] == TILT__NO_INDEX) continue;
        uint32_t key[2] = {c->runs->run[i], 0};
        if (days) key[1] = tilt__cube_key(c->view->facts->cube, c->view->cells.cell[i])[day];
        size_t at = tilt__map_add(keys, (const char *)key, sizeof key);
        ok = at != TILT__MAP_NONE;
        c->cluster[i] = (uint32_t)at;
    }
    c->n_clusters = ok ? tilt__map_count(keys) : 0;
    tilt__map_free(keys);
    if (c->n_clusters > 0) *out_unit = days ? "day" : "run";
    return ok ? TILT_OK : tilt__fail_memory(context->err);
}

/* Mantel-Haenszel difference from four totals per run. ctx: number of runs. */
static double mh_difference(const double *totals, void *ctx) {
    const size_t *n_runs = ctx;
    double top = 0, bottom = 0;
    for (size_t r = 0; r < *n_runs; r++) {
        const double *t = &totals[4 * r]; /* xa, na, xr, nr */
        double n = t[1] + t[3];
        if (!(t[1] > 0 && t[3] > 0)) continue;
        top += (t[0] * t[3] - t[2] * t[1]) / n;
        bottom += t[1] * t[3] / n;
    }
    return bottom > 0 ? top / bottom : (double)NAN;
}

/* Totals per cluster for one group: four columns per run, and the size of the cluster. */
static double *cluster_totals(const tilt__context *context, const counts *c, size_t group, size_t columns) {
    double *totals = tilt__arena_alloc(context->arena, c->n_clusters * columns, sizeof *totals);
    for (size_t i = 0; totals != NULL && i < c->view->cells.n; i++) {
        size_t g = c->view->cells.group[i], side = c->runs->second[i], run = c->runs->run[i];
        if (c->runs->run[i] == TILT__NO_INDEX || c->view->groups[g].unknown) continue;
        double *row = &totals[c->cluster[i] * columns], x = c->view->cells.x[i];
        if (g == group) row[4 * run + 2 * side] += x;
        row[4 * run + 2 * side + 1] += x;
        row[columns - 1] += x;
    }
    return totals;
}

static tilt_status cluster_difference(const tilt__context *context, const counts *c, size_t group,
                                      tilt__paired_group *out) {
    size_t columns = 4 * c->runs->n + 1, n_runs = c->runs->n;
    if (c->n_clusters == 0 || c->n_clusters * columns > most_columns) return TILT_OK;
    double *totals = cluster_totals(context, c, group, columns);
    if (totals == NULL) return tilt__fail_memory(context->err);
    tilt__clusters clusters = {totals, c->n_clusters, columns};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    opts.level = context->spec->level;
    opts.sizes[0] = columns - 1;
    tilt__jackknife found;
    tilt_status status = tilt__jackknife_one(&clusters, mh_difference, &n_runs, &opts, &found);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    out->n_clusters = found.n_clusters;
    out->effective = found.effective;
    if (found.estimate.reason != TILT_REASON_NONE || !(found.se > least_se)) return TILT_OK;
    out->difference = found.estimate;
    out->clustered = tilt__test_of_t(found.estimate.value / found.se, found.df);
    out->basis = TILT__BASIS_CLUSTERS;
    return TILT_OK;
}

/* CMH as a signed z, so that one run and many read alike. */
static tilt__test signed_root(tilt__test cmh, double difference) {
    if (cmh.reason != TILT_REASON_NONE) return cmh;
    return tilt__test_of_z(copysign(sqrt(cmh.statistic), difference));
}

static tilt_status pair_group(const tilt__context *context, const counts *c, size_t g,
                              tilt__paired_group *out) {
    size_t n = c->runs->n;
    double level = context->spec->level;
    tilt__pair *strata = tilt__arena_alloc(context->arena, n, sizeof *strata);
    if (strata == NULL) return tilt__fail_memory(context->err);
    memcpy(out->key, c->view->groups[g].key, sizeof out->key);
    for (size_t r = 0; r < n; r++) {
        const double *x = &c->x[(r * c->view->n_groups + g) * 2], *known = &c->known[r * 2];
        strata[r] = (tilt__pair){x[0], known[0], x[1], known[1]};
        out->pair.xa += x[0], out->pair.na += known[0];
        out->pair.xr += x[1], out->pair.nr += known[1];
    }
    out->first = tilt__wilson(out->pair.xa, out->pair.na, level);
    out->second = tilt__wilson(out->pair.xr, out->pair.nr, level);
    out->clustered = tilt__no_test(TILT_TOO_FEW_CLUSTERS);
    out->basis = TILT__BASIS_NAIVE;
    out->effective = NAN;
    if (n == 1) {
        out->difference = tilt__difference_newcombe(out->pair, level);
        out->z = tilt__z_pooled(out->pair);
    } else {
        tilt__strata_stats stats = tilt__strata_measure(strata, n, level);
        out->difference = stats.difference;
        out->z = signed_root(stats.cmh, stats.difference.value);
    }
    return c->cluster != NULL ? cluster_difference(context, c, g, out) : TILT_OK;
}

static tilt_status measure_pair(const tilt__context *context, const tilt__view *view, const tilt__runs *runs,
                                tilt__paired *out) {
    counts c;
    if (!counts_start(context, view, runs, &c)) return tilt__fail_memory(context->err);
    out->factor = tilt__cube_dim(view->facts->cube, runs->dim)->name;
    out->runs = runs->names;
    out->n_runs = runs->n;
    out->unknown_first = c.all[0] > 0 ? c.unknown[0] / c.all[0] : (double)NAN;
    out->unknown_second = c.all[1] > 0 ? c.unknown[1] / c.all[1] : (double)NAN;
    tilt_status status = find_clusters(context, &c, &out->cluster_unit);
    if (status != TILT_OK) return status;
    out->groups = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->groups);
    if (out->groups == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups && status == TILT_OK; g++) {
        if (!view->groups[g].unknown) status = pair_group(context, &c, g, &out->groups[out->n_groups++]);
    }
    return status;
}

/* ---- which pairs ---- */

static tilt_status start_view(const tilt__context *context, const tilt__view *like, const char *of,
                              tilt__view *view, bool *out_offered) {
    *view = (tilt__view){.facts = like->facts,
                         .slice_name = like->slice_name,
                         .slice_value = like->slice_value,
                         .n_audience = like->n_audience,
                         .of = of,
                         .kind = TILT__RATE_EVENT,
                         .mode = TILT__MODE_RELATIVE};
    memcpy(view->audience, like->audience, sizeof view->audience);
    memcpy(view->dims, like->dims, sizeof view->dims);
    view->of_measure = tilt__cube_find_measure(view->facts->cube, of);
    view->per_measure = SIZE_MAX;
    *out_offered = view->of_measure != SIZE_MAX;
    for (size_t a = 0; a < view->n_audience && *out_offered; a++)
        *out_offered = tilt__cube_breaks_down(view->facts->cube, view->of_measure, view->dims[a]);
    return *out_offered ? tilt__groups_make(context, view) : TILT_OK;
}

static tilt_status add_pair(const tilt__context *context, const tilt__view *view, const char *first,
                            const char *second, bool recognised, tilt__pairs *out, bool *out_found) {
    tilt__runs runs;
    tilt_status status = tilt__runs_named(context, view, first, second, &runs);
    if (status != TILT_OK || runs.n == 0) return status;
    void *items = out->items;
    tilt__paired *slot = tilt__arena_push(context->arena, &items, &out->n, &out->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(context->err);
    out->items = items;
    *slot = (tilt__paired){.recognised = recognised,
                           .first = first,
                           .second = second,
                           .of = view->of,
                           .slice_name = view->slice_name,
                           .slice_value = view->slice_value,
                           .n_audience = view->n_audience};
    memcpy(slot->audience, view->audience, sizeof slot->audience);
    *out_found = true;
    return measure_pair(context, view, &runs, slot);
}

static bool is_named(const tilt_spec *spec, const tilt__alike *pair) {
    for (size_t p = 0; p < spec->n_pairs; p++) {
        const char *const *names = spec->pairs[p].names;
        bool same = strcmp(names[0], pair->first) == 0 && strcmp(names[1], pair->second) == 0;
        bool exchanged = strcmp(names[0], pair->second) == 0 && strcmp(names[1], pair->first) == 0;
        if (same || exchanged) return true;
    }
    return false;
}

static tilt_status pairs_of_view(const tilt__context *context, const tilt__view *view, bool *found,
                                 tilt__pairs *out) {
    const tilt_spec *spec = context->spec;
    tilt_status status = TILT_OK;
    for (size_t p = 0; p < spec->n_pairs && status == TILT_OK; p++)
        status =
            add_pair(context, view, spec->pairs[p].names[0], spec->pairs[p].names[1], false, out, &found[p]);
    tilt__alike alike[TILT__MOST_RECOGNISED];
    size_t n = 0;
    if (status == TILT_OK) status = tilt__pairs_recognise(context, view, alike, &n);
    for (size_t k = 0; k < n && status == TILT_OK; k++) {
        bool any = false;
        if (!is_named(spec, &alike[k]))
            status = add_pair(context, view, alike[k].first, alike[k].second, true, out, &any);
    }
    return status;
}

/* Names the ad that is nearest to a pair that is not there. */
static tilt_status not_there(const tilt__context *context, const tilt__views *views, size_t p) {
    static const char *const levels[] = {"ad", "ad_set", "campaign"};
    const char *const *names = context->spec->pairs[p].names, *near = NULL;
    const tilt_cube *cube = views->items[0].facts->cube;
    for (size_t l = 0; l < 3 && near == NULL; l++) {
        const char *labels[256];
        size_t dim = tilt__cube_find_dim(cube, levels[l]), n = 0;
        if (dim == SIZE_MAX) continue;
        for (uint32_t k = 1; k <= tilt__cube_n_labels(cube, dim) && n < 256; k++)
            labels[n++] = tilt__cube_label(cube, dim, k, NULL);
        for (size_t side = 0; side < 2 && near == NULL; side++) {
            bool there = tilt__cube_find_label(cube, dim, names[side], strlen(names[side])) != 0;
            if (!there) near = tilt__text_nearest(names[side], labels, n);
        }
    }
    return tilt__fail(context->err, TILT_ESPEC,
                      "pairs: no ads, ad sets or campaigns pair \"%.60s\" with \"%.60s\"%s%.60s%s", names[0],
                      names[1], near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                      near != NULL ? "\"?" : "");
}

tilt_status tilt__pairs_make(const tilt__context *context, const tilt__views *views, tilt__pairs *out) {
    static const char *const counted[] = {"impressions", "reach"};
    const tilt_spec *spec = context->spec;
    *out = (tilt__pairs){NULL, 0, 0};
    bool *found = tilt__arena_alloc(context->arena, spec->n_pairs + 1, sizeof *found);
    if (found == NULL) return tilt__fail_memory(context->err);
    for (size_t v = 0; v < views->n; v++) {
        if (tilt__views_seen(views, v)) continue;
        for (size_t k = 0; k < 2; k++) {
            tilt__view view;
            bool offered = false;
            tilt_status status = start_view(context, &views->items[v], counted[k], &view, &offered);
            if (status == TILT_OK && offered) status = pairs_of_view(context, &view, found, out);
            if (status != TILT_OK) return status;
        }
    }
    for (size_t p = 0; p < spec->n_pairs; p++) {
        if (!found[p]) return not_there(context, views, p);
    }
    return TILT_OK;
}
