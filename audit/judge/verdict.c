/* judge/verdict.c - three verdicts and what stands beside them (methods 2.7, design: Verdicts).
 * "No difference found" is never "no difference": what is neither shown outside nor shown inside the band
 * stays undetermined, with the base it would take. */
#include "judge/verdict.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "judge/exposure.h"
#include "measure/evidence.h"
#include "stat/adjust.h"
#include "stat/posterior.h"
#include "stat/power.h"
#include "stat/ratio.h"
#include "stat/tail.h"

int tilt__verdict_rank(tilt__verdict verdict) {
    static const int ranks[] = {[TILT__LEVEL] = 0, [TILT__UNDETERMINED] = 1, [TILT__TILTED] = 2};
    return ranks[verdict];
}

/* Where the estimate lies: a ratio that cannot be had because only the reference is zero lies above
 * everything. */
static double located_ratio(const tilt__comparison *c) {
    if (!isnan(c->impact_ratio.value)) return c->impact_ratio.value;
    if (c->pair.xr == 0 && c->pair.xa > 0 && c->pair.na > 0 && c->pair.nr > 0) return (double)INFINITY;
    return (double)NAN;
}

static bool below_one(const tilt__comparison *c) {
    return located_ratio(c) < 1;
}

/* p of lying outside, at the edge on the estimate's side. */
static double edge_p(const tilt__comparison *c, double tau, double design_effect) {
    if (isnan(located_ratio(c))) return (double)NAN;
    return below_one(c) ? tilt__evidence_outside_p(c, tau, false, design_effect)
                        : tilt__evidence_outside_p(c, 1 / tau, true, design_effect);
}

/* Larger p of the two one-sided tests of lying inside. */
static double inside_p(const tilt__comparison *c, double tau, double design_effect) {
    double above = tilt__evidence_p(c, tau, true, design_effect);
    double below = tilt__evidence_p(c, 1 / tau, false, design_effect);
    return isnan(above) || isnan(below) ? (double)NAN : fmax(above, below);
}

static bool must_hold_at_assumed(const tilt__comparison *c) {
    return c->basis == TILT__BASIS_NAIVE || c->basis == TILT__BASIS_QUASI;
}

/* Whether the displayed uncertainty says the ratio is not 1, at the fixed two-sided 5 %. */
static bool differs_from_one(const tilt__comparison *c) {
    double p = below_one(c) ? tilt__evidence_p(c, 1, false, 1) : tilt__evidence_p(c, 1, true, 1);
    return !isnan(p) && p < TILT__TILTED_LEVEL;
}

static double closeness(const tilt__comparison *c, double tau) {
    double edge = below_one(c) ? log(tau) : -log(tau);
    return fabs(c->log_ratio - edge);
}

/* The design effect up to which the naive verdict (or, below 1, its absence) would stand: Katz on the log
 * scale. */
static double break_even(const tilt__comparison *c, double tau) {
    double x = 1 / c->pair.xa + 1 / c->pair.xr;
    if (c->proportion && !c->benchmark) x -= 1 / c->pair.na + 1 / c->pair.nr;
    bool defined = c->pair.xa > 0 && c->pair.xr > 0 && x > 0 && !c->amount;
    if (!defined || isnan(c->log_ratio)) return (double)NAN;
    bool outside = c->log_ratio < log(tau) || c->log_ratio > -log(tau);
    double z = tilt__normal_quantile(1 - (outside ? TILT__TILTED_LEVEL : TILT__LEVEL_LEVEL));
    double edge = closeness(c, tau);
    return edge * edge / (z * z * x);
}

/* Without clusters a verdict must hold at the assumed design effect, so what it would take is said at that
 * one too. */
static double planning_effect(const tilt__context *context, const tilt__comparison *c) {
    double effect = must_hold_at_assumed(c) ? context->policy->assumed_design_effect : c->design_effect;
    return effect > 1 ? effect : 1;
}

static tilt__plan plan_of(const tilt__context *context, const tilt__comparison *c) {
    tilt__plan plan = TILT__PLAN_INIT;
    plan.rate_ref = c->pair.nr > 0 ? c->pair.xr / c->pair.nr : 0;
    plan.na = c->pair.na;
    plan.nr = c->pair.nr;
    plan.allocation = 1;
    plan.design_effect = planning_effect(context, c);
    return plan;
}

static void measure_power(const tilt__context *context, tilt__comparison *c) {
    tilt_reason reason = c->benchmark ? TILT_NO_BASE : TILT_NOT_A_PROPORTION;
    c->needed_base = c->detectable_ratio = c->probability_below_tau = tilt__no_value(reason);
    if (!c->proportion || c->benchmark) return;
    tilt__plan plan = plan_of(context, c);
    c->needed_base = tilt__needed_base(&plan, context->policy->tau);
    c->detectable_ratio = tilt__detectable_ratio(&plan, context->policy->tau);
    c->probability_below_tau = tilt__no_value(c->excluded != NULL ? TILT_BELOW_MIN_BASE : TILT_TOO_MANY);
}

/* An integral each: for the comparisons that anybody reads, after these were chosen. */
static void measure_chances(const tilt__context *context, tilt__view *view) {
    for (size_t i = 0; i < view->n_comparisons; i++) {
        tilt__comparison *c = &view->comparisons[i];
        if (!c->proportion || c->benchmark || c->excluded != NULL || c->unread) continue;
        c->probability_below_tau =
            tilt__probability_below(c->pair, context->policy->tau, planning_effect(context, c));
    }
}

static void note_basis(tilt__comparison *c) {
    if (must_hold_at_assumed(c) || c->basis == TILT__BASIS_CLUSTERS) {
        if (c->basis == TILT__BASIS_NAIVE) tilt__comparison_note(c, "assumes_independent_impressions");
        if (c->clusters.depends_on != NULL)
            tilt__comparison_note(c, "depends_on_cluster");
        else if (c->basis != TILT__BASIS_CLUSTERS && c->clusters.unit != NULL)
            tilt__comparison_note(c, "too_few_clusters");
    }
}

typedef struct family {
    double *edge, *edge_adjusted, *assumed, *assumed_adjusted;
    double *bh, *by; /* of edge, for screening */
} family;

static tilt_status adjust_family(const tilt__context *context, tilt__view *view, family *f) {
    size_t n = view->n_comparisons;
    double tau = context->policy->tau, assumed = context->policy->assumed_design_effect;
    f->edge = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    f->edge_adjusted = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    f->assumed = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    f->assumed_adjusted = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    f->bh = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    f->by = tilt__arena_alloc(context->arena, n, sizeof *f->edge);
    if (f->edge == NULL || f->edge_adjusted == NULL || f->assumed == NULL || f->assumed_adjusted == NULL ||
        f->bh == NULL || f->by == NULL)
        return tilt__fail_memory(context->err);
    for (size_t i = 0; i < n; i++) {
        const tilt__comparison *c = &view->comparisons[i];
        bool judged = c->excluded == NULL;
        f->edge[i] = judged ? edge_p(c, tau, 1) : (double)NAN;
        f->assumed[i] = judged && must_hold_at_assumed(c) ? edge_p(c, tau, assumed) : f->edge[i];
    }
    tilt_status status = tilt__holm(f->edge, n, f->edge_adjusted);
    if (status == TILT_OK) status = tilt__holm(f->assumed, n, f->assumed_adjusted);
    if (status == TILT_OK) status = tilt__bh(f->edge, n, f->bh);
    if (status == TILT_OK) status = tilt__adjust(TILT__BY, f->edge, n, f->by);
    view->family_size = tilt__family_size(f->edge, n);
    return status == TILT_OK
               ? TILT_OK
               : tilt__fail(context->err, status, "the p-values of a view could not be adjusted");
}

static tilt__verdict decide(const tilt__context *context, tilt__comparison *c, double adjusted,
                            double assumed_adjusted) {
    double tau = context->policy->tau, assumed = context->policy->assumed_design_effect;
    double inside = inside_p(c, tau, 1);
    tilt__verdict verdict = TILT__UNDETERMINED;
    if (adjusted < TILT__TILTED_LEVEL)
        verdict = TILT__TILTED;
    else if (inside < TILT__LEVEL_LEVEL)
        verdict = TILT__LEVEL;
    if (verdict == TILT__UNDETERMINED || !must_hold_at_assumed(c)) return verdict;
    bool holds = verdict == TILT__TILTED ? assumed_adjusted < TILT__TILTED_LEVEL
                                         : inside_p(c, tau, assumed) < TILT__LEVEL_LEVEL;
    if (holds) return verdict;
    tilt__comparison_note(c, "held_back_by_assumed_design_effect");
    return TILT__UNDETERMINED;
}

/* Inside the band, and beyond the ratio from which the policy wants to be told. */
static bool in_warning_band(const tilt__policy *policy, const tilt__comparison *c) {
    double ratio = c->impact_ratio.value;
    return policy->warning > 0 && (ratio < policy->warning || ratio > 1 / policy->warning);
}

static void judge_one(const tilt__context *context, tilt__comparison *c, const family *f, size_t i,
                      bool estimates_only) {
    note_basis(c);
    c->break_even_design_effect = break_even(c, context->policy->tau);
    if (!estimates_only) measure_power(context, c);
    c->p_edge = edge_p(c, context->policy->tau, 1);
    c->p_inside = inside_p(c, context->policy->tau, 1);
    c->p_edge_adjusted = f->edge_adjusted[i];
    c->p_edge_bh = f->bh[i];
    c->p_edge_by = f->by[i];
    c->verdict = TILT__UNDETERMINED;
    if (c->excluded != NULL) {
        tilt__comparison_note(c, c->excluded);
        return;
    }
    if (isnan(c->p_edge)) return;
    c->verdict = decide(context, c, f->edge_adjusted[i], f->assumed_adjusted[i]);
    if (c->verdict != TILT__TILTED && c->p_edge < TILT__TILTED_LEVEL &&
        !(c->p_edge_adjusted < TILT__TILTED_LEVEL))
        tilt__comparison_note(c, "held_back_by_holm");
    if (c->verdict != TILT__TILTED && in_warning_band(context->policy, c))
        tilt__comparison_note(c, "warning_band");
    if (c->verdict != TILT__TILTED && differs_from_one(c))
        tilt__comparison_note(c, c->verdict == TILT__LEVEL ? "real_but_small" : "differs");
}

typedef struct ranked {
    double p;
    size_t index;
} ranked;

static int compare_ranked(const void *left, const void *right) {
    const ranked *a = left, *b = right;
    if (a->p < b->p || a->p > b->p) return a->p < b->p ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

/* A view of a thousand ads has more comparisons than anybody reads. Ordered by how near they are to being
 * tilted (smallest p at the edge, first among equals), the first few are explained, and those that are tilted
 * up to a larger number. */
static tilt_status choose_explained(const tilt__context *context, tilt__view *view) {
    size_t n = view->n_comparisons;
    view->n_explained = n;
    if (n <= TILT__MOST_EXPLAINED) return TILT_OK;
    ranked *order = tilt__arena_alloc(context->arena, n, sizeof *order);
    if (order == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < n; i++) {
        const tilt__comparison *c = &view->comparisons[i];
        order[i] = (ranked){isnan(c->p_edge) ? 2 : c->excluded != NULL ? 1 + c->p_edge : c->p_edge, i};
    }
    qsort(order, n, sizeof *order, compare_ranked);
    for (size_t i = TILT__MOST_EXPLAINED; i < n; i++) {
        tilt__comparison *c = &view->comparisons[order[i].index];
        c->unread = i >= TILT__MOST_READ;
        c->unexplained = c->unread || c->verdict != TILT__TILTED;
        view->n_explained -= c->unexplained;
    }
    return TILT_OK;
}

tilt_status tilt__verdicts_judge(const tilt__context *context, tilt__view *view) {
    family f;
    tilt_status status = adjust_family(context, view, &f);
    for (size_t i = 0; i < view->n_comparisons && status == TILT_OK; i++)
        judge_one(context, &view->comparisons[i], &f, i, view->estimates_only);
    if (view->estimates_only) return status;
    if (status == TILT_OK && view->tag != NULL) tilt__exposure_judge(context, view);
    if (status == TILT_OK) status = choose_explained(context, view);
    if (status == TILT_OK) measure_chances(context, view);
    return status;
}
