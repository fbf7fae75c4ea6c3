/* explain/funnel.c - counts by stage (and cluster) of two groups in, effects of the steps on the log scale
 * out. All errors are kept as one covariance matrix of the effects, so that any bundle of neighbouring steps
 * gets its own error and bundling is associative. A replicate's totals are sums over the other clusters,
 * never differences, so that a stage held by one cluster leaves exactly zero behind. */
#include "explain/funnel.h"

#include <math.h>
#include <string.h>

#define MAX_STEPS (TILT__MAX_STAGES - 1)

static bool counts_ok(size_t n, const double *counts) {
    for (size_t i = 0; i < n; i++) {
        if (!(counts[i] >= 0) || isinf(counts[i])) return false;
    }
    return true;
}

/* Effects without errors; NaN where one of the four counts is zero. */
static void effects_of(size_t n_stages, const double *focal, const double *reference, double *out_effects) {
    for (size_t k = 1; k < n_stages; k++) {
        bool defined = focal[k - 1] > 0 && focal[k] > 0 && reference[k - 1] > 0 && reference[k] > 0;
        out_effects[k - 1] =
            defined ? log(focal[k] / focal[k - 1]) - log(reference[k] / reference[k - 1]) : (double)NAN;
    }
}

static void set_values(size_t n_stages, const double *focal, const double *reference, tilt__funnel *out) {
    double effects[MAX_STEPS] = {0};
    effects_of(n_stages, focal, reference, effects);
    *out = (tilt__funnel){.n_steps = n_stages - 1};
    for (size_t k = 0; k < out->n_steps; k++) {
        tilt__funnel_step *step = &out->steps[k];
        step->focal = focal[k] > 0 ? focal[k + 1] / focal[k] : (double)NAN;
        step->reference = reference[k] > 0 ? reference[k + 1] / reference[k] : (double)NAN;
        step->effect = isnan(effects[k]) ? tilt__term_none(TILT_ZERO_MARGIN) : tilt__term_bare(effects[k]);
    }
}

tilt__term tilt__funnel_bundle(const tilt__funnel *funnel, size_t first, size_t last) {
    if (first > last || last >= funnel->n_steps) return tilt__term_none(TILT_OUT_OF_RANGE);
    tilt__sum value = {0}, variance = {0};
    tilt_reason se_reason = TILT_REASON_NONE;
    for (size_t i = first; i <= last; i++) {
        const tilt__term *effect = &funnel->steps[i].effect;
        if (effect->reason != TILT_REASON_NONE) return tilt__term_none(effect->reason);
        if (effect->se_reason != TILT_REASON_NONE) se_reason = effect->se_reason;
        tilt__sum_add(&value, effect->value);
        for (size_t j = first; j <= last; j++) tilt__sum_add(&variance, funnel->covariance[i][j]);
    }
    if (se_reason != TILT_REASON_NONE) {
        return (tilt__term){.value = tilt__sum_total(value), .se = NAN, .se_reason = se_reason};
    }
    return tilt__term_make(tilt__sum_total(value), sqrt(fmax(0, tilt__sum_total(variance))));
}

/* effect / total; variance by the delta method, gradient (1[i = k] total - effect) / total^2. */
static tilt__term share_of(const tilt__funnel *funnel, size_t k) {
    if (funnel->total.reason != TILT_REASON_NONE) return tilt__term_none(funnel->total.reason);
    double total = funnel->total.value, effect = funnel->steps[k].effect.value;
    if (total == 0) return tilt__term_none(TILT_GAP_UNCERTAIN);
    tilt__term share = tilt__term_bare(effect / total);
    share.se_reason = funnel->total.se_reason;
    if (share.se_reason != TILT_REASON_NONE) return share;
    double variance = 0;
    for (size_t i = 0; i < funnel->n_steps; i++) {
        double gi = ((i == k ? total : 0) - effect) / (total * total);
        for (size_t j = 0; j < funnel->n_steps; j++) {
            double gj = ((j == k ? total : 0) - effect) / (total * total);
            variance += gi * gj * funnel->covariance[i][j];
        }
    }
    share.se = sqrt(fmax(0, variance));
    return share;
}

/* Everything that follows from effects and covariance. */
static void finish(tilt__funnel *out) {
    tilt__term effects[MAX_STEPS];
    for (size_t k = 0; k < out->n_steps; k++) {
        tilt__term *effect = &out->steps[k].effect;
        if (effect->reason == TILT_REASON_NONE && effect->se_reason == TILT_REASON_NONE) {
            effect->se = sqrt(out->covariance[k][k]);
        }
        effects[k] = *effect;
    }
    out->total = tilt__funnel_bundle(out, 0, out->n_steps - 1);
    for (size_t k = 0; k < out->n_steps; k++) out->steps[k].share = share_of(out, k);
    bool certain = out->total.se_reason == TILT_REASON_NONE && fabs(out->total.value) >= 2 * out->total.se &&
                   out->total.value != 0;
    if (out->total.reason != TILT_REASON_NONE) {
        out->share_reason = out->total.reason;
    } else if (!certain) {
        out->share_reason = TILT_GAP_UNCERTAIN;
    } else {
        out->share_reason = tilt__signs_mixed(out->n_steps, effects) ? TILT_MIXED_SIGNS : TILT_REASON_NONE;
    }
}

tilt_reason tilt__funnel_split(const tilt__funnel_input *input, tilt__funnel *out) {
    size_t n = input->n_stages;
    *out = (tilt__funnel){0};
    if (n < 2 || n > TILT__MAX_STAGES || !counts_ok(n, input->focal) || !counts_ok(n, input->reference)) {
        return TILT_OUT_OF_RANGE;
    }
    double dispersion = input->dispersion > 0 ? input->dispersion : 1;
    set_values(n, input->focal, input->reference, out);
    for (size_t k = 0; k < out->n_steps; k++) {
        tilt__term *effect = &out->steps[k].effect;
        if (effect->reason != TILT_REASON_NONE) continue;
        const double *c[2] = {input->focal, input->reference};
        double variance = 0;
        for (size_t g = 0; g < 2; g++) {
            variance +=
                input->kinds[k] == TILT__STEP_PART ? 1 / c[g][k + 1] - 1 / c[g][k] : dispersion / c[g][k + 1];
        }
        out->covariance[k][k] = fmax(0, variance);
        effect->se_reason = TILT_REASON_NONE;
    }
    finish(out);
    return TILT_REASON_NONE;
}

/* Totals of all clusters but `without` (n_clusters: of all). out: focal stages, then reference stages. */
static void totals_of(const tilt__funnel_clusters *clusters, size_t without, double *out) {
    size_t n = 2 * clusters->n_stages;
    for (size_t i = 0; i < n; i++) {
        tilt__sum sum = {0};
        for (size_t g = 0; g < clusters->n_clusters; g++) {
            if (g != without) tilt__sum_add(&sum, clusters->counts[g * n + i]);
        }
        out[i] = tilt__sum_total(sum);
    }
}

static tilt_reason start_clusters(const tilt__funnel_clusters *clusters, double df, tilt__funnel *out) {
    size_t n = clusters->n_stages;
    *out = (tilt__funnel){0};
    if (n < 2 || n > TILT__MAX_STAGES || clusters->n_clusters == 0 || !(df >= 0) ||
        !counts_ok(2 * n * clusters->n_clusters, clusters->counts)) {
        return TILT_OUT_OF_RANGE;
    }
    double totals[2 * TILT__MAX_STAGES] = {0};
    totals_of(clusters, clusters->n_clusters, totals);
    set_values(n, totals, totals + n, out);
    out->df = df > 0 ? df : (double)(clusters->n_clusters - 1);
    tilt_reason se_reason = clusters->n_clusters < 2 ? TILT_TOO_FEW_CLUSTERS : TILT_REASON_NONE;
    for (size_t k = 0; k < out->n_steps; k++) {
        if (out->steps[k].effect.reason == TILT_REASON_NONE) out->steps[k].effect.se_reason = se_reason;
    }
    return TILT_REASON_NONE;
}

/* Mean of the replicates; a step that one of them loses has its error taken away. */
static void replicate_means(const tilt__funnel_clusters *clusters, tilt__funnel *out, double *means) {
    size_t n = clusters->n_stages;
    double totals[2 * TILT__MAX_STAGES] = {0}, effects[MAX_STEPS] = {0};
    memset(means, 0, out->n_steps * sizeof *means);
    for (size_t g = 0; g < clusters->n_clusters; g++) {
        totals_of(clusters, g, totals);
        effects_of(n, totals, totals + n, effects);
        for (size_t k = 0; k < out->n_steps; k++) {
            means[k] += effects[k] / (double)clusters->n_clusters;
            tilt__term *effect = &out->steps[k].effect;
            if (isnan(effects[k]) && effect->reason == TILT_REASON_NONE) {
                effect->se_reason = TILT_DEPENDS_ON_CLUSTER;
            }
        }
    }
}

tilt_reason tilt__funnel_jackknife(const tilt__funnel_clusters *clusters, double df, tilt__funnel *out) {
    tilt_reason reason = start_clusters(clusters, df, out);
    if (reason != TILT_REASON_NONE) return reason;
    size_t n = clusters->n_stages;
    double totals[2 * TILT__MAX_STAGES] = {0}, effects[MAX_STEPS] = {0}, means[MAX_STEPS] = {0};
    if (clusters->n_clusters > 1) {
        replicate_means(clusters, out, means);
        double scale = ((double)clusters->n_clusters - 1) / (double)clusters->n_clusters;
        for (size_t g = 0; g < clusters->n_clusters; g++) {
            totals_of(clusters, g, totals);
            effects_of(n, totals, totals + n, effects);
            for (size_t i = 0; i < out->n_steps; i++) {
                for (size_t j = 0; j < out->n_steps; j++) {
                    out->covariance[i][j] += scale * (effects[i] - means[i]) * (effects[j] - means[j]);
                }
            }
        }
    }
    finish(out);
    return TILT_REASON_NONE;
}

/* Effect k moves with cluster total c by +-1/C: up with the later stage, down with the earlier, and the other
 * way for the reference. So a cluster's pull on effect k is a sum of four quotients. */
tilt_reason tilt__funnel_linearised(const tilt__funnel_clusters *clusters, double df, tilt__funnel *out) {
    tilt_reason reason = start_clusters(clusters, df, out);
    if (reason != TILT_REASON_NONE) return reason;
    size_t n = clusters->n_stages, n_clusters = clusters->n_clusters;
    double totals[2 * TILT__MAX_STAGES] = {0};
    totals_of(clusters, n_clusters, totals);
    double scale = n_clusters > 1 ? (double)n_clusters / ((double)n_clusters - 1) : 0;
    for (size_t g = 0; g < n_clusters; g++) {
        const double *focal = clusters->counts + g * 2 * n, *reference = focal + n;
        double pull[MAX_STEPS] = {0}; /* sums to zero over the clusters, so no mean has to be taken off */
        for (size_t k = 0; k < out->n_steps; k++) {
            bool defined = out->steps[k].effect.reason == TILT_REASON_NONE;
            pull[k] = defined ? focal[k + 1] / totals[k + 1] - focal[k] / totals[k] -
                                    reference[k + 1] / totals[n + k + 1] + reference[k] / totals[n + k]
                              : 0;
        }
        for (size_t i = 0; i < out->n_steps; i++) {
            for (size_t j = 0; j < out->n_steps; j++) out->covariance[i][j] += scale * pull[i] * pull[j];
        }
    }
    finish(out);
    return TILT_REASON_NONE;
}

/* Shapley value of player k: (a_k - b_k) sum over s of s!(n-1-s)!/n! times the sum, over sets of s other
 * players, of the product of the set's focal rates and the others' reference rates. The inner sums are the
 * coefficients of prod (b_i + a_i t): all terms are >= 0, so nothing cancels. */
tilt_reason tilt__product_split(size_t n, const double *focal, const double *reference, double *out_effect) {
    if (n == 0 || n > TILT__MAX_STAGES || !counts_ok(n, focal) || !counts_ok(n, reference)) {
        return TILT_OUT_OF_RANGE;
    }
    for (size_t k = 0; k < n; k++) {
        double sums[TILT__MAX_STAGES + 1] = {1};
        size_t degree = 0;
        for (size_t i = 0; i < n; i++) {
            if (i == k) continue;
            degree++;
            for (size_t s = degree; s > 0; s--) sums[s] = sums[s] * reference[i] + sums[s - 1] * focal[i];
            sums[0] *= reference[i];
        }
        double weight = 1 / (double)n, value = 0; /* s!(n-1-s)!/n! */
        for (size_t s = 0; s < n; s++) {
            value += weight * sums[s];
            if (s + 1 < n) weight *= (double)(s + 1) / (double)(n - 1 - s);
        }
        out_effect[k] = (focal[k] - reference[k]) * value;
    }
    return TILT_REASON_NONE;
}

/* Slope of every effect in one rate, which is the difference between having it at 1 and at 0. */
static void slopes_of(size_t n, double *rate, const double *focal, const double *reference, double *out) {
    double kept = *rate, at_one[MAX_STEPS] = {0}, at_zero[MAX_STEPS] = {0};
    *rate = 1;
    (void)tilt__product_split(n, focal, reference, at_one);
    *rate = 0;
    (void)tilt__product_split(n, focal, reference, at_zero);
    *rate = kept;
    for (size_t k = 0; k < n; k++) out[k] = at_one[k] - at_zero[k];
}

tilt_reason tilt__funnel_differences(const tilt__funnel_input *input, tilt__term *out_terms) {
    size_t n = input->n_stages - 1;
    if (input->n_stages < 2 || input->n_stages > TILT__MAX_STAGES || !counts_ok(n + 1, input->focal) ||
        !counts_ok(n + 1, input->reference)) {
        return TILT_OUT_OF_RANGE;
    }
    const double *const counts[2] = {input->focal, input->reference};
    double rates[2][MAX_STEPS] = {{0}}, values[MAX_STEPS] = {0}, variances[MAX_STEPS] = {0};
    for (size_t g = 0; g < 2; g++) {
        for (size_t k = 0; k < n; k++) {
            if (!(counts[g][k] > 0)) return TILT_EMPTY_GROUP;
            rates[g][k] = counts[g][k + 1] / counts[g][k];
        }
    }
    (void)tilt__product_split(n, rates[0], rates[1], values);
    double dispersion = input->dispersion > 0 ? input->dispersion : 1;
    for (size_t g = 0; g < 2; g++) {
        for (size_t i = 0; i < n; i++) {
            double slopes[MAX_STEPS], rate = rates[g][i];
            bool part = input->kinds[i] == TILT__STEP_PART;
            double variance = (part ? fmax(0, rate * (1 - rate)) : dispersion * rate) / counts[g][i];
            slopes_of(n, &rates[g][i], rates[0], rates[1], slopes);
            for (size_t k = 0; k < n; k++) variances[k] += slopes[k] * slopes[k] * variance;
        }
    }
    for (size_t k = 0; k < n; k++) out_terms[k] = tilt__term_make(values[k], sqrt(variances[k]));
    return TILT_REASON_NONE;
}
