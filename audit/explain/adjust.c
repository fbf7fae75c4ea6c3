/* explain/adjust.c - rates at equal covariates. In: the rows of adjust_rows.c; out: standardised rates, their
 * difference and ratio, and which covariates the raw difference goes with.
 * The group's coefficient with and without covariates is no decomposition on the log-odds scale (Mood 2010),
 * so the parts come from the linear model, where they add up, and the rates from the logistic one. */
#include "explain/adjust.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "explain/adjust_rows.h"
#include "explain/cells.h"

enum { INTERCEPT = 0, GROUP = 1 };

/* How errors are had: from clusters, or times the root of `spread`. */
typedef struct errors {
    bool clustered;
    double spread, df, level;
    const char *method;
} errors;

static errors errors_of(const tilt__context *context, const tilt__comparison *c, bool clustered) {
    errors e = {.clustered = clustered, .spread = 1, .level = context->spec->level, .method = "model"};
    if (c->basis == TILT__BASIS_PERSON) return e;
    e.df = c->df;
    e.method = "cluster_robust";
    if (clustered) return e;
    bool naive = c->basis == TILT__BASIS_NAIVE;
    double effect = naive ? context->policy->assumed_design_effect : c->design_effect;
    e.spread = effect > 1 ? effect : 1;
    e.method = naive ? "model_assumed_design_effect" : "model_design_effect";
    return e;
}

static tilt__term term_of(const errors *e, double value, double se) {
    tilt__term term = tilt__term_make(value, se * sqrt(e->spread));
    if (isnan(value)) return tilt__term_none(TILT_ZERO_MARGIN);
    if (isnan(se)) term.se_reason = TILT_TOO_FEW_CLUSTERS;
    return term;
}

static tilt_estimate plain(const errors *e, double value, double se) {
    return tilt__term_estimate(term_of(e, value, se), e->df, e->level, e->method);
}

/* A rate, its interval on the log-odds scale so that it stays within 0 and 1. */
static tilt_estimate rate_of(const errors *e, double rate, double se) {
    if (!(rate > 0 && rate < 1)) return plain(e, rate, (double)NAN);
    double slope = rate * (1 - rate);
    tilt_estimate out =
        tilt__term_estimate(term_of(e, log(rate / (1 - rate)), se / slope), e->df, e->level, e->method);
    out.value = rate;
    out.lower = 1 / (1 + exp(-out.lower));
    out.upper = 1 / (1 + exp(-out.upper));
    return out;
}

static tilt_estimate factor_of(const errors *e, double logarithm, double se) {
    return tilt__term_factor(term_of(e, logarithm, se), e->df, e->level, e->method);
}

/* Firth's odds ratio has its own interval: a Wald one would be too short where a covariate separates. */
static bool set_odds(const errors *e, const tilt__design *design, const tilt__fit *fit, tilt__adjusted *out) {
    const double *se = e->clustered ? fit->se_clusters : fit->se;
    out->odds_ratio = factor_of(e, fit->beta[GROUP], se != NULL ? se[GROUP] : (double)NAN);
    if (!fit->firth || e->clustered || e->spread > 1) return true;
    tilt_estimate profile;
    if (!tilt__firth_profile(design, fit, GROUP, e->level, &profile)) return false;
    if (profile.reason != TILT_REASON_NONE) return true;
    out->odds_ratio.lower = exp(profile.lower);
    out->odds_ratio.upper = exp(profile.upper);
    out->odds_ratio.method = "firth_profile";
    return true;
}

static tilt_status set_logistic(const tilt__design *design, const errors *e, tilt__adjusted *out,
                                tilt_error *err) {
    tilt__fit *fit = tilt__logistic_new(design, TILT__FIT_AUTO, err);
    if (fit == NULL) return err != NULL ? err->status : TILT_ENOMEM;
    out->reason = fit->reason;
    out->separation = fit->firth;
    out->rarer = fit->rarer;
    out->n_columns = fit->n_used;
    out->thin = fit->rarer < 10 * (double)fit->n_used;
    tilt__margins m;
    bool ok = tilt__logistic_margins(design, fit, GROUP, e->clustered, &m);
    if (ok && out->reason == TILT_REASON_NONE && m.reason != TILT_REASON_NONE) out->reason = m.reason;
    if (ok && out->reason == TILT_REASON_NONE) {
        out->rate = rate_of(e, m.rate1, m.rate1_se);
        out->reference = rate_of(e, m.rate0, m.rate0_se);
        out->difference = plain(e, m.ame, m.ame_se);
        out->ratio = factor_of(e, log(m.ratio), m.log_ratio_se);
        ok = set_odds(e, design, fit, out);
    }
    tilt__fit_free(fit);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

/* A covariate all of whose columns repeat what stands before them has no part. */
static void set_dropped(const tilt__adjust_rows *rows, const double *delta, tilt__adjusted *out) {
    for (size_t p = 0; p < out->n_parts; p++) out->parts[p].dropped = true;
    for (size_t j = 0; j < rows->design.n_columns; j++) {
        if (rows->part_of[j] != SIZE_MAX && !isnan(delta[j])) out->parts[rows->part_of[j]].dropped = false;
    }
}

static tilt_status set_parts(const tilt__adjust_rows *rows, const errors *e, tilt__arena *scratch,
                             tilt__adjusted *out, tilt_error *err) {
    size_t k = rows->design.n_columns;
    double *delta = tilt__arena_alloc(scratch, k + 2 * out->n_parts, sizeof *delta);
    if (delta == NULL) return tilt__fail_memory(err);
    double *sums = delta + k, *se = sums + out->n_parts;
    tilt__gelbach split;
    tilt__gelbach_errors spread;
    bool ok = tilt__gelbach_split(&rows->design, INTERCEPT, GROUP, &split, delta, err) &&
              tilt__gelbach_set_errors(&rows->design, INTERCEPT, GROUP, rows->part_of, out->n_parts,
                                       e->clustered, &spread, se, err);
    if (!ok) return err != NULL ? err->status : TILT_ENOMEM;
    if (split.reason != TILT_REASON_NONE) {
        out->reason = split.reason;
        return TILT_OK;
    }
    for (size_t j = 0; j < k; j++) {
        if (rows->part_of[j] != SIZE_MAX && !isnan(delta[j])) sums[rows->part_of[j]] += delta[j];
    }
    for (size_t p = 0; p < out->n_parts; p++) out->parts[p].contribution = plain(e, sums[p], se[p]);
    out->raw_difference = plain(e, split.base, spread.base);
    out->remaining = plain(e, split.full, spread.full);
    out->explained = plain(e, split.base - split.full, spread.sum);
    set_dropped(rows, delta, out);
    return TILT_OK;
}

static bool is_adjustable(const tilt__view *view, const tilt__comparison *c) {
    bool apart = c->reference != SIZE_MAX ||
                 (c->reference_name != NULL && strcmp(c->reference_name, "population") != 0);
    return view->mode == TILT__MODE_FUNNEL && c->proportion && !c->benchmark && apart;
}

tilt_status tilt__adjust_make(const tilt__context *context, const tilt__view *view,
                              const tilt__comparison *comparison, tilt__adjusted *out) {
    tilt_estimate none = tilt__undefined(TILT_NOT_REQUESTED, "none", context->spec->level);
    *out = (tilt__adjusted){.rate = none,
                            .reference = none,
                            .difference = none,
                            .ratio = none,
                            .odds_ratio = none,
                            .raw_difference = none,
                            .explained = none,
                            .remaining = none};
    if (!is_adjustable(view, comparison)) {
        out->reason = context->spec->n_adjust > 0 ? TILT_NOT_A_PROPORTION : TILT_NOT_REQUESTED;
        return TILT_OK;
    }
    tilt__arena scratch = {NULL};
    tilt__adjust_rows rows = {.x = NULL};
    tilt_status status = tilt__adjust_gather(context, view, comparison, &scratch, &rows, out);
    if (status == TILT_OK && out->reason == TILT_REASON_NONE) {
        errors e = errors_of(context, comparison, rows.design.cluster != NULL);
        status = set_logistic(&rows.design, &e, out, context->err);
        if (status == TILT_OK && out->reason == TILT_REASON_NONE)
            status = set_parts(&rows, &e, &scratch, out, context->err);
    }
    tilt__arena_free(&scratch);
    return status;
}
