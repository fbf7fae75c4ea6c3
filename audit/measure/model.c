/* measure/model.c - the confusion family of every model in every audience, and criteria over all groups.
 * The counts come from the cube, so that filters, slices and coarse groups apply to them as to any view; with
 * weights the squared weights come along. Rates, intervals, gaps, ratios and verdicts of the family are those
 * of views, whether the result prints the view or not. */
#include "measure/model.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "measure/pool.h"
#include "stat/resample.h"

/* ---- counts ---- */

tilt_status tilt__model_counts(const tilt__context *context, const tilt__model_part *part, tilt__head head,
                               bool squared, double *out) {
    const tilt__view *view = part->view;
    const char *name =
        tilt__head_measure(view->facts->persons[0]->people, head, view->model_index, squared, context->arena);
    if (name == NULL) return tilt__fail_memory(context->err);
    size_t measure = tilt__cube_find_measure(view->facts->cube, name);
    const tilt__decimal *exact = NULL;
    tilt_status status = measure != SIZE_MAX ? tilt__pool_sums(view, measure, &exact) : TILT_OK;
    if (status != TILT_OK && status != TILT_ETOOBIG) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < part->n_groups; g++) {
        out[g] = status == TILT_ETOOBIG ? (double)NAN : 0;
        if (status == TILT_OK && exact != NULL) out[g] = tilt__decimal_to_double(exact[g]);
    }
    return TILT_OK;
}

static tilt_status fill_tables(const tilt__context *context, tilt__model_part *part) {
    static const tilt__head quadrants[] = {TILT__HEAD_TRUE_POSITIVES, TILT__HEAD_FALSE_POSITIVES,
                                           TILT__HEAD_FALSE_NEGATIVES, TILT__HEAD_TRUE_NEGATIVES};
    size_t n = part->n_groups;
    double *counts = tilt__arena_alloc(context->arena, n, 8 * sizeof *counts);
    if (counts == NULL) return tilt__fail_memory(context->err);
    for (size_t q = 0; q < 8; q++) {
        bool squared = q >= 4 && part->weighted;
        tilt_status status =
            q < 4 || squared ? tilt__model_counts(context, part, quadrants[q % 4], squared, counts + q * n)
                             : TILT_OK;
        if (status != TILT_OK) return status;
    }
    for (size_t g = 0; g < n; g++) {
        const double *plain = counts + g, *squares = part->weighted ? plain + 4 * n : plain;
        part->groups[g].table = (tilt__confusion){plain[0],   plain[n],   plain[2 * n],   plain[3 * n],
                                                  squares[0], squares[n], squares[2 * n], squares[3 * n]};
    }
    return TILT_OK;
}

static void fill_group(const tilt__context *context, tilt__model_part *part, size_t g) {
    tilt__model_group *group = &part->groups[g];
    double level = context->spec->level;
    group->group = g;
    for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        group->rates[r] = tilt__undefined(TILT_NO_LABEL, "wilson", level);
        if (part->rates[r] == NULL) continue;
        for (size_t k = 0; k < part->rates[r]->n_groups; k++) {
            const tilt__group *other = &part->rates[r]->groups[k];
            bool same = true;
            for (size_t a = 0; a < part->view->n_audience; a++)
                same = same && strcmp(other->key[a], part->view->groups[g].key[a]) == 0;
            if (same) group->rates[r] = other->rate;
        }
    }
    for (size_t s = 0; s < TILT__N_CONFUSION_SCORE; s++)
        group->scores[s] = tilt__undefined(TILT_NO_LABEL, "delta", level);
    if (!part->has_label) return;
    for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        if (part->rates[r] == NULL)
            group->rates[r] = tilt__confusion_rate_of(&group->table, (tilt__confusion_rate)r, level);
    }
    for (size_t s = 0; s < TILT__N_CONFUSION_SCORE; s++)
        group->scores[s] = tilt__confusion_score_of(&group->table, (tilt__confusion_score)s, level);
}

/* ---- criteria ---- */

/* Groups that may be judged, else (all of them small) all that are known. */
static tilt_status choose_judged(const tilt__context *context, tilt__model_part *part) {
    const tilt__view *view = part->view;
    part->judged = tilt__arena_alloc(context->arena, view->n_groups, sizeof *part->judged);
    if (part->judged == NULL) return tilt__fail_memory(context->err);
    for (size_t pass = 0; pass < 2 && part->n_judged < 2; pass++) {
        part->n_judged = 0;
        for (size_t g = 0; g < view->n_groups; g++) {
            bool small = pass == 0 && view->groups[g].excluded != NULL;
            if (!view->groups[g].unknown && !small) part->judged[part->n_judged++] = g;
        }
    }
    return TILT_OK;
}

static const tilt__confusion_rate rate_of_criterion[TILT__N_PARITY] = {
    [TILT__DEMOGRAPHIC_PARITY] = TILT__SELECTION_RATE, [TILT__EQUAL_OPPORTUNITY] = TILT__TPR,
    [TILT__PREDICTIVE_EQUALITY] = TILT__FPR,           [TILT__PREDICTIVE_PARITY] = TILT__PPV,
    [TILT__ACCURACY_EQUALITY] = TILT__ACCURACY,        [TILT__EQUALISED_ODDS_MAX] = TILT__TPR,
    [TILT__EQUALISED_ODDS_MEAN] = TILT__TPR,
};

/* Tables of the judged groups: of decisions against labels, and of decisions alone (everybody stands under
 * label 0), where people without a label count too. */
typedef struct judged {
    tilt__confusion *labelled, *decided;
    bool same; /* nobody lacks a label, so that one serves for both */
} judged;

static tilt__confusion decided_table(const tilt__model_part *part, size_t g) {
    const tilt__group *from = &part->view->groups[g];
    double x = tilt__decimal_to_double(from->count), n = tilt__decimal_to_double(from->base);
    tilt__confusion table = tilt__confusion_of_counts(0, x, 0, n - x);
    if (!part->weighted) return table;
    table.fp2 = part->groups[g].selected_squares;
    table.tn2 = from->squares - table.fp2;
    return table;
}

static tilt_status judged_tables(const tilt__context *context, const tilt__model_part *part, judged *out) {
    out->labelled = tilt__arena_alloc(context->arena, part->n_judged, sizeof *out->labelled);
    out->decided = tilt__arena_alloc(context->arena, part->n_judged, sizeof *out->decided);
    if (out->labelled == NULL || out->decided == NULL) return tilt__fail_memory(context->err);
    out->same = part->has_label;
    for (size_t i = 0; i < part->n_judged; i++) {
        const tilt__confusion *t = &part->groups[part->judged[i]].table;
        out->decided[i] = decided_table(part, part->judged[i]);
        out->labelled[i] = part->has_label ? *t : out->decided[i];
        double all = out->decided[i].fp + out->decided[i].tn, labelled = t->tp + t->fp + t->fn + t->tn;
        out->same = out->same && !(all > labelled * (1 + 1e-12)); /* sums of weights round */
    }
    return TILT_OK;
}

/* Intervals of all criteria; demographic parity needs no label, so where some lack one it has its own. */
static tilt_status fill_bootstrap(const tilt__context *context, tilt__model_part *part, const judged *of) {
    tilt_estimate intervals[TILT__N_PARITY], alone[TILT__N_PARITY];
    size_t replicates = (size_t)context->spec->people.bootstrap;
    uint64_t seed = (uint64_t)context->spec->seed;
    double level = context->spec->level;
    tilt_status status =
        tilt__parity_bootstrap(of->labelled, part->n_judged, replicates, seed, level, intervals);
    if (status == TILT_OK && part->has_label && !of->same) {
        status = tilt__parity_bootstrap(of->decided, part->n_judged, replicates, seed, level, alone);
        if (status == TILT_OK) intervals[TILT__DEMOGRAPHIC_PARITY] = alone[TILT__DEMOGRAPHIC_PARITY];
    }
    if (status != TILT_OK) return status;
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        bool label = part->has_label || c == TILT__DEMOGRAPHIC_PARITY;
        part->criteria[c].bootstrap =
            label ? intervals[c] : tilt__undefined(TILT_NO_LABEL, "bootstrap-percentile", level);
    }
    return TILT_OK;
}

/* Without labels there is one criterion, and with weights no shuffling for it: the tables hold people only.
 */
static tilt_status fill_permutations(const tilt__context *context, tilt__model_part *part, const judged *of) {
    tilt__permutation all[TILT__N_PARITY];
    size_t n = part->has_label ? TILT__N_PARITY : 1, replicates = TILT__MODEL_REPLICATES;
    uint64_t seed = (uint64_t)context->spec->seed;
    for (size_t c = 0; c < TILT__N_PARITY; c++)
        all[c] = (tilt__permutation){(double)NAN, (double)NAN, (double)NAN, (double)NAN, TILT_NO_LABEL};
    if (part->weighted && !part->has_label) {
        all[0].value = part->criteria[0].spread.difference;
        all[0].reason = TILT_NOT_INTEGER;
        n = 0;
    }
    size_t threads = context->spec->threads > 0 ? (size_t)context->spec->threads : tilt__processors();
    const tilt__permuting how = {replicates, seed, threads};
    tilt_status status = tilt__parity_permutations(of->labelled, part->n_judged, n, &how, all);
    if (status == TILT_OK && n > 1 && !of->same)
        status = tilt__parity_permutation(of->decided, part->n_judged, TILT__DEMOGRAPHIC_PARITY, replicates,
                                          seed, &all[TILT__DEMOGRAPHIC_PARITY]);
    for (size_t c = 0; c < TILT__N_PARITY; c++) part->criteria[c].permutation = all[c];
    return status;
}

/* Of everybody with a label, those of small groups and of the unknown one too: how unequally benefits are
 * spread over people does not hang on how they are grouped. */
static tilt_status fill_entropy(const tilt__context *context, tilt__model_part *part) {
    if (!part->has_label) return TILT_OK;
    tilt__confusion *tables = tilt__arena_alloc(context->arena, part->n_groups, sizeof *tables);
    if (tables == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < part->n_groups; g++) tables[g] = part->groups[g].table;
    tilt_status status = tilt__benefit_entropy(tables, part->n_groups, 2, &part->entropy2);
    if (status == TILT_OK) status = tilt__benefit_entropy(tables, part->n_groups, 1, &part->entropy1);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(context->err);
}

static tilt_status fill_criteria(const tilt__context *context, tilt__model_part *part) {
    judged of = {NULL, NULL, false};
    tilt_status status = choose_judged(context, part);
    if (status == TILT_OK) status = judged_tables(context, part, &of);
    if (status != TILT_OK) return status;
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        bool decisions = c == TILT__DEMOGRAPHIC_PARITY && !of.same;
        const tilt__confusion *tables = decisions ? of.decided : of.labelled;
        part->criteria[c].criterion = (tilt__parity)c;
        part->criteria[c].spread = tilt__confusion_spread(tables, part->n_judged, rate_of_criterion[c]);
    }
    status = fill_permutations(context, part, &of);
    if (status == TILT_OK) status = fill_bootstrap(context, part, &of);
    return status == TILT_OK ? fill_entropy(context, part) : tilt__fail_memory(context->err);
}

/* ---- comparisons ---- */

/* all: with the group itself in it, where the reference is everyone. */
static tilt__confusion reference_table(const tilt__model_part *part, const tilt__model_comparison *c,
                                       bool all) {
    if (c->reference != SIZE_MAX) return part->groups[c->reference].table;
    tilt__confusion sum = tilt__confusion_of_counts(0, 0, 0, 0);
    for (size_t g = 0; g < part->n_groups; g++) {
        if (part->view->groups[g].unknown || (g == c->group && !all)) continue;
        sum = tilt__confusion_sum(&sum, &part->groups[g].table);
    }
    return sum;
}

/* The interval against a whole that the group is part of: the gaps to the rest, each times the rest's share.
 */
static void part_of_whole(const tilt__confusion *focal, tilt__confusion rest, double level,
                          tilt_estimate *odds) {
    tilt_estimate tpr = tilt__confusion_gap(focal, &rest, TILT__TPR, level),
                  fpr = tilt__confusion_gap(focal, &rest, TILT__FPR, level);
    if (odds->reason != TILT_REASON_NONE) return;
    odds->lower = odds->upper = NAN;
    odds->reason = tpr.reason != TILT_REASON_NONE ? tpr.reason : fpr.reason;
    if (odds->reason != TILT_REASON_NONE) return;
    double positives = rest.tp + rest.fn, negatives = rest.fp + rest.tn;
    double t = positives / (positives + focal->tp + focal->fn),
           f = negatives / (negatives + focal->fp + focal->tn);
    odds->lower = odds->value - hypot(t * (tpr.value - tpr.lower), f * (fpr.value - fpr.lower)) / 2;
    odds->upper = odds->value + hypot(t * (tpr.upper - tpr.value), f * (fpr.upper - fpr.value)) / 2;
}

static void compare_tables(const tilt__context *context, const tilt__model_part *part,
                           tilt__model_comparison *c) {
    if (!part->has_label) {
        c->equalised_odds_max = c->equalised_odds_mean = c->treatment_equality = c->average_odds_absolute =
            tilt__no_value(TILT_NO_LABEL);
        c->average_odds = tilt__undefined(TILT_NO_LABEL, "square-and-add", context->spec->level);
        return;
    }
    const tilt__confusion *focal = &part->groups[c->group].table;
    bool whole = c->reference == SIZE_MAX && strcmp(c->reference_name, "population") == 0;
    tilt__confusion reference = reference_table(part, c, whole);
    c->equalised_odds_max = tilt__equalised_odds_max(focal, &reference);
    c->equalised_odds_mean = tilt__equalised_odds_mean(focal, &reference);
    c->average_odds_absolute = c->equalised_odds_mean; /* both are the mean of |TPR gap| and |FPR gap| */
    c->average_odds = tilt__average_odds(focal, &reference, context->spec->level);
    if (whole) part_of_whole(focal, reference_table(part, c, false), context->spec->level, &c->average_odds);
    c->treatment_equality = tilt__treatment_equality(focal, &reference);
}

static tilt_status fill_comparisons(const tilt__context *context, tilt__model_part *part) {
    const tilt__view *view = part->view;
    part->comparisons = tilt__arena_alloc(context->arena, view->n_comparisons, sizeof *part->comparisons);
    if (part->comparisons == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < view->n_comparisons; i++) {
        const tilt__comparison *from = &view->comparisons[i];
        tilt__model_comparison *c = &part->comparisons[part->n_comparisons++];
        *c = (tilt__model_comparison){.group = from->group,
                                      .reference = from->reference,
                                      .reference_name = from->reference_name,
                                      .excluded = from->excluded};
        compare_tables(context, part, c);
        tilt__model_disparity_make(part, c);
    }
    return tilt__model_strata_make(context, part);
}

/* ---- rates as views ---- */

static bool same_question(const tilt__view *a, const tilt__view *b, size_t rate) {
    bool same = b->model != NULL && a->facts == b->facts && a->model_index == b->model_index &&
                b->model_rate == rate && a->n_audience == b->n_audience &&
                tilt__text_same(a->slice_value, b->slice_value);
    for (size_t k = 0; same && k < a->n_audience; k++) same = strcmp(a->audience[k], b->audience[k]) == 0;
    return same;
}

static const tilt__view *find_view(const tilt__views *views, const tilt__view *like, size_t rate) {
    for (size_t v = 0; v < views->n; v++) {
        if (same_question(like, &views->items[v], rate)) return &views->items[v];
    }
    return NULL;
}

/* The rates that are no views of the result. */
static tilt_status add_extra(const tilt__context *context, const tilt__views *views, tilt__model *out) {
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        if (view->model == NULL || view->model_rate != TILT__SELECTION_RATE) continue;
        for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
            bool made;
            if (tilt__model_rates[r].view) continue;
            tilt_status status = tilt__views_of_model(context, view, r, &out->extra, &made);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

static tilt_status make_part(const tilt__context *context, const tilt__views *views, const tilt__view *view,
                             tilt__model *out) {
    const tilt__persons *persons = view->facts->persons[0];
    void *parts = out->parts;
    tilt__model_part *part =
        tilt__arena_push(context->arena, &parts, &out->n_parts, &out->parts_capacity, sizeof *part);
    if (part == NULL) return tilt__fail_memory(context->err);
    out->parts = parts;
    *part = (tilt__model_part){.view = view,
                               .n_groups = view->n_groups,
                               .has_label = persons->has_label,
                               .has_score = persons->score_of[view->model_index] != SIZE_MAX,
                               .weighted = persons->weighted};
    for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        part->rates[r] = find_view(views, view, r);
        if (part->rates[r] == NULL) part->rates[r] = find_view(&out->extra, view, r);
    }
    part->groups = tilt__arena_alloc(context->arena, view->n_groups, sizeof *part->groups);
    if (part->groups == NULL) return tilt__fail_memory(context->err);
    tilt_status status = part->has_label ? fill_tables(context, part) : TILT_OK;
    for (size_t g = 0; g < view->n_groups && status == TILT_OK; g++) fill_group(context, part, g);
    if (status == TILT_OK) status = tilt__model_shares_make(context, part);
    if (status == TILT_OK) status = fill_criteria(context, part);
    if (status == TILT_OK) status = fill_comparisons(context, part);
    if (status == TILT_OK && part->has_score) status = tilt__model_scores_make(context, part);
    if (status == TILT_OK && view->model_index == 0) status = tilt__model_pairs_make(context, part, out);
    return status;
}

static bool is_decision(const tilt__view *view) {
    return view->model != NULL && view->model_rate == TILT__SELECTION_RATE;
}

/* The view is the first over these people that shows what its model decided for everybody. */
static bool first_of_model(const tilt__views *views, size_t v) {
    const tilt__view *view = &views->items[v];
    if (view->slice_name != NULL) return false;
    for (size_t u = 0; u < v; u++) {
        const tilt__view *other = &views->items[u];
        if (is_decision(other) && other->slice_name == NULL && other->facts == view->facts &&
            strcmp(other->model, view->model) == 0)
            return false;
    }
    return true;
}

tilt_status tilt__models_check(const tilt__context *context, const tilt__views *views) {
    const tilt__facts *last = NULL;
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        if (!is_decision(view)) continue;
        tilt_status status = view->facts == last ? TILT_OK : tilt__model_check(context, view->facts);
        if (status == TILT_OK && first_of_model(views, v))
            status = tilt__model_check_decisions(context, view);
        if (status != TILT_OK) return status;
        last = view->facts;
    }
    return TILT_OK;
}

tilt_status tilt__model_make(const tilt__context *context, const tilt__views *views, tilt__model *out) {
    *out = (tilt__model){.persons = NULL};
    tilt_status status = add_extra(context, views, out);
    for (size_t v = 0; v < views->n && status == TILT_OK; v++) {
        const tilt__view *view = &views->items[v];
        if (!is_decision(view)) continue;
        if (out->persons == NULL) out->persons = view->facts->persons[0];
        status = make_part(context, views, view, out);
    }
    return status;
}
