/* measure/model_scores.c - ranking, calibration, shift and thresholds of a score, by group.
 * The rows of every group are taken out of the multiset once (label 0, 1, then unknown; the order of
 * audiences is that of their labels), and a reference that is "the rest" or "everyone" is put together from
 * the groups. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "measure/model.h"
#include "stat/proportion.h"
#include "stat/ratio.h"

/* Rows of one group, or of several: `labelled` of them have a label and come first. */
typedef struct rows {
    double *score, *weight, *count;
    unsigned char *label;
    size_t n, capacity, labelled;
} rows;

typedef struct scorer {
    const tilt__context *context;
    tilt__model_part *part;
    const tilt__facts *facts;
    rows *groups;
    double low, high; /* operating range */
    bool range_given;
} scorer;

static void free_rows(rows *r) {
    free(r->score);
    free(r->weight);
    free(r->count);
    free(r->label);
    *r = (rows){0};
}

static bool reserve(rows *r, size_t n, bool weighted) {
    r->score = tilt__alloc(n, sizeof *r->score);
    r->count = tilt__alloc(n, sizeof *r->count);
    r->label = tilt__alloc(n, sizeof *r->label);
    if (weighted) r->weight = tilt__alloc(n, sizeof *r->weight);
    r->capacity = n;
    return r->score != NULL && r->count != NULL && r->label != NULL && (!weighted || r->weight != NULL);
}

/* The rows as the numeric functions take them. */
static tilt__scores all_of(const rows *r) {
    return (tilt__scores){.score = r->score, .weight = r->weight, .n = r->n, .count = r->count};
}

static tilt__scores labelled_of(const rows *r) {
    return (tilt__scores){
        .score = r->score, .label = r->label, .weight = r->weight, .n = r->labelled, .count = r->count};
}

/* ---- taking them out ---- */

size_t *tilt__model_audiences(const tilt__view *view, const tilt__persons *persons, tilt__arena *arena) {
    size_t *out = tilt__arena_alloc(arena, persons->n_audiences, sizeof *out);
    for (size_t i = 0; out != NULL && i < persons->n_audiences; i++) {
        const char *const *labels = persons->labels + i * persons->n_dims;
        const char *key[TILT__MAX_CROSSING] = {NULL};
        bool inside = view->slice_name == NULL;
        for (size_t d = 0; d < persons->n_dims; d++) {
            for (size_t a = 0; a < view->n_audience; a++) {
                if (strcmp(persons->dims[d], view->audience[a]) == 0) key[a] = labels[d];
            }
            inside = inside || (strcmp(persons->dims[d], view->slice_name) == 0 && labels[d] != NULL &&
                                strcmp(labels[d], view->slice_value) == 0);
        }
        out[i] = SIZE_MAX;
        for (size_t g = 0; inside && g < view->n_groups; g++) {
            bool same = true;
            for (size_t a = 0; a < view->n_audience; a++)
                same = same && key[a] != NULL && strcmp(key[a], view->groups[g].key[a]) == 0;
            if (same) out[i] = g;
        }
    }
    return out;
}

typedef void (*row_fn)(void *user, const tilt__scored *from, size_t value, size_t i, size_t group,
                       unsigned label);

/* Calls `fn` for every row of the model's score: all of label 0, then 1, then those without. */
static tilt_status walk(const scorer *s, row_fn fn, void *user) {
    const tilt__view *view = s->part->view;
    for (unsigned label = 0; label < TILT__LABELS; label++) {
        for (size_t p = 0; p < s->facts->n_persons; p++) {
            const tilt__persons *persons = s->facts->persons[p];
            if (view->model_index >= persons->people->n_models) continue;
            size_t value = persons->score_of[view->model_index];
            size_t *group_of = tilt__model_audiences(view, persons, s->context->arena);
            if (group_of == NULL) return tilt__fail_memory(s->context->err);
            for (size_t i = 0; value != SIZE_MAX && i < persons->scored.n; i++) {
                unsigned own =
                    persons->has_label ? persons->scored.group[i] % TILT__LABELS : TILT__LABELS - 1;
                size_t group = group_of[persons->scored.group[i] / TILT__LABELS];
                if (own != label || group == SIZE_MAX || isinf(persons->scored.value[value][i])) continue;
                fn(user, &persons->scored, value, i, group, label);
            }
        }
    }
    return TILT_OK;
}

static void count_row(void *user, const tilt__scored *from, size_t value, size_t i, size_t group,
                      unsigned label) {
    (void)from, (void)value, (void)i, (void)label;
    ((rows *)user)[group].capacity++;
}

static void take_row(void *user, const tilt__scored *from, size_t value, size_t i, size_t group,
                     unsigned label) {
    rows *r = (rows *)user + group;
    r->score[r->n] = from->value[value][i];
    r->count[r->n] = (double)from->count[i];
    r->label[r->n] = (unsigned char)(label & 1);
    if (r->weight != NULL) r->weight[r->n] = from->value[from->width - 1][i];
    r->n++;
    r->labelled += label < 2;
}

/* Puts rows from..end, of one label, in the order of `order` and merges those of one score and weight from
 * `at` on; returns the end of what is left. */
static size_t merge_into(rows *r, size_t at, const rows *from, const size_t *order, size_t n, size_t first,
                         unsigned char label) {
    for (size_t i = 0; i < n; i++) {
        size_t row = first + order[i];
        bool same = i > 0 && !(from->score[row] > r->score[at - 1]) &&
                    (r->weight == NULL || !(from->weight[row] > r->weight[at - 1]));
        if (!same) {
            r->score[at] = from->score[row];
            r->count[at] = 0;
            r->label[at] = label;
            if (r->weight != NULL) r->weight[at] = from->weight[row];
            at++;
        }
        r->count[at - 1] += from->count[row];
    }
    return at;
}

/* The order of n rows by score, then by weight. */
static tilt_status order_rows(const double *score, const double *weight, size_t n, size_t **out) {
    size_t *by_weight = NULL, *by_score = NULL;
    if (weight == NULL) return tilt__order(score, n, out);
    double *next = tilt__alloc(n, sizeof *next);
    tilt_status status = next != NULL ? tilt__order(weight, n, &by_weight) : TILT_ENOMEM;
    for (size_t i = 0; status == TILT_OK && i < n; i++) next[i] = score[by_weight[i]];
    if (status == TILT_OK) status = tilt__order(next, n, &by_score);
    for (size_t i = 0; status == TILT_OK && i < n; i++) by_score[i] = by_weight[by_score[i]];
    free(by_weight);
    free(next);
    *out = by_score;
    return status;
}

/* Rows that differ only in the scores of other models become one. Labels come in runs: 0, 1, none. */
static tilt_status merge_rows(rows *r, bool weighted) {
    rows merged = {0};
    tilt_status status = reserve(&merged, r->n, weighted) ? TILT_OK : TILT_ENOMEM;
    for (size_t from = 0, end; from < r->n && status == TILT_OK; from = end) {
        size_t *order = NULL;
        bool labelled = from < r->labelled;
        for (end = from + 1; end < r->n && end != r->labelled && r->label[end] == r->label[from];) end++;
        status = order_rows(r->score + from, weighted ? r->weight + from : NULL, end - from, &order);
        if (status == TILT_OK)
            merged.n = merge_into(&merged, merged.n, r, order, end - from, from, r->label[from]);
        if (labelled) merged.labelled = merged.n;
        free(order);
    }
    if (status == TILT_OK) {
        free_rows(r);
        *r = merged;
    } else {
        free_rows(&merged);
    }
    return status;
}

static bool has_further_scores(const scorer *s) {
    for (size_t p = 0; p < s->facts->n_persons; p++)
        if (s->facts->persons[p]->n_scores > 1) return true;
    return false;
}

static tilt_status take_groups(scorer *s) {
    size_t n = s->part->n_groups;
    s->groups = tilt__alloc(n, sizeof *s->groups);
    if (s->groups == NULL) return tilt__fail_memory(s->context->err);
    tilt_status status = walk(s, count_row, s->groups);
    for (size_t g = 0; g < n && status == TILT_OK; g++) {
        if (!reserve(&s->groups[g], s->groups[g].capacity, s->part->weighted))
            status = tilt__fail_memory(s->context->err);
    }
    if (status == TILT_OK) status = walk(s, take_row, s->groups);
    for (size_t g = 0; g < n && status == TILT_OK && has_further_scores(s); g++)
        if (merge_rows(&s->groups[g], s->part->weighted) != TILT_OK)
            status = tilt__fail_memory(s->context->err);
    return status;
}

static void append(rows *to, const rows *from, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        to->score[to->n] = from->score[i];
        to->count[to->n] = from->count[i];
        to->label[to->n] = from->label[i];
        if (to->weight != NULL) to->weight[to->n] = from->weight[i];
        to->n++;
    }
}

/* Several groups as one; labelled rows first. Freed by the caller. */
static bool pool(const scorer *s, const bool *wanted, rows *out) {
    size_t n = 0;
    *out = (rows){0};
    for (size_t g = 0; g < s->part->n_groups; g++) n += wanted[g] ? s->groups[g].n : 0;
    if (!reserve(out, n, s->part->weighted)) return false;
    for (size_t g = 0; g < s->part->n_groups; g++) {
        if (wanted[g]) append(out, &s->groups[g], 0, s->groups[g].labelled);
    }
    out->labelled = out->n;
    for (size_t g = 0; g < s->part->n_groups; g++) {
        if (wanted[g]) append(out, &s->groups[g], s->groups[g].labelled, s->groups[g].n);
    }
    return true;
}

/* ---- one group ---- */

static tilt_status fill_roc(const scorer *s, const tilt__scores *data, tilt__model_scores *out) {
    tilt__score_cells cells;
    tilt_status status = tilt__score_cells_of(data, &cells);
    if (status != TILT_OK) return status;
    out->roc = tilt__arena_alloc(s->context->arena, TILT__ROC_POINTS, sizeof *out->roc);
    if (out->roc != NULL) out->n_roc = tilt__roc_of_cells(&cells, TILT__ROC_POINTS, out->roc);
    tilt__score_cells_free(&cells);
    return out->roc != NULL ? TILT_OK : TILT_ENOMEM;
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

static tilt_status fill_scored(const scorer *s, size_t g) {
    const tilt__context *context = s->context;
    double level = context->spec->level;
    tilt__model_scores *out = tilt__arena_alloc(context->arena, 1, sizeof *out);
    if (out == NULL) return tilt__fail_memory(context->err);
    s->part->groups[g].scored = out;
    const rows *r = &s->groups[g];
    for (size_t i = 0; i < r->n; i++) out->people += r->count[i];
    tilt__scores data = labelled_of(r);
    tilt_status status = tilt__auc_of(&data, &out->auc);
    if (!s->part->has_label) out->auc.reason = TILT_NO_LABEL;
    out->auc_interval = tilt__auc_interval(&out->auc, level);
    bool usable = s->part->has_label && r->labelled > 0;
    if (status == TILT_OK && usable) status = fill_roc(s, &data, out);
    if (status == TILT_OK) status = tilt__calibration_of(&data, level, &out->calibration);
    if (status == TILT_OK)
        status = tilt__ece_null_of(&data, TILT__MODEL_REPLICATES, (uint64_t)context->spec->seed, &out->ece);
    bool probability = out->calibration.reason != TILT_OUT_OF_RANGE;
    if (!s->part->has_label) out->calibration.reason = out->ece.reason = TILT_NO_LABEL;
    if (s->part->has_label && !probability) out->calibration.reason = out->ece.reason = TILT_NO_PROBABILITY;
    if (status == TILT_OK && usable && probability) fill_bins(&data, level, out->bins);
    if (status == TILT_OK) status = tilt__model_rounding_of(&data, usable, s->part, out);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(context->err);
}

/* ---- over all groups ---- */

/* Everybody with a score, with the group of each row: the sample of Local Law 144 is all of them, those of
 * unknown category too. */
typedef struct everybody {
    rows all;
    size_t *group;
} everybody;

static bool gather(const scorer *s, everybody *out) {
    size_t n = s->part->n_groups, at = 0;
    *out = (everybody){.group = NULL};
    bool *wanted = tilt__arena_alloc(s->context->arena, n, sizeof *wanted);
    if (wanted == NULL) return false;
    for (size_t g = 0; g < n; g++) wanted[g] = true;
    if (!pool(s, wanted, &out->all)) return false;
    out->group = tilt__alloc(out->all.n, sizeof *out->group);
    for (unsigned labelled = 2; out->group != NULL && labelled-- > 0;) {
        for (size_t g = 0; g < n; g++) {
            size_t from = labelled == 1 ? 0 : s->groups[g].labelled;
            size_t end = labelled == 1 ? s->groups[g].labelled : s->groups[g].n;
            for (size_t i = from; i < end; i++) out->group[at++] = g;
        }
    }
    return out->group != NULL;
}

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
        const rows *r = &s->groups[g];
        double ties = 0, people = 0;
        for (size_t i = 0; i < r->n; i++) {
            people += r->count[i];
            if (!(r->score[i] < s->part->median.value) && !(r->score[i] > s->part->median.value))
                ties += r->count[i];
        }
        s->part->groups[g].scored->rounding.scoring = people > 0 ? ties / people : (double)NAN;
    }
}

static tilt_status fill_scoring(scorer *s, const everybody *all) {
    tilt__model_part *part = s->part;
    const tilt__context *context = s->context;
    double *above = tilt__arena_alloc(context->arena, part->n_groups, sizeof *above);
    double *base = tilt__arena_alloc(context->arena, part->n_groups, sizeof *base);
    if (above == NULL || base == NULL) return tilt__fail_memory(context->err);
    tilt__scores data = all_of(&all->all);
    tilt_status status = tilt__above_median(&data, all->group, part->n_groups, above, base, &part->median);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
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
static tilt_status choose_range(scorer *s, const everybody *all) {
    const tilt__people_spec *spec = &s->context->spec->people;
    size_t *order = NULL;
    double people = 0, passed = 0;
    s->range_given = !isnan(spec->operating_low);
    s->low = s->range_given ? spec->operating_low : (double)NAN;
    s->high = s->range_given ? spec->operating_high : (double)NAN;
    if (s->range_given || all->all.n == 0) return TILT_OK;
    if (tilt__order(all->all.score, all->all.n, &order) != TILT_OK) return tilt__fail_memory(s->context->err);
    for (size_t i = 0; i < all->all.n; i++) people += all->all.count[i];
    for (size_t i = 0; i < all->all.n && isnan(s->high); i++) {
        passed += all->all.count[order[i]];
        if (isnan(s->low) && 10 * passed >= people) s->low = all->all.score[order[i]];
        if (10 * passed >= 9 * people) s->high = all->all.score[order[i]];
    }
    free(order);
    return TILT_OK;
}

/* ---- comparisons ---- */

static tilt_status keep_curve(const scorer *s, const tilt__threshold_curve *curve, tilt__model_curve *out) {
    const tilt__context *context = s->context;
    double tau = context->policy->tau;
    out->reason = curve->reason;
    out->from = s->low;
    out->to = s->high;
    out->range_given = s->range_given;
    out->n_all = curve->n;
    if (curve->reason != TILT_REASON_NONE) return TILT_OK;
    for (size_t g = 0; g < 2; g++) out->reach[g] = curve->reach[g];
    out->worst = tilt__threshold_worst_in(curve, s->low, s->high);
    out->lowest_bounds = tilt__threshold_lowest_bounds(curve, s->low, s->high);
    tilt__threshold_run *runs = NULL;
    if (tilt__threshold_runs(curve, tau, 1 / tau, &runs, &out->n_runs) != TILT_OK)
        return tilt__fail_memory(context->err);
    out->runs = tilt__arena_alloc(context->arena, out->n_runs, sizeof *out->runs);
    if (out->runs != NULL && out->n_runs > 0) memcpy(out->runs, runs, out->n_runs * sizeof *runs);
    free(runs);
    out->n = curve->n < TILT__CURVE_POINTS ? curve->n : TILT__CURVE_POINTS;
    out->rows = tilt__arena_alloc(context->arena, out->n, sizeof *out->rows);
    if (out->runs == NULL || out->rows == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < out->n; i++)
        out->rows[i] = curve->rows[out->n < 2 ? 0 : i * (curve->n - 1) / (out->n - 1)];
    return TILT_OK;
}

static tilt_status compare_curve(const scorer *s, const tilt__scores *focal, const tilt__scores *reference,
                                 tilt__model_comparison *c) {
    tilt__threshold_curve curve;
    tilt_status status = tilt__threshold_curve_of(focal, reference, s->context->spec->level, &curve);
    if (status != TILT_OK) return tilt__fail_memory(s->context->err);
    status = keep_curve(s, &curve, &c->curve);
    tilt__threshold_curve_free(&curve);
    return status;
}

static void no_gap(tilt_reason reason, double level, tilt__model_comparison *c) {
    c->calibration = (tilt__calibration_gap){tilt__undefined(reason, "wald", level),
                                             tilt__undefined(reason, "wald", level), tilt__no_test(reason),
                                             tilt__no_test(reason)};
}

static tilt_status compare_labelled(const scorer *s, const rows *focal, const rows *reference,
                                    tilt__model_comparison *c) {
    double level = s->context->spec->level;
    tilt__scores a = labelled_of(focal), r = labelled_of(reference);
    tilt__auc of_reference;
    const tilt__auc *of_focal = &s->part->groups[c->group].scored->auc;
    tilt_status status = tilt__auc_of(&r, &of_reference);
    if (status == TILT_OK) status = tilt__auc_cross(&a, &r, &c->cross_focal);
    if (status == TILT_OK) status = tilt__auc_cross(&r, &a, &c->cross_reference);
    if (status == TILT_OK) status = tilt__calibration_gap_of(&a, &r, level, &c->calibration);
    if (status != TILT_OK) return tilt__fail_memory(s->context->err);
    if (c->calibration.in_the_large.reason == TILT_OUT_OF_RANGE) no_gap(TILT_NO_PROBABILITY, level, c);
    c->auc_difference = of_focal->auc - of_reference.auc;
    c->auc_test = tilt__auc_difference(of_focal, &of_reference);
    c->cross_intervals[0] = tilt__auc_interval(&c->cross_focal, level);
    c->cross_intervals[1] = tilt__auc_interval(&c->cross_reference, level);
    return TILT_OK;
}

static void no_labels(const scorer *s, tilt_reason reason, tilt__model_comparison *c) {
    double level = s->context->spec->level;
    c->auc_difference = (double)NAN;
    c->auc_test = tilt__no_test(reason);
    c->cross_intervals[0] = c->cross_intervals[1] = tilt__undefined(reason, "delong", level);
    no_gap(reason, level, c);
}

static tilt_status compare_scores(const scorer *s, const rows *reference, tilt__model_comparison *c) {
    const rows *focal = &s->groups[c->group];
    tilt__scores a = all_of(focal), r = all_of(reference);
    const bool label = s->part->has_label;
    c->scored = true;
    tilt_status status = TILT_OK;
    no_labels(s, TILT_NO_LABEL, c);
    if (label && focal->labelled > 0 && reference->labelled > 0)
        status = compare_labelled(s, focal, reference, c);
    if (status == TILT_OK && tilt__shift_of(&a, &r, &c->shift) != TILT_OK)
        status = tilt__fail_memory(s->context->err);
    if (label) a.label = focal->label, a.unlabelled = focal->n - focal->labelled;
    if (label) r.label = reference->label, r.unlabelled = reference->n - reference->labelled;
    if (status == TILT_OK) status = compare_curve(s, &a, &r, c);
    if (status == TILT_OK && coarse(s->part)) {
        const tilt__scores all[2] = {all_of(reference), all_of(focal)};
        const tilt__scores labelled[2] = {labelled_of(reference), labelled_of(focal)};
        if (tilt__model_rounding_between(all, labelled, s->part, c) != TILT_OK)
            status = tilt__fail_memory(s->context->err);
    }
    double share = s->part->groups[c->group].scored->scoring.value;
    double other =
        c->reference != SIZE_MAX ? s->part->groups[c->reference].scored->scoring.value : (double)NAN;
    c->scoring_ratio = other > 0 ? share / other : (double)NAN;
    return status;
}

static tilt_status compare_with_reference(const scorer *s, tilt__model_comparison *c) {
    if (c->reference != SIZE_MAX) return compare_scores(s, &s->groups[c->reference], c);
    rows reference;
    bool all = strcmp(c->reference_name, "population") == 0;
    bool *wanted = tilt__arena_alloc(s->context->arena, s->part->n_groups, sizeof *wanted);
    if (wanted == NULL) return tilt__fail_memory(s->context->err);
    for (size_t g = 0; g < s->part->n_groups; g++)
        wanted[g] = !s->part->view->groups[g].unknown && (all || g != c->group);
    tilt_status status =
        pool(s, wanted, &reference) ? compare_scores(s, &reference, c) : tilt__fail_memory(s->context->err);
    free_rows(&reference);
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
    scorer s = {.context = context, .part = part, .facts = part->view->facts};
    everybody all = {.group = NULL};
    for (size_t p = 0; p < s.facts->n_persons; p++) note_error(part, s.facts->persons[p]);
    tilt_status status = take_groups(&s);
    for (size_t g = 0; g < part->n_groups && status == TILT_OK; g++) status = fill_scored(&s, g);
    if (status == TILT_OK && !gather(&s, &all)) status = tilt__fail_memory(context->err);
    if (status == TILT_OK) status = fill_scoring(&s, &all);
    if (status == TILT_OK) status = choose_range(&s, &all);
    free_rows(&all.all);
    free(all.group);
    for (size_t c = 0; c < part->n_comparisons && status == TILT_OK; c++)
        status = compare_with_reference(&s, &part->comparisons[c]);
    if (status == TILT_OK && part->score_step > 0) keep_bounded(&s);
    for (size_t g = 0; s.groups != NULL && g < part->n_groups; g++) free_rows(&s.groups[g]);
    free(s.groups);
    return status;
}
