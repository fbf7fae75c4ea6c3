/* ledger/finding.c - result JSON in, one row per comparison out.
 * The standard error is read back from the interval: half its width on the log scale over the quantile it was
 * made with (t with effective clusters - 1 for clusters, normal otherwise); for people it is Katz's, from the
 * counts. */
#include "ledger/finding.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "report/build.h"
#include "report/name.h"
#include "report/words.h"
#include "stat/tail.h"

static double number_or_nan(const cJSON *object, const char *key) {
    tilt__json_value value = tilt__json_number(object, key);
    return value.known ? value.number : (double)NAN;
}

/* Sum over the known groups but `group` (NULL: all of them). */
static double sum_known(const cJSON *view, const cJSON *group, const char *key) {
    double sum = 0;
    for (const cJSON *g = tilt__json_first(tilt__json_array(view, "groups")); g != NULL; g = g->next) {
        if (tilt__json_true(g, "unknown")) continue;
        if (group != NULL && tilt__key_equal(tilt__json_get(g, "key"), group)) continue;
        sum += number_or_nan(g, key);
    }
    return sum;
}

static void read_counts(tilt__finding *f) {
    const cJSON *key = tilt__json_get(f->comparison, "group"),
                *reference = tilt__json_get(f->comparison, "reference");
    f->xa = f->na = f->xr = f->nr = NAN;
    const char *mode = tilt__json_text_or(f->view, "mode", "");
    if (strcmp(mode, "relative") == 0 || strcmp(mode, "share") == 0) return;
    const cJSON *group = tilt__view_group(f->view, key);
    f->xa = number_or_nan(group, "count");
    f->na = number_or_nan(group, "base");
    if (tilt__key_is(reference, "rest") || tilt__key_is(reference, "population")) {
        const cJSON *but = tilt__key_is(reference, "rest") ? key : NULL;
        f->xr = sum_known(f->view, but, "count");
        f->nr = sum_known(f->view, but, "base");
        return;
    }
    group = tilt__view_group(f->view, reference);
    f->xr = number_or_nan(group, "count");
    f->nr = number_or_nan(group, "base");
}

static void read_error(tilt__finding *f) {
    f->log_ratio = f->se = NAN;
    f->df = 0;
    if (!f->ratio.value.known || !(f->ratio.value.number > 0) || isinf(f->ratio.value.number)) return;
    f->log_ratio = log(f->ratio.value.number);
    double effective = number_or_nan(tilt__json_object(f->comparison, "clusters"), "effective");
    bool clusters = strcmp(f->basis, "clusters") == 0 && effective > 1;
    /* weighted people are fewer than their weights: their interval knows */
    bool whole =
        tilt__is_whole(f->xa) && tilt__is_whole(f->na) && tilt__is_whole(f->xr) && tilt__is_whole(f->nr);
    if (strcmp(f->basis, "person") == 0 && f->proportion && whole && f->xa > 0 && f->xr > 0) {
        f->se = sqrt(1 / f->xa - 1 / f->na + 1 / f->xr - 1 / f->nr);
        return;
    }
    if (!f->ratio.lower.known || !f->ratio.upper.known || !(f->ratio.lower.number > 0) ||
        isinf(f->ratio.upper.number) || !(f->ratio.level > 0))
        return;
    if (clusters) f->df = effective - 1;
    double quantile =
        clusters ? tilt__t_quantile(0.5 + f->ratio.level / 2, f->df) : tilt__z_of_level(f->ratio.level);
    f->se = (log(f->ratio.upper.number) - log(f->ratio.lower.number)) / 2 / quantile;
}

static const char *name_of(const cJSON *result, const tilt__finding *f, tilt__arena *arena) {
    tilt__buf title = TILT__BUF_INIT, text = TILT__BUF_INIT;
    tilt__comparison_title(result, f->view, f->comparison, &title);
    tilt__words_capital(tilt__buf_get(&title), &text);
    tilt__buf_text(&text, ", ");
    tilt__buf_reset(&title);
    tilt__words_view(result, f->view, &title);
    tilt__words_small(tilt__buf_get(&title), &text);
    char *name = title.failed || text.failed ? NULL : tilt__arena_copy(arena, tilt__buf_get(&text));
    tilt__buf_free(&title);
    tilt__buf_free(&text);
    return name;
}

static const char *reference_of(const tilt__finding *f, tilt__arena *arena) {
    char *text = cJSON_PrintUnformatted(tilt__json_get(f->comparison, "reference"));
    char *copy = tilt__arena_copy(arena, text);
    cJSON_free(text);
    return copy;
}

static tilt_status read_one(const cJSON *result, tilt__finding *f, tilt__arena *arena, tilt_error *err) {
    const cJSON *rate = tilt__json_object(f->view, "rate");
    f->id = tilt__json_text_or(f->comparison, "id", "");
    f->view_id = tilt__json_text_or(f->view, "id", "");
    f->verdict = tilt__json_text_or(f->comparison, "verdict", "undetermined");
    f->basis = tilt__json_text_or(f->comparison, "interval_basis", "none");
    f->excluded = tilt__comparison_excluded(f->comparison);
    f->proportion = strcmp(tilt__json_text_or(rate, "kind", ""), "ratio") != 0;
    f->ratio = tilt__json_estimate(f->comparison, "impact_ratio");
    read_counts(f);
    read_error(f);
    f->name = name_of(result, f, arena);
    f->reference = reference_of(f, arena);
    return f->name != NULL && f->reference != NULL ? TILT_OK : tilt__fail_memory(err);
}

tilt_status tilt__findings_read(const cJSON *result, tilt__arena *arena, tilt__findings *out,
                                tilt_error *err) {
    size_t n = 0;
    *out = (tilt__findings){NULL, 0};
    const cJSON *views = tilt__json_array(result, "views");
    for (const cJSON *view = tilt__json_first(views); view != NULL; view = view->next)
        n += tilt__json_count(tilt__json_array(view, "comparisons"));
    out->items = tilt__arena_alloc(arena, n, sizeof *out->items);
    if (out->items == NULL) return tilt__fail_memory(err);
    for (const cJSON *view = tilt__json_first(views); view != NULL; view = view->next) {
        const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; c != NULL; c = c->next) {
            tilt__finding *f = &out->items[out->n++];
            f->view = view;
            f->comparison = c;
            tilt_status status = read_one(result, f, arena, err);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

static double known_or_nan(tilt__json_value value) {
    return value.known ? value.number : (double)NAN;
}

void tilt__finding_numbers(const tilt__finding *f, double out[TILT__FINDING_NUMBERS]) {
    const double numbers[TILT__FINDING_NUMBERS] = {known_or_nan(f->ratio.value),
                                                   known_or_nan(f->ratio.lower),
                                                   known_or_nan(f->ratio.upper),
                                                   f->se,
                                                   f->df,
                                                   f->xa,
                                                   f->na,
                                                   f->xr,
                                                   f->nr};
    memcpy(out, numbers, sizeof numbers);
}

const tilt__finding *tilt__findings_find(const tilt__findings *findings, const char *id) {
    for (size_t i = 0; i < findings->n; i++)
        if (strcmp(findings->items[i].id, id) == 0) return &findings->items[i];
    return NULL;
}

cJSON *tilt__result_parse(const char *name, const char *text, size_t n, tilt_error *err) {
    tilt_error inner = {.status = TILT_OK};
    cJSON *tree = tilt__json_parse(text, n, &inner);
    if (tree == NULL) {
        (void)tilt__fail(err, inner.status == TILT_EUSAGE ? TILT_ESPEC : inner.status, "%s: %s", name,
                         inner.message);
        return NULL;
    }
    if (strcmp(tilt__json_text_or(tree, "schema", ""), "tiltmeter.result/1") == 0) return tree;
    cJSON_Delete(tree);
    (void)tilt__fail(err, TILT_ESPEC,
                     "%s: not a result of tiltmeter; expected the result.json of an audit "
                     "(\"schema\": \"tiltmeter.result/1\")",
                     name);
    return NULL;
}
