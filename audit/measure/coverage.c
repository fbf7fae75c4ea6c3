/* measure/coverage.c - delivered against expected mix, ad by ad. Unknown groups, and groups that the
 * benchmark does not have, stay out of both mixes. */
#include "measure/coverage.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "map/rate.h"
#include "measure/contrast.h"
#include "measure/index.h"
#include "stat/distance.h"

static const double minimums[TILT__N_TIERS] = {300, 1000};

size_t tilt__coverage_dims(const tilt__view *view, size_t dims[TILT__MAX_CROSSING]) {
    static const char *const hierarchy[] = {"campaign", "ad_set", "ad"};
    size_t n = 0;
    for (size_t k = 0; k < sizeof hierarchy / sizeof *hierarchy; k++) {
        size_t dim = tilt__cube_find_dim(view->facts->cube, hierarchy[k]);
        if (dim == SIZE_MAX) continue;
        bool usable = view->mode == TILT__MODE_SHARE ? tilt__contrast_on_count(view, dim)
                                                     : tilt__contrast_on_both(view, dim);
        if (usable) dims[n++] = dim;
    }
    return n;
}

static bool expects_a_mix(const tilt__view *view, const char *of) {
    size_t dims[TILT__MAX_CROSSING];
    const tilt__stage *per = view->per != NULL ? tilt__stage_find(view->per) : NULL;
    bool mode =
        view->mode == TILT__MODE_SHARE || (view->mode == TILT__MODE_FUNNEL && per != NULL && per->base);
    return mode && strcmp(view->of, of) == 0 && view->slice_name == NULL &&
           tilt__coverage_dims(view, dims) > 0;
}

static const tilt__view *choose_view(const tilt__views *views) {
    static const char *const of[] = {"impressions", "reach"};
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        for (size_t v = 0; v < views->n; v++) {
            if (expects_a_mix(&views->items[v], of[k])) return &views->items[v];
        }
    }
    return NULL;
}

/* Delivered and expected by ad and group, ads in rows. */
typedef struct ad_table {
    size_t n_ads, n_groups;
    double *delivered, *expected;
} ad_table;

static tilt_status fill(const tilt__view *view, tilt__arena *arena, ad_table *out, tilt_error *err) {
    size_t dims[TILT__MAX_CROSSING];
    const tilt__index *index = tilt__view_index(view, dims, tilt__coverage_dims(view, dims));
    if (index == NULL) return tilt__fail_memory(err);
    *out = (ad_table){.n_ads = index->n_rows, .n_groups = view->n_groups};
    size_t n = out->n_ads * out->n_groups;
    out->delivered = tilt__arena_alloc(arena, n, sizeof *out->delivered);
    out->expected = tilt__arena_alloc(arena, n, sizeof *out->expected);
    if (out->delivered == NULL || out->expected == NULL) return tilt__fail_memory(err);
    bool share = view->mode == TILT__MODE_SHARE;
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t g = view->cells.group[i];
        if (view->groups[g].unknown || (share && view->groups[g].benchmark < 0)) continue;
        size_t at = index->row[i] * out->n_groups + g;
        out->delivered[at] += view->cells.x[i];
        if (!share) out->expected[at] += view->cells.b[i];
    }
    for (size_t at = 0; share && at < n; at++)
        out->expected[at] = fmax(view->groups[at % out->n_groups].benchmark, 0);
    return TILT_OK;
}

/* Shares such as 0.45 are no exact doubles: an ad on the limit is within it, rounding or not. */
static bool is_within(double variance, double limit) {
    return variance <= limit * (1 + 1e-12);
}

static size_t bin_of(double variance) {
    size_t bin = 0;
    while (bin + 1 < TILT__VARIANCE_BINS && !is_within(variance, (double)(bin + 1) / 100)) bin++;
    return bin;
}

/* bins: NULL, or where the ad is counted by its variance. */
static void add_ad(const ad_table *t, size_t ad, tilt__coverage_tier *tier, double *inout_sums,
                   size_t *bins) {
    const double *delivered = t->delivered + ad * t->n_groups;
    double total = 0,
           variance = tilt__total_variation(delivered, t->expected + ad * t->n_groups, t->n_groups);
    for (size_t g = 0; g < t->n_groups; g++) total += delivered[g];
    if (total < tier->minimum || isnan(variance)) return;
    tier->ads++;
    if (bins != NULL) bins[bin_of(variance)]++;
    inout_sums[0] += is_within(variance, 0.05) ? 1 : 0;
    inout_sums[1] += is_within(variance, 0.10) ? 1 : 0;
    inout_sums[2] += is_within(variance, 0.10) ? total : 0;
    inout_sums[3] += is_within(variance, 0.05) ? total : 0;
    inout_sums[4] += total;
}

bool tilt__coverage_applies(const tilt__view *view) {
    return expects_a_mix(view, "impressions") || expects_a_mix(view, "reach");
}

tilt_status tilt__coverage_of(const tilt__view *view, tilt__coverage_tier out[TILT__N_TIERS], size_t *bins,
                              tilt_error *err) {
    tilt__arena scratch = {NULL};
    ad_table table = {0};
    tilt_status status = fill(view, &scratch, &table, err);
    for (size_t k = 0; status == TILT_OK && k < TILT__N_TIERS; k++) {
        double sums[5] = {0, 0, 0, 0, 0};
        out[k] = (tilt__coverage_tier){.minimum = minimums[k]};
        for (size_t ad = 0; ad < table.n_ads; ad++) add_ad(&table, ad, &out[k], sums, k == 0 ? bins : NULL);
        double ads = (double)out[k].ads;
        out[k].within_5 = ads > 0 ? sums[0] / ads : (double)NAN;
        out[k].within_10 = ads > 0 ? sums[1] / ads : (double)NAN;
        out[k].weighted_5 = sums[4] > 0 ? sums[3] / sums[4] : (double)NAN;
        out[k].weighted_10 = sums[4] > 0 ? sums[2] / sums[4] : (double)NAN;
    }
    tilt__arena_free(&scratch);
    return status;
}

tilt_status tilt__coverage_measure(const tilt__views *views, tilt__coverage *out, tilt_error *err) {
    *out = (tilt__coverage){.view = choose_view(views), .reason = TILT_NO_BASE};
    if (out->view == NULL) return TILT_OK;
    out->reason = TILT_REASON_NONE;
    return tilt__coverage_of(out->view, out->tiers, out->bins, err);
}
