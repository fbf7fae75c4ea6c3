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

/* People of one group with a label and both scores. */
static tilt_status pair_scores(const pairing *p, const tilt__persons *persons, const size_t *group_of,
                               size_t g) {
    const tilt__scored *from = &persons->scored;
    size_t first = persons->score_of[p->pair->first], second = persons->score_of[p->pair->second], n = 0;
    tilt__model_pair_group *out = &p->pair->groups[g];
    out->auc.test = tilt__no_test(TILT_NO_SCORE);
    if (first == SIZE_MAX || second == SIZE_MAX) return TILT_OK;
    out->auc.test = tilt__no_test(TILT_NO_LABEL);
    if (!persons->has_label) return TILT_OK;
    double *scores[2] = {tilt__alloc(from->n, sizeof **scores), tilt__alloc(from->n, sizeof **scores)};
    double *weight = tilt__alloc(from->n, sizeof *weight), *count = tilt__alloc(from->n, sizeof *count);
    unsigned char *label = tilt__alloc(from->n, sizeof *label);
    bool ok = scores[0] != NULL && scores[1] != NULL && weight != NULL && count != NULL && label != NULL;
    for (size_t i = 0; ok && i < from->n; i++) {
        unsigned own = from->group[i] % TILT__LABELS;
        bool in = group_of[from->group[i] / TILT__LABELS] == g && own < 2 && !isinf(from->value[first][i]) &&
                  !isinf(from->value[second][i]);
        if (!in) continue;
        scores[0][n] = from->value[first][i];
        scores[1][n] = from->value[second][i];
        weight[n] = from->weighted ? from->value[from->width - 1][i] : 1;
        count[n] = (double)from->count[i];
        label[n++] = (unsigned char)own;
    }
    if (ok) {
        tilt__scores data = {.score = scores[0], .label = label, .weight = weight, .n = n, .count = count};
        ok = tilt__auc_paired(&data, scores[1], &out->auc) == TILT_OK;
    }
    free(scores[0]);
    free(scores[1]);
    free(weight);
    free(count);
    free(label);
    return ok ? TILT_OK : tilt__fail_memory(p->context->err);
}

/* Several files of persons: their scores are not put together here, only the first has them. */
static tilt_status fill_pair(const pairing *p) {
    const tilt__view *view = p->part->view;
    for (size_t s = 0; s < view->facts->n_persons; s++) {
        const tilt__persons *persons = view->facts->persons[s];
        size_t *group_of = tilt__model_audiences(view, persons, p->context->arena);
        if (group_of == NULL) return tilt__fail_memory(p->context->err);
        if (persons->people->n_models <= p->pair->second) continue;
        add_patterns(p, persons, group_of);
        for (size_t g = 0; s == 0 && g < p->pair->n_groups; g++) {
            tilt_status status = pair_scores(p, persons, group_of, g);
            if (status != TILT_OK) return status;
        }
    }
    for (size_t g = 0; g < p->pair->n_groups; g++) {
        tilt__model_pair_group *group = &p->pair->groups[g];
        group->group = g;
        group->mcnemar = mcnemar(group->first_only, group->second_only, p->part->weighted);
        double level = p->context->spec->level;
        bool weighted = p->part->weighted;
        group->selected_difference =
            paired_difference(group->first_only, group->second_only, group->people, weighted, level);
        group->right_difference = p->part->has_label
                                      ? paired_difference(group->first_right_only, group->second_right_only,
                                                          group->labelled, weighted, level)
                                      : tilt__undefined(TILT_NO_LABEL, "agresti-min", level);
        group->right_mcnemar =
            p->part->has_label ? mcnemar(group->first_right_only, group->second_right_only, p->part->weighted)
                               : tilt__no_test(TILT_NO_LABEL);
    }
    return TILT_OK;
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
