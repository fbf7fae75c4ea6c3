/* measure/model_scores.c - ranking, calibration, shift and thresholds of a score, by group.
 * Groups are measured side by side, and what comparisons need of a group (its fits) is kept; then the
 * comparisons are. A reference that is "the rest" or "everyone" is put together from the groups. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "measure/model_rows.h"
#include "stat/proportion.h"
#include "stat/ratio.h"

enum { FEW = 1 << 15 }; /* different scores, whose ranking takes a mebibyte */

/* One group of scores, as it is compared with another. */
typedef struct side {
    tilt__model_rows rows;
    tilt__ranking ranking;
    tilt__calibrated fits; /* of rows with a label */
    const tilt__auc *auc;
} side;

typedef struct scorer {
    const tilt__context *context;
    tilt__model_part *part;
    tilt__model_places places;
    side *groups;
    bool *kept;       /* groups that others are compared with: they stay ranked, as those of few scores do */
    double low, high; /* operating range */
    bool range_given;
} scorer;

static void free_side(side *s) {
    tilt__calibrated_free(&s->fits);
    tilt__ranking_free(&s->ranking);
    tilt__model_rows_free(&s->rows);
}

/* ---- one group ---- */

static tilt_status rank_side(side *own) {
    const tilt__model_rows *r = &own->rows;
    tilt__scores data = tilt__model_rows_all(r);
    data.label = r->label;
    return tilt__ranking_new(&data, r->labelled, &own->ranking);
}

static void fill_bins(const tilt__scores *data, double level, tilt__calibration_bin *bins) {
    tilt__weighted sums[TILT__CALIBRATION_BINS] = {{0}};
    double predicted[TILT__CALIBRATION_BINS] = {0};
    for (size_t i = 0; i < data->n; i++) {
        size_t b = (size_t)fmin(floor(data->score[i] * TILT__CALIBRATION_BINS), TILT__CALIBRATION_BINS - 1);
        double w = tilt__weight_at(data, i);
        bins[b].people += tilt__people_at(data, i);
        predicted[b] += w * data->score[i];
        sums[b].sum_w += w;
        sums[b].sum_w2 += tilt__weight2_at(data, i);
        sums[b].sum_wy += data->label[i] == 1 ? w : 0;
    }
    for (size_t b = 0; b < TILT__CALIBRATION_BINS; b++) {
        bins[b].predicted = sums[b].sum_w > 0 ? predicted[b] / sums[b].sum_w : (double)NAN;
        bins[b].observed = data->weight != NULL ? tilt__wilson_weighted(sums[b], level)
                                                : tilt__wilson(sums[b].sum_wy, sums[b].sum_w, level);
    }
}

/* What the fits and the order of a group say; keeps the fits. */
static tilt_status fill_calibration(const scorer *s, side *own, tilt__model_scores *out) {
    double level = s->context->spec->level;
    tilt__scores data = tilt__model_rows_labelled(&own->rows);
    tilt_status status = tilt__calibrated_new(&data, &own->fits);
    if (status == TILT_OK) status = tilt__calibrated_fit(&own->fits);
    if (status != TILT_OK) return status;
    tilt__calibration_with(&own->fits, level, &out->calibration);
    tilt__ece_null_with(&own->fits, TILT__MODEL_REPLICATES, (uint64_t)s->context->spec->seed, &out->ece);
    tilt__calibrated_unorder(&own->fits);
    return TILT_OK;
}

static tilt_status fill_scored(const scorer *s, size_t g) {
    double level = s->context->spec->level;
    tilt__model_scores *out = s->part->groups[g].scored;
    side *own = &s->groups[g];
    const tilt__model_rows *r = &own->rows;
    for (size_t i = 0; i < r->n; i++) out->people += r->count[i];
    tilt__scores data = tilt__model_rows_labelled(r);
    tilt_status status = rank_side(own);
    if (status == TILT_OK) out->auc = tilt__auc_between(&own->ranking, &own->ranking);
    if (!s->part->has_label) out->auc.reason = TILT_NO_LABEL;
    own->auc = &out->auc;
    out->auc_interval = tilt__auc_interval(&out->auc, level);
    bool usable = s->part->has_label && r->labelled > 0;
    if (status == TILT_OK && usable) out->n_roc = tilt__roc_of(&own->ranking, TILT__ROC_POINTS, out->roc);
    if (status == TILT_OK) status = fill_calibration(s, own, out);
    bool probability = out->calibration.reason != TILT_OUT_OF_RANGE;
    if (!s->part->has_label) out->calibration.reason = out->ece.reason = TILT_NO_LABEL;
    if (s->part->has_label && !probability) out->calibration.reason = out->ece.reason = TILT_NO_PROBABILITY;
    if (status == TILT_OK && usable && probability) fill_bins(&data, level, out->bins);
    if (status == TILT_OK) tilt__model_rounding_of(&data, &own->ranking, usable, s->part, out);
    return status;
}

/* Takes the rows of group i and measures them. */
static tilt_status measure_group(void *context, size_t i, tilt_error *err) {
    const scorer *s = context;
    tilt_status status = tilt__model_rows_take(&s->places, i, &s->groups[i].rows);
    if (status == TILT_OK) status = fill_scored(s, i);
    if (!s->kept[i] && s->groups[i].ranking.n > FEW) tilt__ranking_free(&s->groups[i].ranking);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(err);
}

static size_t threads_of(const scorer *s) {
    return s->context->spec->threads > 0 ? (size_t)s->context->spec->threads : tilt__processors();
}

static tilt_status measure_groups(scorer *s) {
    size_t n = s->part->n_groups;
    s->groups = tilt__alloc(n, sizeof *s->groups);
    s->kept = tilt__arena_alloc(s->context->arena, n, sizeof *s->kept);
    if (s->groups == NULL || s->kept == NULL) return tilt__fail_memory(s->context->err);
    for (size_t c = 0; c < s->part->n_comparisons; c++)
        if (s->part->comparisons[c].reference != SIZE_MAX) s->kept[s->part->comparisons[c].reference] = true;
    for (size_t g = 0; g < n; g++) {
        tilt__model_scores *out = tilt__arena_alloc(s->context->arena, 1, sizeof *out);
        if (out == NULL) return tilt__fail_memory(s->context->err);
        out->roc = tilt__arena_alloc(s->context->arena, TILT__ROC_POINTS, sizeof *out->roc);
        if (out->roc == NULL) return tilt__fail_memory(s->context->err);
        s->part->groups[g].scored = out;
    }
    tilt_status status = tilt__parallel_for(threads_of(s), n, measure_group, s, s->context->err);
    for (size_t g = 0; g < n; g++) {
        bool usable = s->part->has_label && s->groups[g].rows.labelled > 0;
        if (!usable) s->part->groups[g].scored->roc = NULL;
    }
    return status;
}

/* ---- over all groups ---- */

/* Every known group against the one with the highest scoring rate, which must be one that may be judged. */
static void compare_scoring(tilt__model_part *part, const double *above, const double *base, double level) {
    part->scoring_highest = SIZE_MAX;
    for (size_t i = 0; i < part->n_judged; i++) {
        size_t g = part->judged[i], best = part->scoring_highest;
        if (base[g] > 0 && (best == SIZE_MAX || above[g] * base[best] > above[best] * base[g]))
            part->scoring_highest = g;
    }
    for (size_t g = 0; g < part->n_groups; g++) {
        size_t best = part->scoring_highest;
        tilt_estimate *ratio = &part->groups[g].scored->scoring_ratio;
        bool unknown = part->view->groups[g].unknown;
        *ratio =
            tilt__undefined(unknown ? TILT_UNKNOWN_GROUP : TILT_EMPTY_GROUP, "miettinen-nurminen", level);
        if (unknown || best == SIZE_MAX) continue;
        *ratio = tilt__ratio_mn((tilt__pair){above[g], base[g], above[best], base[best]}, level);
        if (g != best || ratio->reason != TILT_REASON_NONE) continue;
        ratio->lower = ratio->upper = (double)NAN; /* it is 1 to itself, without uncertainty */
        ratio->reason = TILT_IS_REFERENCE;
    }
}

static bool coarse(const tilt__model_part *part) {
    return part->score_error > 0 || part->score_step > 0;
}

/* Scores on a grid: who shares the median's may have been above it. */
static void fill_median_ties(const scorer *s) {
    for (size_t g = 0; g < s->part->n_groups && coarse(s->part); g++) {
        const tilt__model_rows *r = &s->groups[g].rows;
        double ties = 0, people = 0;
        for (size_t i = 0; i < r->n; i++) {
            people += r->count[i];
            if (!(r->score[i] < s->part->median.value) && !(r->score[i] > s->part->median.value))
                ties += r->count[i];
        }
        s->part->groups[g].scored->rounding.scoring = people > 0 ? ties / people : (double)NAN;
    }
}

/* The sample of Local Law 144 is everybody with a score, those of unknown category too. */
static tilt_status fill_scoring(scorer *s, const tilt__scores *everybody) {
    tilt__model_part *part = s->part;
    const tilt__context *context = s->context;
    double *above = tilt__arena_alloc(context->arena, part->n_groups, sizeof *above);
    double *base = tilt__arena_alloc(context->arena, part->n_groups, sizeof *base);
    if (above == NULL || base == NULL) return tilt__fail_memory(context->err);
    if (tilt__above_median(everybody, part->n_groups, above, base, &part->median) != TILT_OK)
        return tilt__fail_memory(context->err);
    for (size_t g = 0; g < part->n_groups; g++) {
        tilt__model_scores *scored = part->groups[g].scored;
        scored->above = above[g];
        scored->scoring = tilt__wilson(above[g], base[g], context->spec->level);
    }
    compare_scoring(part, above, base, context->spec->level);
    fill_median_ties(s);
    return TILT_OK;
}

/* Thresholds between the 10th and the 90th percentile of all scores, unless the spec says which. */
static tilt_status choose_range(scorer *s, const tilt__scores *everybody) {
    const tilt__people_spec *spec = &s->context->spec->people;
    double people = 0;
    s->range_given = !isnan(spec->operating_low);
    s->low = s->range_given ? spec->operating_low : (double)NAN;
    s->high = s->range_given ? spec->operating_high : (double)NAN;
    for (size_t g = 0; g < s->part->n_groups; g++) people += s->part->groups[g].scored->people;
    if (s->range_given || !(people > 0)) return TILT_OK;
    const double upto[2] = {ceil(people / 10), ceil(9 * people / 10)};
    double at[2];
    if (tilt__scores_reached(everybody, s->part->n_groups, upto, 2, at) != TILT_OK)
        return tilt__fail_memory(s->context->err);
    s->low = at[0];
    s->high = at[1];
    return TILT_OK;
}

static tilt_status measure_everybody(scorer *s) {
    tilt__scores *everybody = tilt__arena_alloc(s->context->arena, s->part->n_groups, sizeof *everybody);
    if (everybody == NULL) return tilt__fail_memory(s->context->err);
    for (size_t g = 0; g < s->part->n_groups; g++) everybody[g] = tilt__model_rows_all(&s->groups[g].rows);
    tilt_status status = fill_scoring(s, everybody);
    return status == TILT_OK ? choose_range(s, everybody) : status;
}

/* ---- comparisons ---- */

/* out->rows are there; the runs are the caller's to free. */
static tilt_status compare_curve(const scorer *s, const side *focal, const side *reference,
                                 tilt__model_curve *out) {
    double tau = s->context->policy->tau;
    const tilt__threshold_question asked = {.level = s->context->spec->level,
                                            .from = s->low,
                                            .to = s->high,
                                            .lowest = tau,
                                            .highest = 1 / tau,
                                            .most_rows = TILT__CURVE_POINTS};
    tilt__threshold_answer answer = {.rows = out->rows};
    tilt_status status =
        tilt__threshold_sweep(&focal->ranking, &reference->ranking, s->part->has_label, &asked, &answer);
    out->reason = answer.reason;
    out->from = s->low;
    out->to = s->high;
    out->range_given = s->range_given;
    out->n_all = answer.n;
    out->runs = answer.runs;
    if (status != TILT_OK || answer.reason != TILT_REASON_NONE) return status;
    for (size_t g = 0; g < 2; g++) out->reach[g] = answer.reach[g];
    out->worst = answer.worst;
    out->lowest_bounds = answer.lowest;
    out->n_runs = answer.n_runs;
    out->n = answer.n_rows;
    return TILT_OK;
}

static void no_gap(tilt_reason reason, double level, tilt__model_comparison *c) {
    c->calibration = (tilt__calibration_gap){tilt__undefined(reason, "wald", level),
                                             tilt__undefined(reason, "wald", level), tilt__no_test(reason),
                                             tilt__no_test(reason)};
}

static void compare_labelled(const scorer *s, const side *focal, const side *reference,
                             tilt__model_comparison *c) {
    double level = s->context->spec->level;
    c->cross_focal = tilt__auc_between(&focal->ranking, &reference->ranking);
    c->cross_reference = tilt__auc_between(&reference->ranking, &focal->ranking);
    tilt__calibration_gap_with(&focal->fits, &reference->fits, level, &c->calibration);
    if (c->calibration.in_the_large.reason == TILT_OUT_OF_RANGE) no_gap(TILT_NO_PROBABILITY, level, c);
    c->auc_difference = focal->auc->auc - reference->auc->auc;
    c->auc_test = tilt__auc_difference(focal->auc, reference->auc);
    c->cross_intervals[0] = tilt__auc_interval(&c->cross_focal, level);
    c->cross_intervals[1] = tilt__auc_interval(&c->cross_reference, level);
}

static void no_labels(const scorer *s, tilt_reason reason, tilt__model_comparison *c) {
    double level = s->context->spec->level;
    c->auc_difference = (double)NAN;
    c->auc_test = tilt__no_test(reason);
    c->cross_intervals[0] = c->cross_intervals[1] = tilt__undefined(reason, "delong", level);
    no_gap(reason, level, c);
}

static tilt_status compare_scores(const scorer *s, const side *focal, const side *reference,
                                  tilt__model_comparison *c) {
    const tilt__model_rows *own = &focal->rows, *other = &reference->rows;
    const tilt__ranking *const of[2] = {&reference->ranking, &focal->ranking};
    c->scored = true;
    no_labels(s, TILT_NO_LABEL, c);
    if (s->part->has_label && own->labelled > 0 && other->labelled > 0)
        compare_labelled(s, focal, reference, c);
    tilt_status status = tilt__shift_between(&focal->ranking, &reference->ranking, &c->shift);
    if (status == TILT_OK) status = compare_curve(s, focal, reference, &c->curve);
    if (status == TILT_OK && coarse(s->part)) tilt__model_rounding_between(of, s->part, c);
    double share = s->part->groups[c->group].scored->scoring.value;
    double rate =
        c->reference != SIZE_MAX ? s->part->groups[c->reference].scored->scoring.value : (double)NAN;
    c->scoring_ratio = rate > 0 ? share / rate : (double)NAN;
    return status;
}

/* Tests and intervals of two separate samples do not hold where one is part of the other. Ranking across is
 * of positives against negatives, who are never the same people, and stands. */
static void part_of_whole(tilt__model_comparison *c) {
    const tilt_reason reason = TILT_PART_OF_WHOLE;
    tilt_estimate *gaps[] = {&c->calibration.in_the_large, &c->calibration.slope};
    tilt__test *tests[] = {&c->auc_test, &c->calibration.level_test, &c->calibration.level_and_slope_test,
                           &c->shift.mann_whitney};
    for (size_t i = 0; i < 2; i++) {
        if (gaps[i]->reason != TILT_REASON_NONE) continue;
        gaps[i]->lower = gaps[i]->upper = (double)NAN;
        gaps[i]->reason = reason;
    }
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (tests[i]->reason == TILT_REASON_NONE) *tests[i] = tilt__no_test(reason);
    if (c->shift.ks_p.reason == TILT_REASON_NONE) c->shift.ks_p = tilt__no_value(reason);
    if (c->shift.ks_p_exact.reason == TILT_REASON_NONE) c->shift.ks_p_exact = tilt__no_value(reason);
}

/* The rest, or everyone, as one group. */
static tilt_status pool_reference(const scorer *s, const tilt__model_comparison *c, side *out,
                                  tilt__auc *auc) {
    size_t n = s->part->n_groups;
    bool all = strcmp(c->reference_name, "population") == 0;
    bool *wanted = tilt__alloc(n, sizeof *wanted);
    tilt__model_rows *rows = tilt__alloc(n, sizeof *rows);
    tilt_status status = wanted != NULL && rows != NULL ? TILT_OK : TILT_ENOMEM;
    for (size_t g = 0; status == TILT_OK && g < n; g++) {
        wanted[g] = !s->part->view->groups[g].unknown && (all || g != c->group);
        rows[g] = s->groups[g].rows;
    }
    if (status == TILT_OK) status = tilt__model_rows_pool(rows, n, wanted, &out->rows);
    free(rows);
    free(wanted);
    tilt__scores data = tilt__model_rows_labelled(&out->rows);
    if (status == TILT_OK) status = rank_side(out);
    if (status == TILT_OK) *auc = tilt__auc_between(&out->ranking, &out->ranking);
    if (status == TILT_OK) status = tilt__calibrated_new(&data, &out->fits);
    if (status == TILT_OK) status = tilt__calibrated_fit(&out->fits);
    out->auc = auc;
    return status;
}

static tilt_status compare(void *context, size_t i, tilt_error *err) {
    const scorer *s = context;
    tilt__model_comparison *c = &s->part->comparisons[i];
    side focal = s->groups[c->group], pooled = {.auc = NULL};
    tilt__auc auc;
    bool group = c->reference != SIZE_MAX, kept = focal.ranking.block != NULL;
    tilt_status status = group ? TILT_OK : pool_reference(s, c, &pooled, &auc);
    if (status == TILT_OK && !kept) status = rank_side(&focal);
    if (status == TILT_OK) status = compare_scores(s, &focal, group ? &s->groups[c->reference] : &pooled, c);
    if (!kept) tilt__ranking_free(&focal.ranking);
    free_side(&pooled);
    if (status == TILT_OK && !group && strcmp(c->reference_name, "population") == 0) part_of_whole(c);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(err);
}

/* Moves the runs of a comparison into the arena. */
static bool settle_runs(const scorer *s, tilt__model_curve *curve) {
    tilt__threshold_run *runs = curve->runs;
    if (runs == NULL) return true;
    curve->runs = tilt__arena_alloc(s->context->arena, curve->n_runs, sizeof *runs);
    if (curve->runs != NULL && curve->n_runs > 0) memcpy(curve->runs, runs, curve->n_runs * sizeof *runs);
    free(runs);
    return curve->runs != NULL;
}

static tilt_status compare_groups(scorer *s) {
    const tilt__context *context = s->context;
    size_t n = s->part->n_comparisons;
    for (size_t c = 0; c < n; c++) {
        const tilt__model_comparison *at = &s->part->comparisons[c];
        tilt__model_curve *curve = &s->part->comparisons[c].curve;
        size_t most = TILT__CURVE_POINTS, other = at->reference;
        size_t rows = s->groups[at->group].rows.n + (other != SIZE_MAX ? s->groups[other].rows.n : most);
        curve->rows = tilt__arena_alloc(context->arena, rows < most ? rows : most, sizeof *curve->rows);
        if (curve->rows == NULL) return tilt__fail_memory(context->err);
    }
    tilt_status status = tilt__parallel_for(threads_of(s), n, compare, s, context->err);
    for (size_t c = 0; c < n; c++)
        if (!settle_runs(s, &s->part->comparisons[c].curve) && status == TILT_OK)
            status = tilt__fail_memory(context->err);
    return status;
}

static void note_error(tilt__model_part *part, const tilt__persons *persons) {
    unsigned bins = persons->people->reduction.bins;
    part->score_error = fmax(part->score_error, tilt__scored_error(&persons->scored));
    if (bins > 0) part->score_step = fmax(part->score_step, 1.0 / bins);
}

static void keep_bounded(const scorer *s) {
    double level = s->context->spec->level;
    for (size_t g = 0; g < s->part->n_groups; g++) tilt__model_binned_group(s->part->groups[g].scored, level);
    for (size_t c = 0; c < s->part->n_comparisons; c++)
        if (s->part->comparisons[c].scored) tilt__model_binned_pair(&s->part->comparisons[c], level);
}

tilt_status tilt__model_scores_make(const tilt__context *context, tilt__model_part *part) {
    scorer s = {.context = context, .part = part};
    const tilt__facts *facts = part->view->facts;
    for (size_t p = 0; p < facts->n_persons; p++) note_error(part, facts->persons[p]);
    tilt_status status = tilt__model_places_make(context, part->view, part->weighted, &s.places);
    if (status == TILT_OK) status = measure_groups(&s);
    if (status == TILT_OK) status = measure_everybody(&s);
    if (status == TILT_OK) status = compare_groups(&s);
    if (status == TILT_OK && part->score_step > 0) keep_bounded(&s);
    for (size_t g = 0; s.groups != NULL && g < part->n_groups; g++) free_side(&s.groups[g]);
    free(s.groups);
    return status;
}
