/* measure/model_pairs.c - models held against each other on the same people. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "measure/model.h"
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

/* People of one group with a label and both scores, out of every file that has them. */
typedef struct both_scores {
    double *first, *second, *weight, *count;
    unsigned char *label;
    size_t n;
} both_scores;

static void free_both(both_scores *b) {
    free(b->first);
    free(b->second);
    free(b->weight);
    free(b->count);
    free(b->label);
}

static bool reserve_both(both_scores *b, size_t n) {
    b->first = tilt__alloc(n, sizeof *b->first);
    b->second = tilt__alloc(n, sizeof *b->second);
    b->weight = tilt__alloc(n, sizeof *b->weight);
    b->count = tilt__alloc(n, sizeof *b->count);
    b->label = tilt__alloc(n, sizeof *b->label);
    return b->first != NULL && b->second != NULL && b->weight != NULL && b->count != NULL && b->label != NULL;
}

static void take_both(const pairing *p, const tilt__persons *persons, const size_t *group_of, size_t g,
                      both_scores *out) {
    const tilt__scored *from = &persons->scored;
    const double *first = from->value[persons->score_of[p->pair->first]],
                 *second = from->value[persons->score_of[p->pair->second]];
    for (size_t i = 0; i < from->n; i++) {
        unsigned label = from->group[i] % TILT__LABELS;
        bool in = group_of[from->group[i] / TILT__LABELS] == g && label < 2 && !isinf(first[i]) &&
                  !isinf(second[i]);
        if (!in) continue;
        out->first[out->n] = first[i];
        out->second[out->n] = second[i];
        out->weight[out->n] = from->weighted ? from->value[from->width - 1][i] : 1;
        out->count[out->n] = (double)from->count[i];
        out->label[out->n++] = (unsigned char)label;
    }
}

/* What a file can add to the comparison of the two scores: TILT_REASON_NONE, or why nothing. */
static tilt_reason adds_scores(const pairing *p, const tilt__persons *persons) {
    if (persons->people->n_models <= p->pair->second || persons->score_of[p->pair->first] == SIZE_MAX ||
        persons->score_of[p->pair->second] == SIZE_MAX)
        return TILT_NO_SCORE;
    return persons->has_label ? TILT_REASON_NONE : TILT_NO_LABEL;
}

/* The two scores of all groups; group_of: one list per file. */
static tilt_status pair_scores(const pairing *p, size_t *const *group_of) {
    const tilt__facts *facts = p->part->view->facts;
    size_t most = 0;
    tilt_reason reason = TILT_NO_SCORE;
    for (size_t s = 0; s < facts->n_persons; s++) {
        tilt_reason own = adds_scores(p, facts->persons[s]);
        if (own == TILT_REASON_NONE) most += facts->persons[s]->scored.n;
        if (reason == TILT_NO_SCORE || own == TILT_REASON_NONE) reason = own;
    }
    for (size_t g = 0; g < p->pair->n_groups; g++) p->pair->groups[g].auc.test = tilt__no_test(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    both_scores both = {0};
    bool ok = reserve_both(&both, most);
    for (size_t g = 0; g < p->pair->n_groups && ok; g++) {
        both.n = 0;
        for (size_t s = 0; s < facts->n_persons; s++) {
            if (adds_scores(p, facts->persons[s]) == TILT_REASON_NONE)
                take_both(p, facts->persons[s], group_of[s], g, &both);
        }
        tilt__scores data = {.score = both.first,
                             .label = both.label,
                             .weight = both.weight,
                             .n = both.n,
                             .count = both.count};
        ok = tilt__auc_paired(&data, both.second, &p->pair->groups[g].auc) == TILT_OK;
        if (p->part->score_step > 0) p->pair->groups[g].auc.test = tilt__no_test(TILT_SCORES_IN_BINS);
    }
    free_both(&both);
    return ok ? TILT_OK : tilt__fail_memory(p->context->err);
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

static tilt_status fill_pair(const pairing *p) {
    const tilt__view *view = p->part->view;
    size_t n = view->facts->n_persons;
    size_t **group_of = tilt__arena_alloc(p->context->arena, n, sizeof(size_t *));
    if (group_of == NULL) return tilt__fail_memory(p->context->err);
    for (size_t s = 0; s < n; s++) {
        const tilt__persons *persons = view->facts->persons[s];
        group_of[s] = tilt__model_audiences(view, persons, p->context->arena);
        if (group_of[s] == NULL) return tilt__fail_memory(p->context->err);
        if (persons->people->n_models > p->pair->second) add_patterns(p, persons, group_of[s]);
    }
    tilt_status status = pair_scores(p, group_of);
    for (size_t g = 0; g < p->pair->n_groups; g++) {
        p->pair->groups[g].group = g;
        test_group(p, &p->pair->groups[g]);
    }
    return status;
}

tilt_status tilt__model_pairs_make(const tilt__context *context, const tilt__model_part *part,
                                   tilt__model *out) {
    size_t n = part->view->facts->persons[0]->people->n_models;
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
            const pairing p = {context, part, pair};
            tilt_status status = fill_pair(&p);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}
