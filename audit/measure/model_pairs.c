/* measure/model_pairs.c - models held against each other on the same people. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "measure/model_rows.h"
#include "stat/beta.h"
#include "stat/tail.h"

/* McNemar (1947), exact: of those whom only one model selects, each is equally likely to be the one. Pr(X <=
 * m) of n at 1/2 is the upper tail of Beta(m + 1, n - m) at 1/2. */
static tilt__test mcnemar(double first, double second, bool weighted) {
    tilt__test out = tilt__no_test(weighted ? TILT_NOT_INTEGER : TILT_ZERO_MARGIN);
    double n = first + second, less = fmin(first, second);
    if (weighted || !(n > 0)) return out;
    double tail = less < n ? tilt__beta_tails(0.5, 0.5, less + 1, n - less).upper : 1;
    double log_tail = less < n ? tilt__beta_log_tails(0.5, 0.5, less + 1, n - less).upper : 0;
    out = (tilt__test){.statistic = (double)NAN, .p = fmin(2 * tail, 1)};
    out.log10_p = fmin((log_tail + log(2.0)) / log(10.0), 0);
    return out;
}

/* Difference of two shares of the same people: one half added to each of the four patterns before the normal
 * interval (Agresti and Min 2005). */
static tilt_estimate paired_difference(double first, double second, double people, bool weighted,
                                       double level) {
    tilt_estimate out = tilt__undefined(
        people > 0 ? weighted ? TILT_NOT_INTEGER : TILT_REASON_NONE : TILT_EMPTY_GROUP, "agresti-min", level);
    if (!(people > 0)) return out;
    out.value = (first - second) / people;
    if (weighted) return out;
    double n = people + 2, gap = (first - second) / n;
    double half = tilt__z_of_level(level) * sqrt(((first + second + 1) / n - gap * gap) / n);
    out.lower = fmax(gap - half, -1);
    out.upper = fmin(gap + half, 1);
    return out;
}

typedef struct pairing {
    const tilt__context *context;
    const tilt__model_part *part;
    tilt__model_pair *pair;
    tilt__model_places places; /* of the first model */
} pairing;

static void add_pattern(tilt__model_pair_group *group, const tilt__model_pair *pair, size_t decisions,
                        unsigned label, double w) {
    bool first = (decisions >> pair->first & 1) != 0, second = (decisions >> pair->second & 1) != 0;
    group->people += w;
    if (first == second)
        group->agree += w;
    else if (first)
        group->first_only += w;
    else
        group->second_only += w;
    if (label <= 1) group->labelled += w;
    if (label > 1 || first == second) return;
    bool first_right = first == (label == 1);
    group->first_right_only += first_right ? w : 0;
    group->second_right_only += first_right ? 0 : w;
}

static void add_patterns(const pairing *p, const tilt__persons *persons, const size_t *group_of) {
    size_t n_models = persons->people->n_models, n_patterns = (size_t)1 << n_models;
    for (size_t a = 0; a < persons->n_audiences; a++) {
        if (group_of[a] == SIZE_MAX) continue;
        for (unsigned label = 0; label < TILT__LABELS; label++) {
            const tilt__choice_pattern *patterns =
                persons->patterns + ((a * TILT__LABELS + label) << n_models);
            for (size_t d = 0; d < n_patterns; d++)
                add_pattern(&p->pair->groups[group_of[a]], p->pair, d,
                            persons->has_label ? label : TILT__LABELS - 1,
                            tilt__decimal_to_double(patterns[d].w));
        }
    }
}

/* What a file can add to the comparison of the two scores: TILT_REASON_NONE, or why nothing. */
static tilt_reason adds_scores(const pairing *p, const tilt__persons *persons) {
    if (persons->people->n_models <= p->pair->second || persons->score_of[p->pair->first] == SIZE_MAX ||
        persons->score_of[p->pair->second] == SIZE_MAX)
        return TILT_NO_SCORE;
    return persons->has_label ? TILT_REASON_NONE : TILT_NO_LABEL;
}

static tilt_status pair_group(void *context, size_t g, tilt_error *err) {
    const pairing *p = context;
    tilt__model_rows rows;
    double *second = NULL;
    tilt_status status = tilt__model_rows_both(&p->places, g, p->pair->second, &rows, &second);
    tilt__scores data = tilt__model_rows_labelled(&rows);
    if (status == TILT_OK) status = tilt__auc_paired(&data, second, &p->pair->groups[g].auc);
    if (p->part->score_step > 0) p->pair->groups[g].auc.test = tilt__no_test(TILT_SCORES_IN_BINS);
    free(second);
    tilt__model_rows_free(&rows);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(err);
}

/* The two scores of all groups. */
static tilt_status pair_scores(pairing *p) {
    const tilt__facts *facts = p->part->view->facts;
    const tilt_spec *spec = p->context->spec;
    tilt_reason reason = TILT_NO_SCORE;
    for (size_t s = 0; s < facts->n_persons; s++) {
        tilt_reason own = adds_scores(p, facts->persons[s]);
        if (reason == TILT_NO_SCORE || own == TILT_REASON_NONE) reason = own;
    }
    for (size_t g = 0; g < p->pair->n_groups; g++) p->pair->groups[g].auc.test = tilt__no_test(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    size_t threads = spec->threads > 0 ? (size_t)spec->threads : tilt__processors();
    return tilt__parallel_for(threads, p->pair->n_groups, pair_group, p, p->context->err);
}

static void test_group(const pairing *p, tilt__model_pair_group *group) {
    double level = p->context->spec->level;
    bool weighted = p->part->weighted;
    group->mcnemar = mcnemar(group->first_only, group->second_only, weighted);
    group->selected_difference =
        paired_difference(group->first_only, group->second_only, group->people, weighted, level);
    group->right_difference = tilt__undefined(TILT_NO_LABEL, "agresti-min", level);
    group->right_mcnemar = tilt__no_test(TILT_NO_LABEL);
    if (!p->part->has_label) return;
    group->right_difference = paired_difference(group->first_right_only, group->second_right_only,
                                                group->labelled, weighted, level);
    group->right_mcnemar = mcnemar(group->first_right_only, group->second_right_only, weighted);
}

static tilt_status fill_pair(pairing *p) {
    const tilt__view *view = p->part->view;
    for (size_t s = 0; s < view->facts->n_persons; s++) {
        const tilt__persons *persons = view->facts->persons[s];
        if (persons->people->n_models > p->pair->second) add_patterns(p, persons, p->places.group_of[s]);
    }
    tilt_status status = pair_scores(p);
    for (size_t g = 0; g < p->pair->n_groups; g++) {
        p->pair->groups[g].group = g;
        test_group(p, &p->pair->groups[g]);
    }
    return status;
}

tilt_status tilt__model_pairs_make(const tilt__context *context, const tilt__model_part *part,
                                   tilt__model *out) {
    size_t n = part->view->facts->persons[0]->people->n_models;
    tilt__model_places places;
    tilt_status placed = tilt__model_places_make(context, part->view, part->weighted, &places);
    if (placed != TILT_OK) return placed;
    for (size_t first = 0; first < n; first++) {
        for (size_t second = first + 1; second < n; second++) {
            void *pairs = out->pairs;
            tilt__model_pair *pair =
                tilt__arena_push(context->arena, &pairs, &out->n_pairs, &out->pairs_capacity, sizeof *pair);
            if (pair == NULL) return tilt__fail_memory(context->err);
            out->pairs = pairs;
            *pair = (tilt__model_pair){
                .view = part->view, .first = first, .second = second, .n_groups = part->n_groups};
            pair->groups = tilt__arena_alloc(context->arena, part->n_groups, sizeof *pair->groups);
            if (pair->groups == NULL) return tilt__fail_memory(context->err);
            pairing p = {context, part, pair, places};
            p.places.model = first;
            tilt_status status = fill_pair(&p);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}
