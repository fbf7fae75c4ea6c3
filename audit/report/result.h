/* report/result.h - what an audit found, as the result JSON (tiltmeter.result/1). */
#ifndef TILT_REPORT_RESULT_H
#define TILT_REPORT_RESULT_H

#include <cjson/cJSON.h>

#include "base/spool.h"
#include "explain/drivers.h"
#include "explain/further.h"
#include "explain/pairs.h"
#include "measure/concentration.h"
#include "measure/cost.h"
#include "measure/inferred.h"
#include "measure/model.h"
#include "measure/ranged.h"
#include "measure/view.h"

/* Everything a finished audit holds, borrowed. */
typedef struct tilt__outcome {
    const tilt_spec *spec;
    const tilt__policy *policy;
    const char *command; /* may be NULL */
    const tilt__mapping *mappings;
    const tilt__loaded *loaded;
    size_t n_sources;
    const tilt__tables *tables;
    const tilt__views *views;
    const tilt__ranged_views *ranged;
    const tilt__model *model; /* persons NULL: these are no person rows */
    const tilt__costs *costs;
    const tilt__concentrations *concentrations;
    const tilt__pairs *pairs;
    const tilt__inferred_list *inferred;
    tilt__explanation *const *explanations; /* per view, an array with one per comparison */
    const tilt__further *further;           /* what explains beside the drivers */
    const tilt__checks *checks;             /* of the whole audit */
    const tilt__checks *source_checks;      /* per source */
    const char *const *warnings;
    size_t n_warnings;
} tilt__outcome;

/* What is made of views while they are written. `view` and `written` are called for views side by side, and
 * beside them all, once, `beside`. */
typedef struct tilt__explainer {
    tilt_status (*beside)(void *context, tilt_error *err);            /* what takes as long as a view */
    tilt_status (*view)(void *context, size_t v, tilt_error *err);    /* verdicts and drivers of view v */
    tilt_status (*written)(void *context, size_t v, tilt_error *err); /* which are needed no longer */
    tilt_status (*all)(void *context, tilt_error *err);               /* once, after all views */
    void *context;
} tilt__explainer;

/* Where the text of a result goes: into memory, from where the spool takes all there is when it has come to
 * so many bytes (0: never). */
typedef struct tilt__result_text {
    tilt__buf *out;
    tilt__spool *spool;
    size_t spool_from;
} tilt__result_text;

/* Writes the whole result: everything that was found, without what must not be published when it is to be,
 * and sentences. Of each view only what sentences are made of is held once it is written. Up to n_threads
 * threads; the text is the same. */
tilt_status tilt__result_write(const tilt__outcome *outcome, const tilt__explainer *explainer,
                               size_t n_threads, const tilt__result_text *text,
                               tilt_error *err) TILT_NODISCARD;

/* The tree up to its views, of which there are none yet. NULL when memory runs out. Caller frees with
 * cJSON_Delete. */
cJSON *tilt__result_head(const tilt__outcome *outcome, tilt_error *err) TILT_NODISCARD;
/* Adds what stands behind the views, but for what is said of the whole (privacy, sentences). */
tilt_status tilt__result_rest(cJSON *root, const tilt__outcome *outcome, tilt_error *err) TILT_NODISCARD;

/* The cube {"tables": [...]}, whatever its size. NULL when memory runs out. */
cJSON *tilt__result_cube(const tilt__outcome *outcome, tilt_error *err) TILT_NODISCARD;

/* inputs[] alone, for `inspect`. */
cJSON *tilt__result_inputs(const tilt__outcome *outcome, tilt_error *err) TILT_NODISCARD;

/* Parts, shared by the files that make the result. Keys must last as long as the program: they are not
 * copied.
 */
cJSON *tilt__put_object(cJSON *parent, const char *key);
cJSON *tilt__put_array(cJSON *parent, const char *key);
void tilt__put_text(cJSON *parent, const char *key, const char *text); /* NULL: null */
void tilt__put_flag(cJSON *parent, const char *key, bool value);
void tilt__put_null(cJSON *parent, const char *key);
/* Under a name that the data have: it is copied. Takes the item (which may be NULL) and gives it back, NULL
 * when memory runs out. */
cJSON *tilt__put_named(cJSON *parent, const char *name, cJSON *item);
/* NaN: null with "<key>_reason". Infinities: "Inf", "-Inf". */
void tilt__put_number(cJSON *parent, const char *key, double value, tilt_reason reason);
void tilt__put_value(cJSON *parent, const char *key, tilt__value value);
void tilt__put_decimal(cJSON *parent, const char *key, tilt__decimal value);
void tilt__put_estimate(cJSON *parent, const char *key, tilt_estimate estimate);
void tilt__put_test(cJSON *parent, const char *key, tilt__test test);
/* null with "<key>_reason" */
void tilt__put_none(cJSON *parent, const char *key, tilt_reason reason);

/* pairs[...], null when no ads were paired. */
void tilt__put_pairs(cJSON *root, const tilt__pairs *pairs);
/* inferred[...] */
void tilt__put_inferred(cJSON *root, const tilt__inferred_list *list);
/* cost[...] */
void tilt__put_costs(cJSON *root, const tilt__costs *costs);

/* concentration[...] */
void tilt__put_concentrations(cJSON *root, const tilt__outcome *outcome);

/* content{...} of a view of a tag, and unreviewed{...} of its comparisons. */
void tilt__put_tag(cJSON *view, const tilt__view *from);
void tilt__put_loose(cJSON *comparison, const tilt__comparison *c);

/* residuals[] and trend{} of a view's overall. */
void tilt__put_pattern(cJSON *overall, const tilt__view *view);
/* alternatives{...} of a comparison. */
void tilt__put_alternatives(cJSON *object, const tilt__comparison *c);
/* within[] of a view's overall: tests of three or more groups within the levels of a factor. */
void tilt__put_layers(cJSON *object, const tilt__overall *overall);
/* families[...] of a view: which adjusted p-values belong together. */
void tilt__put_families(cJSON *object, const tilt__view *view);
/* "<view id>/edge" into out[0..n). */
void tilt__family_id(const tilt__view *view, const char *what, char *out, size_t n);
/* campaigns{...} of a comparison. */
void tilt__put_campaigns(cJSON *comparison, const tilt__view *view, const tilt__comparison *c);

/* "model": what person rows say beyond their views (report/result_model.c, result_scores.c); null without. */
void tilt__put_model(cJSON *root, const tilt__outcome *outcome);
void tilt__put_model_scores(cJSON *part, const tilt__model_part *from);
/* A group's key as an array of labels. */
void tilt__put_key(cJSON *parent, const char *name, const tilt__view *view, size_t group);
/* The reference of a comparison: a group's key, or ["rest"]. */
void tilt__put_reference(cJSON *parent, const tilt__view *view, size_t reference, const char *name);

/* What a view asks: id, slice, audience and rate. */
void tilt__put_view_asked(cJSON *view_object, const tilt__view *view);

/* Is shown each comparison as soon as it is the last of those of the view, which end with it so far, and may
 * take parts of it away. */
typedef struct tilt__comparison_taker {
    void (*take)(void *context, cJSON *view, cJSON *comparison);
    void *context;
} tilt__comparison_taker;

/* One view with its groups, comparisons and drivers. `taker` may be NULL. */
void tilt__put_view(cJSON *views, const tilt__outcome *outcome, const tilt__view *view,
                    const tilt__explanation *explanations, const tilt__comparison_taker *taker);

/* One view of ranges, behind those of numbers. */
void tilt__put_ranged(cJSON *views, const tilt__ranged *ranged);

/* What explains view number v beside its drivers: designed, separable. */
void tilt__put_further_view(cJSON *object, const tilt__outcome *outcome, size_t v);
/* The same of comparison c of view v: levels, neutralising. */
void tilt__put_further_comparison(cJSON *object, const tilt__outcome *outcome, size_t v, size_t c);

/* A comparison at equal covariates: adjusted{...}. */
void tilt__put_adjusted(cJSON *comparison, const tilt__adjusted *adjusted);

/* What explains the audit as a whole: scan. */
void tilt__put_further(cJSON *root, const tilt__outcome *outcome);

#endif
