/* ledger/compare.c - two results in, change{} out.
 * A finding is the same one by its id; its ratios are compared only when both were taken against the same
 * reference. Policy and shape come first: numbers that moved because the rules did are no news. */
#include "ledger/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "ledger/compare_frame.h"
#include "ledger/split.h"
#include "report/result.h"
#include "report/words.h"
#include "report/words_change.h"
#include "stat/adjust.h"
#include "stat/tail.h"

enum { MOST_FACTORS = 12 };
static const double level = 0.95;
static const double significant = 0.05;

/* One finding in both audits; NULL in the one that does not have it. */
typedef struct pairing {
    const tilt__finding *of[2];
    tilt_estimate ratio; /* of ratios */
    tilt_estimate difference;
    const char *basis; /* what its error stands on */
    double log_ratio, se, df, p, p_cautious, p_adjusted, p_cautious_adjusted;
    bool reference_changed;
    tilt__slice slices[2];
} pairing;

typedef struct work {
    const tilt__compared *sides[2];
    const tilt__reviews *reviews;
    tilt__arena arena;
    tilt__findings findings[2];
    tilt__grids grids[2];
    pairing *pairs;
    size_t n_pairs;
    const char *campaign; /* the factor that clusters, or NULL */
    tilt_error *err;
} work;

/* ---- pairing ---- */

static tilt_status make_pairs(work *w) {
    w->pairs = tilt__arena_alloc(&w->arena, w->findings[0].n + w->findings[1].n + 1, sizeof *w->pairs);
    if (w->pairs == NULL) return tilt__fail_memory(w->err);
    for (size_t i = 0; i < w->findings[1].n; i++) {
        const tilt__finding *after = &w->findings[1].items[i];
        w->pairs[w->n_pairs++] = (pairing){.of = {tilt__findings_find(&w->findings[0], after->id), after}};
    }
    for (size_t i = 0; i < w->findings[0].n; i++) {
        const tilt__finding *before = &w->findings[0].items[i];
        if (tilt__findings_find(&w->findings[1], before->id) == NULL)
            w->pairs[w->n_pairs++] = (pairing){.of = {before, NULL}};
    }
    return TILT_OK;
}

static double two_sided(double log_ratio, double se, double df) {
    if (!(se > 0)) return NAN;
    return df > 0 ? tilt__test_of_t(log_ratio / se, df).p : tilt__test_of_z(log_ratio / se).p;
}

static void set_interval(pairing *p, const char *method) {
    double quantile = p->df > 0 ? tilt__t_quantile(0.5 + level / 2, p->df) : tilt__z_of_level(level);
    p->ratio = (tilt_estimate){.value = exp(p->log_ratio),
                               .lower = exp(p->log_ratio - quantile * p->se),
                               .upper = exp(p->log_ratio + quantile * p->se),
                               .level = level,
                               .method = method};
    p->p = p->p_cautious = two_sided(p->log_ratio, p->se, p->df);
}

static bool assumes(const char *basis) {
    return strcmp(basis, "assumes_independent_impressions") == 0 || strcmp(basis, "quasi_poisson") == 0;
}

/* Errors of the two audits added: Welch-Satterthwaite degrees where either has some. */
static void measure_apart(const work *w, pairing *p) {
    const tilt__finding *a = p->of[0], *b = p->of[1];
    if (isnan(a->se) || isnan(b->se)) {
        p->ratio.reason = TILT_TOO_FEW_CLUSTERS;
        return;
    }
    double va = a->se * a->se, vb = b->se * b->se, spread = 0;
    p->se = sqrt(va + vb);
    if (a->df > 0) spread += va * va / a->df;
    if (b->df > 0) spread += vb * vb / b->df;
    p->df = spread > 0 ? (va + vb) * (va + vb) / spread : 0;
    bool naive = assumes(a->basis) || assumes(b->basis);
    p->basis = naive ? "assumes_independent_impressions" : "independent_audits";
    set_interval(p, p->basis);
    if (!naive) return;
    const cJSON *policy = tilt__json_object(w->sides[1]->result, "policy");
    tilt__json_value effect = tilt__json_number(policy, "assumed_design_effect");
    p->p_cautious = two_sided(p->log_ratio, p->se * sqrt(effect.known ? fmax(1, effect.number) : 25), p->df);
}

/* Campaigns that ran in both audits move both ratios: they are left out of both at once. */
static tilt_status measure_paired(work *w, pairing *p, bool *out_done) {
    tilt__level_pair campaigns;
    tilt_reason reason = TILT_REASON_NONE;
    tilt__jackknife found;
    size_t both = 0;
    *out_done = false;
    if (w->campaign == NULL || strcmp(p->of[1]->basis, "person") == 0) return TILT_OK;
    tilt_status status = tilt__split_read(p->slices, w->campaign, &w->arena, &campaigns, &reason, w->err);
    if (status != TILT_OK || reason != TILT_REASON_NONE || !campaigns.based) return status;
    status = tilt__split_paired(&campaigns, level, &found, &both, w->err);
    if (status != TILT_OK || both == 0 || found.estimate.reason != TILT_REASON_NONE) return status;
    p->se = found.se;
    p->df = found.df;
    p->basis = "paired_campaigns";
    set_interval(p, p->basis);
    *out_done = true;
    return TILT_OK;
}

/* Difference in differences of the rates, with an interval where people are independent. */
static void measure_difference(pairing *p) {
    const tilt__finding *a = p->of[0], *b = p->of[1];
    tilt__before_after counts = {a->xa, a->na, a->xr, a->nr, b->xa, b->na, b->xr, b->nr};
    tilt__ratio_change change;
    if (!b->proportion || !a->proportion ||
        tilt__ratio_change_between(&counts, &change) != TILT_REASON_NONE) {
        p->difference = tilt__undefined(TILT_NOT_A_PROPORTION, "difference_in_differences", level);
        return;
    }
    bool person = strcmp(a->basis, "person") == 0 && strcmp(b->basis, "person") == 0;
    p->difference = tilt__term_estimate(change.did, 0, level, "difference_in_differences");
    if (person) return;
    p->difference.lower = p->difference.upper = NAN;
    p->difference.reason = TILT_TOO_FEW_CLUSTERS;
}

static tilt_status measure_pair(work *w, pairing *p) {
    p->ratio = tilt__undefined(TILT_ZERO_MARGIN, "ratio_of_ratios", level);
    p->difference = tilt__undefined(TILT_NO_OVERLAP, "difference_in_differences", level);
    p->basis = "none";
    p->log_ratio = p->se = p->p = p->p_cautious = NAN;
    if (p->of[0] == NULL || p->of[1] == NULL) return TILT_OK;
    p->reference_changed = strcmp(p->of[0]->reference, p->of[1]->reference) != 0;
    if (p->reference_changed) {
        p->ratio.reason = TILT_NO_OVERLAP;
        return TILT_OK;
    }
    tilt_status status = TILT_OK;
    for (size_t t = 0; t < 2 && status == TILT_OK; t++)
        status = tilt__slice_find(&w->grids[t], p->of[t], &w->arena, &p->slices[t], w->err);
    if (status != TILT_OK) return status;
    measure_difference(p);
    p->log_ratio = p->of[1]->log_ratio - p->of[0]->log_ratio;
    if (isnan(p->log_ratio)) return TILT_OK;
    p->ratio = (tilt_estimate){exp(p->log_ratio), NAN, NAN, level, "ratio_of_ratios", TILT_TOO_FEW_CLUSTERS};
    bool done = false;
    status = measure_paired(w, p, &done);
    if (status == TILT_OK && !done) measure_apart(w, p);
    return status;
}

/* Holm over the comparisons of a view that may be judged. */
static tilt_status adjust(work *w) {
    double *p = tilt__arena_alloc(&w->arena, 2 * w->n_pairs + 1, sizeof *p);
    if (p == NULL) return tilt__fail_memory(w->err);
    for (size_t from = 0; from < w->n_pairs;) {
        size_t to = from;
        while (to < w->n_pairs && w->pairs[to].of[1] != NULL && w->pairs[from].of[1] != NULL &&
               w->pairs[to].of[1]->view == w->pairs[from].of[1]->view)
            to++;
        if (to == from) to++;
        for (size_t i = from; i < to; i++) {
            bool judged = w->pairs[i].of[1] != NULL && !w->pairs[i].of[1]->excluded;
            p[i] = judged ? w->pairs[i].p : (double)NAN;
            p[w->n_pairs + i] = judged ? w->pairs[i].p_cautious : (double)NAN;
        }
        tilt_status status = tilt__holm(p + from, to - from, p + from);
        if (status == TILT_OK) status = tilt__holm(p + w->n_pairs + from, to - from, p + w->n_pairs + from);
        if (status != TILT_OK) return tilt__fail(w->err, TILT_EINTERNAL, "p-values of a change do not fit");
        from = to;
    }
    for (size_t i = 0; i < w->n_pairs; i++) {
        w->pairs[i].p_adjusted = p[i];
        w->pairs[i].p_cautious_adjusted = p[w->n_pairs + i];
    }
    return TILT_OK;
}

/* ---- statuses ---- */

static bool is_tilted(const tilt__finding *f) {
    return f != NULL && !f->excluded && strcmp(f->verdict, "tilted") == 0;
}

static bool has_moved(const pairing *p) {
    return p->p_adjusted < significant && p->p_cautious_adjusted < significant;
}

static bool waiver_ran_out(const work *w, const char *id) {
    const char *from = tilt__json_text(w->sides[0]->result, "date"),
               *day = tilt__json_text(w->sides[1]->result, "date");
    return w->reviews != NULL && !tilt__review_waives(w->reviews, id, day) &&
           tilt__review_ran_out(w->reviews, id, from, day);
}

static const char *status_of(const work *w, const pairing *p) {
    const tilt__finding *before = p->of[0], *after = p->of[1];
    if (after == NULL) return is_tilted(before) ? "gone" : "left";
    if (is_tilted(after) && !is_tilted(before)) return "new";
    if (is_tilted(after) && waiver_ran_out(w, after->id)) return "returned";
    if (before == NULL) return "entered";
    if (is_tilted(before) && !is_tilted(after)) return "gone";
    if (p->reference_changed) return "not_comparable";
    if (!has_moved(p)) return "same";
    return fabs(after->log_ratio) > fabs(before->log_ratio) ? "worse" : "better";
}

/* ---- splits ---- */

/* A level's part of the change, for ordering. */
typedef struct part {
    double first, second,
        size; /* mix and rate, or what the level adds to the ratio of its group to the base */
    bool entered, left;
    const char *name;
} part;

static int by_size(const void *a, const void *b) {
    const part *pa = a, *pb = b;
    if (pa->size > pb->size || pa->size < pb->size) return pa->size > pb->size ? -1 : 1;
    return strcmp(pa->name, pb->name);
}

enum { MOST_LEVELS = 50 };

static void put_levels(cJSON *object, part *parts, size_t n, const char *first, const char *second) {
    qsort(parts, n, sizeof *parts, by_size);
    cJSON *list = tilt__put_array(object, "levels");
    for (size_t j = 0; j < n && j < MOST_LEVELS; j++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        tilt__put_text(row, "name", parts[j].name);
        tilt__put_number(row, first, parts[j].first, TILT_EMPTY_GROUP);
        if (second != NULL) tilt__put_number(row, second, parts[j].second, TILT_EMPTY_GROUP);
        tilt__put_flag(row, "entered", parts[j].entered);
        tilt__put_flag(row, "left", parts[j].left);
    }
    tilt__put_number(object, "levels_left_out", n > MOST_LEVELS ? (double)(n - MOST_LEVELS) : 0,
                     TILT_REASON_NONE);
}

static double sum(const double *values, size_t n) {
    double all = 0;
    for (size_t i = 0; i < n; i++) all += values[i];
    return all;
}

/* The factor is in the base too: Kitagawa within each group, focal less reference. */
static bool put_mix_rate(cJSON *object, const tilt__level_pair *l, part *parts, tilt_reason *out_reason) {
    tilt__level_counts before = {l->n_levels, l->na[0], l->xa[0], l->nr[0], l->xr[0]},
                       after = {l->n_levels, l->na[1], l->xa[1], l->nr[1], l->xr[1]};
    tilt__gap_change change;
    tilt__level_change *levels = tilt__alloc(l->n_levels + 1, sizeof *levels);
    if (levels == NULL || !tilt__gap_change_split(&before, &after, &change, levels, out_reason)) {
        free(levels);
        return false;
    }
    if (*out_reason == TILT_REASON_NONE) {
        tilt__put_text(object, "kind", "mix_rate");
        tilt__put_number(object, "total", change.total, TILT_REASON_NONE);
        tilt__put_number(object, "mix", change.mix, TILT_REASON_NONE);
        tilt__put_number(object, "rate", change.rate, TILT_REASON_NONE);
        tilt__put_number(object, "log_total", change.log_total, change.log_reason);
        tilt__put_number(object, "log_mix", change.log_mix, change.log_reason);
        tilt__put_number(object, "log_rate", change.log_rate, change.log_reason);
        for (size_t j = 0; j < l->n_levels; j++)
            parts[j] = (part){levels[j].mix,     levels[j].rate, fabs(levels[j].mix + levels[j].rate),
                              levels[j].entered, levels[j].left, l->names[j]};
        put_levels(object, parts, l->n_levels, "mix", "rate");
    }
    free(levels);
    return true;
}

/* Only the numerator has the factor: what each level adds to count per base, focal less reference, after less
 * before. The parts sum to the change of the gap. */
static void put_numerators(cJSON *object, const tilt__level_pair *l, const pairing *p, part *parts) {
    double total = 0;
    for (size_t j = 0; j < l->n_levels; j++) {
        double gap[2];
        for (size_t t = 0; t < 2; t++) gap[t] = l->xa[t][j] / p->of[t]->na - l->xr[t][j] / p->of[t]->nr;
        double was = l->xa[0][j] + l->xr[0][j], is = l->xa[1][j] + l->xr[1][j];
        parts[j] = (part){gap[1] - gap[0],    0,          fabs(gap[1] - gap[0]), was <= 0 && is > 0,
                          was > 0 && is <= 0, l->names[j]};
        total += gap[1] - gap[0];
    }
    tilt__put_text(object, "kind", "numerator");
    tilt__put_number(object, "total", total, TILT_EMPTY_GROUP);
    put_levels(object, parts, l->n_levels, "contribution", NULL);
}

static tilt_status put_split(work *w, cJSON *list, const pairing *p, const char *factor) {
    tilt__level_pair levels;
    tilt_reason reason = TILT_REASON_NONE;
    tilt_status status = tilt__split_read(p->slices, factor, &w->arena, &levels, &reason, w->err);
    if (status != TILT_OK) return status;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    tilt__put_text(object, "factor", factor);
    part *parts = tilt__alloc(levels.n_levels + 1, sizeof *parts);
    bool whole = object != NULL && parts != NULL;
    bool bases =
        reason == TILT_REASON_NONE &&
        (!levels.based || (sum(levels.na[0], levels.n_levels) > 0 && sum(levels.na[1], levels.n_levels) > 0));
    if (whole && bases && levels.based)
        whole = put_mix_rate(object, &levels, parts, &reason);
    else if (whole && bases)
        put_numerators(object, &levels, p, parts);
    else if (reason == TILT_REASON_NONE)
        reason = TILT_EMPTY_GROUP;
    if (whole && reason != TILT_REASON_NONE) tilt__put_text(object, "reason", tilt_reason_name(reason));
    free(parts);
    return whole ? TILT_OK : tilt__fail_memory(w->err);
}

/* ---- the node ---- */

static void put_side(cJSON *row, const char *key, const tilt__finding *f) {
    if (f == NULL) {
        (void)cJSON_AddNullToObject(row, key);
        return;
    }
    cJSON *side = tilt__put_object(row, key);
    tilt__put_text(side, "verdict", f->verdict);
    tilt__put_flag(side, "excluded", f->excluded);
    const cJSON *ratio = tilt__json_get(f->comparison, "impact_ratio");
    cJSON_AddItemToObject(side, "impact_ratio", cJSON_Duplicate(ratio, true));
    const double counts[] = {f->xa, f->na, f->xr, f->nr};
    static const char *const names[] = {"count", "base", "reference_count", "reference_base"};
    for (size_t i = 0; i < 4; i++) tilt__put_number(side, names[i], counts[i], TILT_NO_BASE);
}

static tilt_status put_finding(work *w, cJSON *list, const pairing *p) {
    const tilt__finding *f = p->of[1] != NULL ? p->of[1] : p->of[0];
    const char *factors[MOST_FACTORS], *status_word = status_of(w, p);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "id", f->id);
    tilt__put_text(row, "view", f->view_id);
    tilt__put_text(row, "name", f->name);
    tilt__put_text(row, "status", status_word);
    put_side(row, "before", p->of[0]);
    put_side(row, "after", p->of[1]);
    tilt__put_estimate(row, "ratio_of_ratios", p->ratio);
    tilt__put_text(row, "basis", p->basis);
    tilt__put_number(row, "p", p->p,
                     p->ratio.reason != TILT_REASON_NONE ? p->ratio.reason : TILT_ZERO_MARGIN);
    tilt__put_number(row, "p_adjusted", p->p_adjusted, TILT_BELOW_MIN_BASE);
    tilt__put_estimate(row, "difference_in_differences", p->difference);
    cJSON *splits = tilt__put_array(row, "split");
    size_t n = p->of[0] != NULL && p->of[1] != NULL && !p->reference_changed
                   ? tilt__split_factors(p->slices, f, factors, MOST_FACTORS)
                   : 0;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n && status == TILT_OK; i++) status = put_split(w, splits, p, factors[i]);
    if (status == TILT_OK) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__words_change(w->sides[1]->result, row, &text);
        tilt__put_text(row, "sentence", tilt__buf_get(&text));
        if (text.failed || tilt__json_get(row, "sentence") == NULL) status = tilt__fail_memory(w->err);
        tilt__buf_free(&text);
    }
    return status;
}

static void put_counts(cJSON *change, const cJSON *findings) {
    static const char *const words[] = {"new",  "returned", "worse", "better",        "gone",
                                        "same", "entered",  "left",  "not_comparable"};
    cJSON *counts = tilt__put_object(change, "counts");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = 0;
        for (const cJSON *row = tilt__json_first(findings); row != NULL; row = row->next)
            n += strcmp(tilt__json_text_or(row, "status", ""), words[i]) == 0;
        tilt__put_number(counts, words[i], (double)n, TILT_REASON_NONE);
    }
}

static tilt_status fill(work *w, cJSON *change) {
    tilt_status status = TILT_OK;
    for (size_t t = 0; t < 2 && status == TILT_OK; t++) {
        const cJSON *result = w->sides[t]->result;
        const cJSON *cube = w->sides[t]->cube != NULL ? w->sides[t]->cube : tilt__json_object(result, "cube");
        status = tilt__findings_read(result, &w->arena, &w->findings[t], w->err);
        if (status == TILT_OK) status = tilt__grids_read(cube, &w->arena, &w->grids[t], w->err);
    }
    if (status == TILT_OK) status = make_pairs(w);
    w->campaign = tilt__frame_campaign(w->grids);
    for (size_t i = 0; i < w->n_pairs && status == TILT_OK; i++) status = measure_pair(w, &w->pairs[i]);
    if (status == TILT_OK) status = adjust(w);
    if (status != TILT_OK) return status;
    tilt__frame_put(change, w->sides[0], w->sides[1]);
    tilt__frame_put_campaigns(change, w->grids, w->campaign, &w->arena);
    cJSON *findings = tilt__put_array(change, "findings");
    for (size_t i = 0; i < w->n_pairs && status == TILT_OK; i++)
        status = put_finding(w, findings, &w->pairs[i]);
    put_counts(change, findings);
    if (status == TILT_OK && w->arena.failed) status = tilt__fail_memory(w->err);
    if (status != TILT_OK) return status;
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_change_summary(change, &text);
    tilt__put_text(change, "sentence", tilt__buf_get(&text));
    if (text.failed || tilt__json_get(change, "sentence") == NULL) status = tilt__fail_memory(w->err);
    tilt__buf_free(&text);
    return status;
}

cJSON *tilt__compare(const tilt__compared *before, const tilt__compared *after, const tilt__reviews *reviews,
                     tilt_error *err) {
    work w = {.sides = {before, after}, .reviews = reviews, .err = err};
    cJSON *change = cJSON_CreateObject();
    tilt_status status = change != NULL ? fill(&w, change) : tilt__fail_memory(err);
    tilt__arena_free(&w.arena);
    if (status == TILT_OK) return change;
    cJSON_Delete(change);
    return NULL;
}
