/* report/result_model.c - the result's "model": decisions against labels, by group and between groups. */
#include <math.h>
#include <string.h>

#include "read/source.h"
#include "report/result.h"

void tilt__put_key(cJSON *parent, const char *name, const tilt__view *view, size_t group) {
    cJSON *key = tilt__put_array(parent, name);
    for (size_t a = 0; a < view->n_audience; a++)
        cJSON_AddItemToArray(key, cJSON_CreateString(view->groups[group].key[a]));
}

void tilt__put_reference(cJSON *parent, const tilt__view *view, size_t reference, const char *name) {
    if (reference != SIZE_MAX) {
        tilt__put_key(parent, "reference", view, reference);
        return;
    }
    cJSON_AddItemToArray(tilt__put_array(parent, "reference"), cJSON_CreateString(name));
}

static cJSON *add_object(cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    return object;
}

static void put_count(cJSON *parent, const char *key, double value) {
    tilt__put_number(parent, key, value, TILT_REASON_NONE);
}

static const char *header_of(const tilt__outcome *o, size_t column) {
    for (size_t i = 0; i < o->n_sources && column != TILT_NO_COLUMN; i++) {
        const tilt_source *source = o->mappings[i].source;
        const tilt_column *c = tilt_source_column(source, column);
        if (o->mappings[i].people == o->model->persons->people)
            return tilt__source_is_cube(source) ? c->name : c->header;
    }
    return NULL;
}

/* ---- the file ---- */

static void put_models(cJSON *parent, const tilt__outcome *o) {
    const tilt__persons *p = o->model->persons;
    cJSON *list = tilt__put_array(parent, "models");
    for (size_t k = 0; k < p->people->n_models; k++) {
        const tilt__model_columns *model = &p->people->models[k];
        cJSON *object = add_object(list);
        tilt__put_text(object, "name", model->name);
        tilt__put_text(object, "decision", header_of(o, model->decision));
        tilt__put_text(object, "score", header_of(o, model->score));
        if (model->decision == TILT_NO_COLUMN)
            put_count(object, "threshold", p->threshold);
        else
            tilt__put_null(object, "threshold");
        tilt__put_flag(object, "threshold_named", p->threshold_given);
    }
}

static void put_label(cJSON *parent, const tilt__outcome *o) {
    const tilt__persons *p = o->model->persons;
    if (p->people->label == TILT_NO_COLUMN) {
        tilt__put_none(parent, "label", TILT_NO_LABEL);
        return;
    }
    cJSON *object = tilt__put_object(parent, "label");
    tilt__put_text(object, "column", header_of(o, p->people->label));
    tilt__put_text(object, "positive", p->positive);
    tilt__put_flag(object, "two_classes", p->has_label);
    put_count(object, "missing", (double)p->counts.no_label);
    cJSON *values = tilt__put_array(object, "other_values");
    for (size_t i = 0; i < p->n_values; i++) cJSON_AddItemToArray(values, cJSON_CreateString(p->values[i]));
}

static void put_largest(cJSON *parent, const char *name, double value) {
    if (!isnan(value)) cJSON_AddItemToObject(parent, name, cJSON_CreateNumber(value));
}

/* The widest bound of any group, for the report; null where scores are exact. */
static void put_largest_bounds(cJSON *parent, const tilt__model *model) {
    double auc = (double)NAN, brier = (double)NAN, ece = (double)NAN;
    for (size_t i = 0; i < model->n_parts; i++) {
        const tilt__model_part *part = &model->parts[i];
        bool coarse = part->score_error > 0 || part->score_step > 0;
        for (size_t g = 0; g < part->n_groups && part->has_score && coarse; g++) {
            const tilt__rounding *r = &part->groups[g].scored->rounding;
            auc = fmax(auc, r->auc);
            brier = fmax(brier, r->brier);
            ece = fmax(ece, r->ece);
        }
    }
    if (isnan(auc) && isnan(brier) && isnan(ece)) {
        tilt__put_null(parent, "largest_bounds");
        return;
    }
    cJSON *bounds = tilt__put_object(parent, "largest_bounds");
    put_largest(bounds, "auc", auc);
    put_largest(bounds, "brier", brier);
    put_largest(bounds, "ece", ece);
}

static void put_file(cJSON *object, const tilt__outcome *o) {
    const tilt__persons *p = o->model->persons;
    put_models(object, o);
    put_label(object, o);
    tilt__put_text(object, "weight", header_of(o, p->people->weight));
    put_count(object, "rows", (double)p->counts.rows);
    put_count(object, "left_out", (double)(p->counts.no_decision + p->counts.no_weight));
    put_count(object, "replicates", TILT__MODEL_REPLICATES);
    put_count(object, "bootstrap_replicates", o->spec->people.bootstrap);
    if (p->n_scores == 0) {
        tilt__put_none(object, "score_rounding", TILT_NO_SCORE);
        return;
    }
    cJSON *rounding = tilt__put_object(object, "score_rounding");
    unsigned bins = p->people->reduction.bins;
    tilt__put_flag(rounding, "exact", p->scored.bits == 0 && bins == 0);
    if (bins > 0)
        put_count(rounding, "bins", bins);
    else
        tilt__put_null(rounding, "bins");
    put_count(rounding, "absolute_error", bins > 0 ? 1.0 / bins : 0);
    put_count(rounding, "memory_mib", p->score_memory);
    put_count(rounding, "significant_bits", p->scored.bits > 0 ? p->scored.bits : 53);
    put_count(rounding, "relative_error", tilt__scored_error(&p->scored));
    put_largest_bounds(rounding, o->model);
}

/* ---- groups ---- */

static void put_table(cJSON *object, const tilt__model_part *part, const tilt__model_group *group) {
    static const char *const names[] = {"tp", "fp", "fn", "tn"};
    static const char *const shares[] = {"tp_share", "fp_share", "fn_share", "tn_share"};
    const double counts[] = {group->table.tp, group->table.fp, group->table.fn, group->table.tn};
    const double all = counts[0] + counts[1] + counts[2] + counts[3];
    for (size_t q = 0; q < 4; q++)
        tilt__put_number(object, names[q], part->has_label ? counts[q] : (double)NAN, TILT_NO_LABEL);
    for (size_t q = 0; q < 4; q++)
        tilt__put_number(object, shares[q], part->has_label && all > 0 ? counts[q] / all : (double)NAN,
                         part->has_label ? TILT_EMPTY_GROUP : TILT_NO_LABEL);
}

static void put_groups(cJSON *object, const tilt__model_part *part) {
    cJSON *list = tilt__put_array(object, "groups");
    for (size_t g = 0; g < part->n_groups; g++) {
        const tilt__model_group *group = &part->groups[g];
        const tilt__group *from = &part->view->groups[g];
        cJSON *row = add_object(list);
        tilt__put_key(row, "key", part->view, g);
        tilt__put_flag(row, "unknown", from->unknown);
        tilt__put_text(row, "excluded", from->excluded);
        tilt__put_decimal(row, "selected", from->count);
        tilt__put_decimal(row, "rows", from->base);
        put_table(row, part, group);
        tilt__put_estimate(row, "selected_share", group->selected_share);
        tilt__put_value(row, "labels_per_selection", group->labels_per_selection);
        tilt__put_value(row, "labels_per_rejection", group->labels_per_rejection);
        cJSON *rates = tilt__put_object(row, "rates");
        for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++)
            tilt__put_estimate(rates, tilt__confusion_rate_name((tilt__confusion_rate)r), group->rates[r]);
        cJSON *scores = tilt__put_object(row, "scores");
        for (size_t s = 0; s < TILT__N_CONFUSION_SCORE; s++)
            tilt__put_estimate(scores, tilt__confusion_score_name((tilt__confusion_score)s),
                               group->scores[s]);
    }
}

/* ---- between groups ---- */

/* The comparison of the same groups in another view of this audience. */
static const tilt__comparison *same_comparison(const tilt__view *from, const tilt__view *to, size_t group) {
    for (size_t c = 0; c < to->n_comparisons; c++) {
        bool same = true;
        for (size_t a = 0; a < from->n_audience; a++)
            same =
                same && strcmp(to->groups[to->comparisons[c].group].key[a], from->groups[group].key[a]) == 0;
        if (same) return &to->comparisons[c];
    }
    return NULL;
}

/* With --reference highest the reference of a rate may be this very group. */
static tilt_reason why_none(const tilt__model_part *part, const tilt__view *view, size_t group) {
    const tilt__comparison *any = view != NULL && view->n_comparisons > 0 ? &view->comparisons[0] : NULL;
    bool same = any != NULL && any->reference != SIZE_MAX;
    for (size_t a = 0; same && a < part->view->n_audience; a++)
        same = strcmp(view->groups[any->reference].key[a], part->view->groups[group].key[a]) == 0;
    return !part->has_label ? TILT_NO_LABEL : same ? TILT_IS_REFERENCE : TILT_EMPTY_GROUP;
}

static void put_rates(cJSON *row, const tilt__model_part *part, const tilt__model_comparison *c) {
    cJSON *rates = tilt__put_object(row, "rates");
    for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        const char *name = tilt__confusion_rate_name((tilt__confusion_rate)r);
        const tilt__view *view = part->rates[r];
        const tilt__comparison *own = view != NULL ? same_comparison(part->view, view, c->group) : NULL;
        if (own == NULL) {
            tilt__put_none(rates, name, why_none(part, view, c->group));
            continue;
        }
        cJSON *object = tilt__put_object(rates, name);
        tilt__put_estimate(object, "difference", own->difference);
        tilt__put_estimate(object, "ratio", own->impact_ratio);
        /* the largest group of a rate's own base may be another one */
        tilt__put_reference(object, view, own->reference, own->reference_name);
        tilt__put_text(object, "verdict", tilt__verdict_names[own->verdict]);
        tilt__put_text(object, "excluded", own->excluded);
        tilt__put_text(object, "finding", tilt__model_rates[r].view ? own->id : NULL);
    }
}

static void put_disparity(cJSON *object, const tilt__disparity *d) {
    bool known = d->reason == TILT_REASON_NONE;
    tilt__put_number(object, "value", known ? d->value : (double)NAN, d->reason);
    tilt__put_number(object, "two_sided", known ? d->two_sided : (double)NAN,
                     known ? TILT_NO_OVERLAP : d->reason);
    tilt__put_number(object, "two_sided_share", known ? d->two_sided_share : (double)NAN, d->reason);
}

/* How far apart the labels themselves are, whatever the model does. */
static void put_labels(cJSON *row, const tilt__model_comparison *c) {
    const tilt__distances *d = &c->labels;
    if (d->reason != TILT_REASON_NONE) {
        tilt__put_none(row, "labels", d->reason);
        return;
    }
    cJSON *object = tilt__put_object(row, "labels");
    put_count(object, "total_variation", d->total_variation);
    put_count(object, "kullback_leibler", d->kl_pq);
    put_count(object, "kullback_leibler_of_reference", d->kl_qp);
    put_count(object, "jensen_shannon", d->jensen_shannon);
    put_count(object, "euclidean", d->total_variation * sqrt(2));
}

static void put_disparities(cJSON *row, const tilt__model_comparison *c) {
    cJSON *list = tilt__put_array(row, "conditional_disparity");
    for (size_t i = 0; i < c->n_disparities; i++) {
        cJSON *object = add_object(list);
        tilt__put_text(object, "within", c->disparities[i].factor);
        put_disparity(object, &c->disparities[i].disparity);
        put_disparity(tilt__put_object(object, "labels"), &c->disparities[i].labels);
    }
}

static void put_comparisons(cJSON *object, const tilt__model_part *part) {
    cJSON *list = tilt__put_array(object, "comparisons");
    for (size_t i = 0; i < part->n_comparisons; i++) {
        const tilt__model_comparison *c = &part->comparisons[i];
        cJSON *row = add_object(list);
        tilt__put_key(row, "group", part->view, c->group);
        tilt__put_reference(row, part->view, c->reference, c->reference_name);
        tilt__put_text(row, "excluded", c->excluded);
        put_rates(row, part, c);
        tilt__put_value(row, "equalised_odds_max", c->equalised_odds_max);
        tilt__put_value(row, "equalised_odds_mean", c->equalised_odds_mean);
        tilt__put_estimate(row, "average_odds", c->average_odds);
        tilt__put_value(row, "average_odds_absolute", c->average_odds_absolute);
        tilt__put_value(row, "treatment_equality", c->treatment_equality);
        tilt__put_value(row, "class_imbalance", c->class_imbalance);
        put_labels(row, c);
        put_disparities(row, c);
    }
}

/* ---- over all groups ---- */

static void put_criteria(cJSON *object, const tilt__model_part *part) {
    cJSON *list = tilt__put_array(object, "criteria");
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        const tilt__model_criterion *criterion = &part->criteria[c];
        const tilt__permutation *p = &criterion->permutation;
        const tilt__rate_spread *s = &criterion->spread;
        cJSON *row = add_object(list);
        tilt__put_text(row, "name", tilt__parity_name(criterion->criterion));
        bool tested = p->reason == TILT_REASON_NONE;
        tilt__put_number(row, "largest_gap", p->value, p->reason);
        tilt__put_number(row, "expected_by_chance", tested ? p->expected : (double)NAN, p->reason);
        tilt__put_number(row, "p", tested ? p->p : (double)NAN, p->reason);
        tilt__put_number(row, "p_error", tested ? p->p_se : (double)NAN, p->reason);
        tilt__put_estimate(row, "bootstrap", criterion->bootstrap);
        bool label = part->has_label || criterion->criterion == TILT__DEMOGRAPHIC_PARITY;
        bool spread = label && s->reason == TILT_REASON_NONE && c < TILT__EQUALISED_ODDS_MAX;
        if (!spread) continue;
        tilt__put_number(row, "smallest_ratio", s->ratio, s->ratio_reason);
        tilt__put_key(row, "highest", part->view, part->judged[s->highest]);
        tilt__put_key(row, "lowest", part->view, part->judged[s->lowest]);
        put_count(row, "left_out", (double)s->left_out);
    }
}

/* Where base rates differ, equal precision and equal error rates cannot hold together. */
static void put_incompatibility(cJSON *object, const tilt__model_part *part) {
    const tilt__view *view = part->rates[TILT__BASE_RATE];
    const tilt__comparison *widest = NULL;
    for (size_t c = 0; view != NULL && c < view->n_comparisons; c++) {
        const tilt__comparison *own = &view->comparisons[c];
        if (own->excluded != NULL || isnan(own->difference.value)) continue;
        if (widest == NULL || fabs(own->difference.value) > fabs(widest->difference.value)) widest = own;
    }
    if (widest == NULL) {
        tilt__put_none(object, "incompatibility", part->has_label ? TILT_SINGLE_GROUP : TILT_NO_LABEL);
        return;
    }
    cJSON *row = tilt__put_object(object, "incompatibility");
    tilt__put_key(row, "group", view, widest->group);
    tilt__put_reference(row, view, widest->reference, widest->reference_name);
    tilt__put_estimate(row, "base_rate_gap", widest->difference);
    tilt__put_flag(row, "base_rates_differ", widest->difference.lower > 0 || widest->difference.upper < 0);
}

static void put_entropy(cJSON *object, const char *key, const tilt__entropy_index *index, bool label) {
    tilt_reason reason = label ? index->reason : TILT_NO_LABEL;
    bool known = reason == TILT_REASON_NONE;
    cJSON *row = tilt__put_object(object, key);
    tilt__put_number(row, "total", known ? index->total : (double)NAN, reason);
    tilt__put_number(row, "between", known ? index->between : (double)NAN, reason);
    tilt__put_number(row, "within", known ? index->within : (double)NAN, reason);
}

static void put_part(cJSON *list, const tilt__model_part *part) {
    const tilt__view *view = part->view;
    cJSON *object = add_object(list);
    tilt__put_text(object, "view", view->id);
    tilt__put_text(object, "model", view->model);
    cJSON *slice = tilt__put_object(object, "slice");
    if (view->slice_name != NULL)
        (void)tilt__put_named(slice, view->slice_name, cJSON_CreateString(view->slice_value));
    cJSON *audience = tilt__put_array(object, "audience");
    for (size_t a = 0; a < view->n_audience; a++)
        cJSON_AddItemToArray(audience, cJSON_CreateString(view->audience[a]));
    put_groups(object, part);
    put_comparisons(object, part);
    put_criteria(object, part);
    put_incompatibility(object, part);
    cJSON *entropy = tilt__put_object(object, "benefit_entropy");
    put_entropy(entropy, "order_2", &part->entropy2, part->has_label);
    put_entropy(entropy, "order_1", &part->entropy1, part->has_label);
    tilt__put_model_scores(object, part);
}

/* ---- models side by side ---- */

static void put_pair_group(cJSON *list, const tilt__model_pair *pair, const tilt__model_pair_group *group) {
    cJSON *row = add_object(list);
    tilt__put_key(row, "key", pair->view, group->group);
    put_count(row, "rows", group->people);
    tilt__put_number(row, "agreement", group->people > 0 ? group->agree / group->people : (double)NAN,
                     TILT_EMPTY_GROUP);
    put_count(row, "only_first_selects", group->first_only);
    put_count(row, "only_second_selects", group->second_only);
    tilt__put_estimate(row, "selected_difference", group->selected_difference);
    tilt__put_test(row, "mcnemar", group->mcnemar);
    put_count(row, "only_first_right", group->first_right_only);
    put_count(row, "only_second_right", group->second_right_only);
    tilt__put_estimate(row, "right_difference", group->right_difference);
    tilt__put_test(row, "mcnemar_right", group->right_mcnemar);
    bool scored = group->auc.test.reason != TILT_NO_SCORE && group->auc.test.reason != TILT_NO_LABEL &&
                  group->auc.test.reason != TILT_SCORES_IN_BINS &&
                  group->auc.first.reason == TILT_REASON_NONE;
    tilt_reason reason = scored ? TILT_REASON_NONE : group->auc.test.reason;
    tilt__put_number(row, "auc_difference",
                     scored ? group->auc.first.auc - group->auc.second.auc : (double)NAN, reason);
    tilt__put_test(row, "auc_test", group->auc.test);
}

static void put_pairs(cJSON *object, const tilt__outcome *o) {
    const tilt__people *people = o->model->persons->people;
    cJSON *list = tilt__put_array(object, "pairs");
    for (size_t i = 0; i < o->model->n_pairs; i++) {
        const tilt__model_pair *pair = &o->model->pairs[i];
        cJSON *row = add_object(list), *models = tilt__put_array(row, "models");
        cJSON_AddItemToArray(models, cJSON_CreateString(people->models[pair->first].name));
        cJSON_AddItemToArray(models, cJSON_CreateString(people->models[pair->second].name));
        cJSON *slice = tilt__put_object(row, "slice");
        if (pair->view->slice_name != NULL)
            (void)tilt__put_named(slice, pair->view->slice_name, cJSON_CreateString(pair->view->slice_value));
        cJSON *audience = tilt__put_array(row, "audience");
        for (size_t a = 0; a < pair->view->n_audience; a++)
            cJSON_AddItemToArray(audience, cJSON_CreateString(pair->view->audience[a]));
        cJSON *groups = tilt__put_array(row, "groups");
        for (size_t g = 0; g < pair->n_groups; g++) put_pair_group(groups, pair, &pair->groups[g]);
    }
}

void tilt__put_model(cJSON *root, const tilt__outcome *outcome) {
    if (outcome->model == NULL || outcome->model->persons == NULL) {
        tilt__put_none(root, "model", TILT_NOT_REQUESTED);
        return;
    }
    cJSON *object = tilt__put_object(root, "model");
    put_file(object, outcome);
    cJSON *parts = tilt__put_array(object, "parts");
    for (size_t i = 0; i < outcome->model->n_parts; i++) put_part(parts, &outcome->model->parts[i]);
    put_pairs(object, outcome);
}
