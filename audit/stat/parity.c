/* stat/parity.c - largest gaps under permutation, conditional disparity, benefit entropy.
 *
 * Permuting rows would cost rows x replicates. The statistic only needs each group's hits in a stratum whose
 * sizes stay fixed, so those are drawn directly: group by group, hypergeometric given what the earlier groups
 * took. Each (replicate, stratum) has its own random stream, so threads and order cannot change the result.
 */
#include "stat/parity.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/beta.h"
#include "stat/random.h"

enum { MAX_STRATA = 2 };

static const struct {
    const char *name;
    tilt__confusion_rate rate[MAX_STRATA];
    size_t n_strata;
    bool mean;
} criteria[] = {
    [TILT__DEMOGRAPHIC_PARITY] = {"demographic_parity", {TILT__SELECTION_RATE}, 1, false},
    [TILT__EQUAL_OPPORTUNITY] = {"equal_opportunity", {TILT__TPR}, 1, false},
    [TILT__PREDICTIVE_EQUALITY] = {"predictive_equality", {TILT__FPR}, 1, false},
    [TILT__PREDICTIVE_PARITY] = {"predictive_parity", {TILT__PPV}, 1, false},
    [TILT__ACCURACY_EQUALITY] = {"accuracy_equality", {TILT__ACCURACY}, 1, false},
    [TILT__EQUALISED_ODDS_MAX] = {"equalised_odds_max", {TILT__TPR, TILT__FPR}, 2, false},
    [TILT__EQUALISED_ODDS_MEAN] = {"equalised_odds_mean", {TILT__TPR, TILT__FPR}, 2, true},
};
_Static_assert(sizeof criteria / sizeof criteria[0] == TILT__N_PARITY, "one row per criterion");

const char *tilt__parity_name(tilt__parity criterion) {
    return criteria[criterion].name;
}

/* One stratum: base and hits of the groups that have a base there. */
typedef struct stratum {
    double *base, *hits, *drawn;
    size_t n_groups;
} stratum;

/* Hits among `take` drawn without replacement from `total` people of whom `hits` are hits: inversion outward
 * from the mode, so that the expected number of steps is the standard deviation. */
static double draw_hypergeometric(tilt__random *random, double total, double hits, double take) {
    double lo = fmax(0.0, take - (total - hits)), hi = fmin(take, hits);
    if (!(hi > lo)) return lo;
    double share = hits / total, variance = take * share * (1 - share) * (total - take) / (total - 1.0);
    if (variance > 1e4) { /* a skewness below 1/100: finer than the replicates can see, and never slow */
        double guess = nearbyint(take * share + sqrt(variance) * tilt__random_normal(random));
        return fmin(fmax(guess, lo), hi);
    }
    double mode = fmin(fmax(floor((take + 1.0) * (hits + 1.0) / (total + 2.0)), lo), hi);
    double up = mode, down = mode;
    double p_mode = exp(tilt__hypergeometric_log(mode, hits, total - hits, take));
    double p_up = p_mode, p_down = p_mode, left = tilt__random_uniform(random) - p_mode;
    while (left > 0.0 && (up < hi || down > lo)) {
        if (up < hi) {
            p_up *= (hits - up) * (take - up) / ((up + 1.0) * (total - hits - take + up + 1.0));
            up += 1.0;
            if ((left -= p_up) <= 0.0) return up;
        }
        if (down > lo) {
            p_down *= down * (total - hits - take + down) / ((hits - down + 1.0) * (take - down + 1.0));
            down -= 1.0;
            if ((left -= p_down) <= 0.0) return down;
        }
    }
    return mode;
}

static double spread_of(const stratum *s, const double *hits) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t g = 0; g < s->n_groups; g++) {
        double rate = hits[g] / s->base[g];
        low = fmin(low, rate);
        high = fmax(high, rate);
    }
    return high - low;
}

static double combine(tilt__parity criterion, const double spread[MAX_STRATA]) {
    if (criteria[criterion].n_strata == 1) return spread[0];
    return criteria[criterion].mean ? (spread[0] + spread[1]) / 2.0 : fmax(spread[0], spread[1]);
}

tilt__value tilt__parity_gap(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion) {
    double spread[MAX_STRATA] = {0};
    for (size_t s = 0; s < criteria[criterion].n_strata; s++) {
        tilt__rate_spread of = tilt__confusion_spread(groups, n_groups, criteria[criterion].rate[s]);
        if (of.reason != TILT_REASON_NONE) return tilt__no_value(of.reason);
        spread[s] = of.difference;
    }
    return tilt__some_value(combine(criterion, spread));
}

static void shuffle_stratum(const stratum *s, tilt__random *random) {
    double total = 0.0, hits = 0.0;
    for (size_t g = 0; g < s->n_groups; g++) {
        total += s->base[g];
        hits += s->hits[g];
    }
    for (size_t g = 0; g < s->n_groups; g++) {
        s->drawn[g] = draw_hypergeometric(random, total, hits, s->base[g]);
        total -= s->base[g];
        hits -= s->drawn[g];
    }
}

/* Fills a stratum; TILT_NOT_INTEGER when counts are weighted (the stratum is still filled). */
static tilt_reason fill_stratum(const tilt__confusion *groups, size_t n_groups, tilt__confusion_rate rate,
                                stratum *s) {
    tilt_reason reason = TILT_REASON_NONE;
    for (size_t g = 0; g < n_groups; g++) {
        tilt__effective part = tilt__confusion_effective(&groups[g], rate);
        if (part.reason == TILT_OUT_OF_RANGE) return part.reason;
        if (part.reason != TILT_REASON_NONE) continue;
        if (!tilt__is_whole(part.x) || !tilt__is_whole(part.n)) reason = TILT_NOT_INTEGER;
        s->base[s->n_groups] = part.n;
        s->hits[s->n_groups++] = part.x;
    }
    return s->n_groups < 2 ? TILT_SINGLE_GROUP : reason;
}

static void run_replicates(const stratum strata[MAX_STRATA], tilt__parity criterion, size_t replicates,
                           uint64_t seed, tilt__permutation *out) {
    size_t reached = 0;
    double sum = 0.0, spread[MAX_STRATA] = {0};
    for (size_t b = 0; b < replicates; b++) {
        for (size_t s = 0; s < criteria[criterion].n_strata; s++) {
            tilt__random random = tilt__random_stream(seed, b, s);
            shuffle_stratum(&strata[s], &random);
            spread[s] = spread_of(&strata[s], strata[s].drawn);
        }
        double statistic = combine(criterion, spread);
        sum += statistic;
        reached += statistic >= out->value - 1e-12; /* equal tables must count as reached despite rounding */
    }
    out->expected = sum / (double)replicates;
    out->p = (1.0 + (double)reached) / ((double)replicates + 1.0);
    out->p_se = sqrt(out->p * (1.0 - out->p) / (double)replicates);
}

tilt_status tilt__parity_permutation(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion,
                                     size_t replicates, uint64_t seed, tilt__permutation *out) {
    *out = (tilt__permutation){NAN, NAN, NAN, NAN, TILT_REASON_NONE};
    double *room = tilt__alloc(n_groups, (size_t)3 * MAX_STRATA * sizeof *room);
    if (room == NULL) return TILT_ENOMEM;
    stratum strata[MAX_STRATA];
    double spread[MAX_STRATA] = {0};
    for (size_t s = 0; s < criteria[criterion].n_strata; s++) {
        double *at = room + 3 * s * n_groups;
        strata[s] = (stratum){.base = at, .hits = at + n_groups, .drawn = at + 2 * n_groups};
        tilt_reason reason = fill_stratum(groups, n_groups, criteria[criterion].rate[s], &strata[s]);
        if (reason == TILT_SINGLE_GROUP || reason == TILT_OUT_OF_RANGE) {
            out->reason = reason;
            goto done;
        }
        if (reason != TILT_REASON_NONE) out->reason = reason;
        spread[s] = spread_of(&strata[s], strata[s].hits);
    }
    out->value = combine(criterion, spread);
    if (out->reason == TILT_REASON_NONE && replicates == 0) out->reason = TILT_NOT_REQUESTED;
    if (out->reason == TILT_REASON_NONE) run_replicates(strata, criterion, replicates, seed, out);
done:
    free(room);
    return TILT_OK;
}

static bool decided_ok(const tilt__decided *d) {
    double parts[4] = {d->focal_accepted, d->focal_rejected, d->other_accepted, d->other_rejected};
    for (size_t i = 0; i < 4; i++)
        if (!(parts[i] >= 0.0 && parts[i] < HUGE_VAL)) return false;
    return true;
}

tilt__disparity tilt__conditional_disparity(const tilt__decided *strata, size_t n_strata) {
    tilt__disparity out = {NAN, NAN, NAN, TILT_EMPTY_GROUP};
    double total = 0.0, two_sided_n = 0.0, sum = 0.0, two_sided_sum = 0.0;
    for (size_t j = 0; j < n_strata; j++) {
        const tilt__decided *d = &strata[j];
        if (!decided_ok(d)) return (tilt__disparity){NAN, NAN, NAN, TILT_OUT_OF_RANGE};
        double accepted = d->focal_accepted + d->other_accepted,
               rejected = d->focal_rejected + d->other_rejected;
        double n = accepted + rejected;
        double gap = (rejected > 0.0 ? d->focal_rejected / rejected : 0.0) -
                     (accepted > 0.0 ? d->focal_accepted / accepted : 0.0);
        total += n;
        sum += n * gap;
        if (accepted > 0.0 && rejected > 0.0) {
            two_sided_n += n;
            two_sided_sum += n * gap;
        }
    }
    if (!(total > 0.0)) return out;
    out.reason = TILT_REASON_NONE;
    out.value = sum / total;
    out.two_sided_share = two_sided_n / total;
    if (two_sided_n > 0.0) out.two_sided = two_sided_sum / two_sided_n;
    return out;
}

tilt_status tilt__benefit_entropy(const tilt__confusion *groups, size_t n_groups, double alpha,
                                  tilt__entropy_index *out) {
    tilt_status status = TILT_ENOMEM;
    double *b = tilt__alloc(n_groups, 3 * sizeof *b), *w = tilt__alloc(n_groups, 3 * sizeof *w);
    size_t *group = tilt__alloc(n_groups, 3 * sizeof *group), n = 0;
    if (b == NULL || w == NULL || group == NULL) goto done;
    for (size_t g = 0; g < n_groups; g++) {
        const double benefit[3] = {0.0, 1.0, 2.0};
        const double weight[3] = {groups[g].fn, groups[g].tp + groups[g].tn, groups[g].fp};
        for (size_t i = 0; i < 3; i++) {
            if (!(weight[i] > 0.0)) continue; /* a benefit nobody has must not make the index undefined */
            b[n] = benefit[i];
            w[n] = weight[i];
            group[n++] = g;
        }
    }
    status = tilt__generalised_entropy(
        &(tilt__benefits){.b = b, .w = w, .group = group, .n = n, .n_groups = n_groups}, alpha, out);
done:
    free(group);
    free(w);
    free(b);
    return status;
}
