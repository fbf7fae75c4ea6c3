/* report/result_beside.c - what stands beside a comparison: other ways to allow for clusters, and the
 * families that p-values are adjusted in. */
#include <stdio.h>

#include "measure/pattern.h"
#include "report/result.h"

static void put_rao_scott(cJSON *object, const tilt__rao_scott *test) {
    if (test->reason != TILT_REASON_NONE) {
        tilt__put_none(object, "rao_scott", test->reason);
        return;
    }
    cJSON *found = tilt__put_object(object, "rao_scott");
    tilt__put_number(found, "statistic", test->f, TILT_ZERO_MARGIN);
    tilt__put_number(found, "df", test->ndf, TILT_ZERO_MARGIN);
    tilt__put_number(found, "df_denominator", test->ddf, TILT_ZERO_MARGIN);
    tilt__put_number(found, "p", test->p, TILT_ZERO_MARGIN);
    tilt__put_number(found, "mean_design_effect", test->mean_design_effect, TILT_ZERO_MARGIN);
}

static void put_methods(cJSON *object, const tilt__other_methods *m) {
    if (m == NULL) {
        tilt__put_none(object, "alternatives", TILT_NOT_REQUESTED);
        return;
    }
    cJSON *list = tilt__put_object(object, "alternatives");
    tilt__put_estimate(list, "ratio_koopman", m->koopman);
    tilt__put_estimate(list, "ratio_katz", m->katz);
    tilt__put_estimate(list, "difference_score", m->difference_score);
    tilt__put_estimate(list, "difference_agresti_caffo", m->difference_agresti_caffo);
    tilt__put_estimate(list, "odds_woolf", m->woolf);
    tilt__put_estimate(list, "odds_exact", m->exact);
    tilt__put_estimate(list, "odds_mid_p", m->mid_p);
    tilt__put_test(list, "g_test", m->g);
    tilt__put_test(list, "boschloo", m->boschloo);
}

void tilt__put_layers(cJSON *object, const tilt__overall *overall) {
    cJSON *list = tilt__put_array(object, "within");
    for (size_t i = 0; i < overall->n_layers; i++) {
        const tilt__layer *layer = &overall->layers[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        tilt__put_text(row, "factor", layer->factor);
        tilt__put_test(row, "association", layer->tests.association);
    }
}

void tilt__put_alternatives(cJSON *object, const tilt__comparison *c) {
    if (c->basis == TILT__BASIS_PERSON) {
        put_methods(object, c->methods);
        return;
    }
    const tilt__alternatives *a = &c->alternatives;
    if (a->quasi.reason == TILT_TOO_MANY && c->basis != TILT__BASIS_CLUSTERS) {
        tilt__put_none(object, "alternatives", TILT_TOO_MANY);
        return;
    }
    cJSON *list = tilt__put_object(object, "alternatives");
    tilt__put_estimate(list, c->proportion ? "quasi_binomial" : "quasi_poisson", a->quasi);
    tilt__put_number(list, "dispersion", a->dispersion, a->quasi.reason);
    tilt__put_estimate(list, "sandwich", a->sandwich);
    put_rao_scott(list, &a->rao_scott);
}

/* One family: which p-values, adjusted how, how many count. */
static void put_family(cJSON *list, const tilt__view *view, const char *what, const char *members,
                       const char *adjusted, size_t size) {
    char id[TILT__ID_LENGTH + 32];
    cJSON *family = cJSON_CreateObject();
    cJSON_AddItemToArray(list, family);
    tilt__family_id(view, what, id, sizeof id);
    tilt__put_text(family, "id", id);
    tilt__put_text(family, "members", members);
    tilt__put_text(family, "adjusted", adjusted);
    tilt__put_text(family, "method", "holm");
    tilt__put_number(family, "size", (double)size, TILT_REASON_NONE);
    cJSON *screening = tilt__put_array(family, "screening");
    cJSON_AddItemToArray(screening, cJSON_CreateString("bh"));
    cJSON_AddItemToArray(screening, cJSON_CreateString("by"));
}

void tilt__put_families(cJSON *object, const tilt__view *view) {
    cJSON *list = tilt__put_array(object, "families");
    put_family(list, view, "edge", "comparisons[].p_edge", "p_edge_adjusted", view->family_size);
    if (view->shape != NULL && view->shape->residuals_reason == TILT_REASON_NONE)
        put_family(list, view, "residuals", "overall.residuals[].p", "p_adjusted", view->shape->family_size);
}

void tilt__family_id(const tilt__view *view, const char *what, char *out, size_t n) {
    (void)snprintf(out, n, "%s/%s", view->id, what);
}
