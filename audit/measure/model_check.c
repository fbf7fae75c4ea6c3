/* measure/model_check.c - person rows held against themselves: what is missing, what cannot be read as two
 * classes, what is no probability, what contradicts itself. None of it stops an audit. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "measure/model.h"

typedef struct checker {
    const tilt__context *context;
    const tilt__persons *persons;
    tilt_status status;
} checker;

static const char *words_of(const checker *c, uint64_t n) {
    return tilt__decimal_words(c->context->arena, tilt__decimal_from_int((int64_t)n));
}

static void add(checker *c, bool added) {
    if (!added) c->status = tilt__fail_memory(c->context->err);
}

static void left_out(checker *c) {
    const tilt__persons *p = c->persons;
    if (p->counts.no_decision > 0)
        add(c, tilt__check_add(c->context->arena, c->context->checks, "decisions_complete", false,
                               "%s rows lack the decision or score of a model; they are left out, for every "
                               "model alike.",
                               words_of(c, p->counts.no_decision)));
    if (p->counts.no_weight > 0)
        add(c, tilt__check_add(c->context->arena, c->context->checks, "weights_complete", false,
                               "%s rows have no weight, or one of 0; they are left out.",
                               words_of(c, p->counts.no_weight)));
}

static void label_values(checker *c) {
    const tilt__persons *p = c->persons;
    tilt__buf text = TILT__BUF_INIT;
    for (unsigned k = 0; k < 2; k++) {
        if (p->counts.of_label[k] > 0) tilt__buf_format(&text, "%s\"%u\"", text.length > 0 ? ", " : "", k);
    }
    for (size_t i = 0; i < p->n_values; i++)
        tilt__buf_format(&text, "%s\"%.40s\"", text.length > 0 ? ", " : "", p->values[i]);
    if (p->n_values == TILT__MOST_VALUES) tilt__buf_text(&text, " and more");
    add(c,
        !text.failed &&
            tilt__check_add(c->context->arena, c->context->checks, "label_has_two_classes", false,
                            "The label is not 0 or 1 but %.500s; say which one counts as 1 with --positive "
                            "TEXT. Until then nothing that needs a label is reported.",
                            tilt__buf_get(&text)));
    tilt__buf_free(&text);
}

static void labels(checker *c) {
    const tilt__persons *p = c->persons;
    if (p->people->label == TILT_NO_COLUMN) return;
    if (!p->has_label) {
        label_values(c);
        return;
    }
    if (p->counts.of_label[0] + p->counts.of_label[1] == 0)
        add(c, tilt__check_add(c->context->arena, c->context->checks, "label_has_two_classes", false,
                               "No row has a label; nothing that needs one is available."));
    else if (p->counts.of_label[0] == 0 || p->counts.of_label[1] == 0)
        add(c, tilt__check_add(c->context->arena, c->context->checks, "label_has_two_classes", false,
                               "Every label is %s%s%.60s%s; rates that need the other one are not available.",
                               p->counts.of_label[0] == 0 ? "1" : "0",
                               p->positive != NULL ? " (--positive is \"" : "",
                               p->positive != NULL ? p->positive : "", p->positive != NULL ? "\")" : ""));
    if (p->counts.no_label > 0)
        add(c,
            tilt__check_add(c->context->arena, c->context->checks, "labels_complete", false,
                            "%s of %s rows have no label; they count as selected or not, and are left out of "
                            "everything that needs a label.",
                            words_of(c, p->counts.no_label), words_of(c, p->counts.rows)));
}

static void scores(checker *c) {
    const tilt__persons *p = c->persons;
    if (p->n_scores == 0) return;
    if (p->out_of_unit)
        add(c, tilt__check_add(
                   c->context->arena, c->context->checks, "scores_are_probabilities", false,
                   "Some scores lie outside 0 to 1, so they are no probabilities: calibration is not "
                   "reported."));
    for (size_t k = 0; k < p->people->n_models; k++) {
        if (p->no_score[k] > 0)
            add(c, tilt__check_add(
                       c->context->arena, c->context->checks, "scores_complete", false,
                       "%s rows have no score of the model \"%.60s\"; they are left out of what needs "
                       "one.",
                       words_of(c, p->no_score[k]), p->people->models[k].name));
    }
    if (p->people->reduction.bins > 0)
        add(c, tilt__check_add(
                   c->context->arena, c->context->checks, "scores_in_bins", true,
                   "Scores are in bins, %u to a unit: each is known to within %.6g. AUC, Brier "
                   "score, expected calibration error and the like have bounds beside them; what "
                   "has none (calibration slope, log loss, Hosmer-Lemeshow, tests of scores) is left "
                   "out.",
                   p->people->reduction.bins, 1.0 / p->people->reduction.bins));
    if (p->scored.bits > 0)
        add(c, tilt__check_add(
                   c->context->arena, c->context->checks, "scores_exact", false,
                   "More different scores than fit into %.6g MiB (--score-memory): each was rounded to %u "
                   "significant bits, by at most %.2g of its size and of its distance from 1. Bounds on what "
                   "that changes stand beside the numbers; the calibration slope, Hosmer-Lemeshow and "
                   "tests of scores have none and are of the rounded scores.",
                   p->score_memory, p->scored.bits, tilt__scored_error(&p->scored)));
}

static void contradictions(checker *c) {
    const tilt__persons *p = c->persons;
    for (size_t k = 0; k < p->people->n_models; k++) {
        const tilt__agreement *a = &p->agreement[k];
        const tilt__model_columns *model = &p->people->models[k];
        bool one_sided = isinf(a->lowest_selected) || isinf(a->highest_rejected); /* any threshold fits */
        if (model->decision == TILT_NO_COLUMN || model->score == TILT_NO_COLUMN) continue;
        if (one_sided && !p->threshold_given) continue;
        if (p->threshold_given)
            add(c, tilt__check_add(c->context->arena, c->context->checks, "decision_follows_score",
                                   a->disagree == 0,
                                   "%s rows have another decision in \"%.60s\" than a score of at least %.6g "
                                   "gives; the decisions count.",
                                   words_of(c, a->disagree), model->name, p->threshold));
        else
            add(c, tilt__check_add(
                       c->context->arena, c->context->checks, "decision_follows_score",
                       !(a->lowest_selected <= a->highest_rejected),
                       a->lowest_selected <= a->highest_rejected
                           ? "No one threshold gives the decisions in \"%.60s\": people were selected from a "
                             "score of %.6g on and rejected up to %.6g; the decisions count."
                           : "One threshold gives the decisions in \"%.60s\": people were selected from a "
                             "score of %.6g on and rejected up to %.6g.",
                       model->name, a->lowest_selected, a->highest_rejected));
    }
}

/* A threshold that nobody named may be no threshold of these scores. */
static void threshold(checker *c) {
    const tilt__persons *p = c->persons;
    if (p->threshold_given || !p->out_of_unit) return;
    for (size_t k = 0; k < p->people->n_models; k++) {
        if (p->people->models[k].decision != TILT_NO_COLUMN) continue;
        add(c, tilt__check_add(
                   c->context->arena, c->context->checks, "threshold_named", false,
                   "The scores of \"%.60s\" are no probabilities, so the usual threshold of 0.5 says "
                   "little; name one with --threshold.",
                   p->people->models[k].name));
    }
}

static const tilt__persons *persons_of(const tilt__view *view, size_t *out_model) {
    for (size_t i = 0; i < view->facts->n_persons; i++) {
        const tilt__people *people = view->facts->persons[i]->people;
        for (*out_model = 0; *out_model < people->n_models; (*out_model)++)
            if (strcmp(people->models[*out_model].name, view->model) == 0) return view->facts->persons[i];
    }
    return NULL;
}

tilt_status tilt__model_check_decisions(const tilt__context *context, const tilt__view *view) {
    double selected = 0, rows = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        selected += tilt__decimal_to_double(view->groups[g].count);
        rows += tilt__decimal_to_double(view->groups[g].base);
    }
    size_t model = 0;
    const tilt__persons *persons = persons_of(view, &model);
    if (persons == NULL || !(rows > 0) || (selected > 0 && selected < rows)) return TILT_OK;
    bool by_score = persons->people->models[model].decision == TILT_NO_COLUMN;
    const char *whom = selected > 0 ? "everybody" : "nobody";
    bool added =
        by_score
            ? tilt__check_add(context->arena, context->checks, "decisions_differ", false,
                              "By \"%.60s\" %s is selected: %s score reaches the threshold of %.6g. Rates "
                              "and ratios that this leaves without people are not available.",
                              view->model, whom, selected > 0 ? "every" : "no", persons->threshold)
            : tilt__check_add(context->arena, context->checks, "decisions_differ", false,
                              "By \"%.60s\" %s is selected. Rates and ratios that this leaves without people "
                              "are not available.",
                              view->model, whom);
    return added ? TILT_OK : tilt__fail_memory(context->err);
}

tilt_status tilt__model_check(const tilt__context *context, const tilt__facts *facts) {
    for (size_t i = 0; i < facts->n_persons; i++) {
        checker c = {context, facts->persons[i], TILT_OK};
        left_out(&c);
        labels(&c);
        scores(&c);
        contradictions(&c);
        threshold(&c);
        if (c.status != TILT_OK) return c.status;
    }
    return TILT_OK;
}

bool tilt__model_check_roles(const tilt__people *people, tilt__arena *arena, tilt__checks *checks) {
    tilt__buf text = TILT__BUF_INIT;
    if (!people->assumed && !people->label_assumed) return true;
    for (size_t k = 0; k < people->n_models && people->assumed; k++) {
        const tilt__model_columns *model = &people->models[k];
        if (model->decision != TILT_NO_COLUMN)
            tilt__buf_format(&text, "%s\"%.60s\" is taken as a decision", k > 0 ? ", " : "", model->name);
        if (model->score_name != NULL)
            tilt__buf_format(&text, "%s\"%.60s\" %s", text.length > 0 ? ", " : "", model->score_name,
                             model->decision != TILT_NO_COLUMN ? "as the score behind it"
                                                               : "is taken as a score");
    }
    if (people->label_assumed)
        tilt__buf_format(&text, "%s\"%.60s\" is taken as the label", text.length > 0 ? ", " : "",
                         people->label_name);
    bool ok = !text.failed &&
              tilt__check_add(arena, checks, "roles_assumed", true,
                              "By their headers, %.700s; --decision, --score and --label name them.",
                              tilt__buf_get(&text));
    tilt__buf_free(&text);
    return ok;
}
