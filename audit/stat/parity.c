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

/* Two numbers that go through the same steps: above the mode and below it. */
typedef double two __attribute__((vector_size(16)));

typedef struct outward {
    double up_limit, down_limit, hits, take, rest;
} outward;

/* Takes the terms above and below the mode off `left` in turns until it is used up; `term` is that of the
 * mode. Beyond a limit a term is 0 for good (one of its factors is), so only the number of steps is watched.
 */
static double step_outward(double left, double mode, double term, outward o) {
    double steps = fmax(o.up_limit - mode, mode - o.down_limit);
    two p = {term, term}, one = {1.0, 1.0};
    two a = {o.hits - mode, mode}, b = {o.take - mode, o.rest + mode};
    two c = {mode + 1.0, o.hits - mode + 1.0}, d = {o.rest + mode + 1.0, o.take - mode + 1.0};
    for (double k = 0.0; left > 0.0 && k < steps; k += 1.0) {
        p *= a * b / (c * d);
        double after_up = left - p[0];
        left = after_up - p[1];
        if (left <= 0.0) return after_up <= 0.0 ? mode + k + 1.0 : mode - k - 1.0;
        a -= one, b -= one, c += one, d += one;
    }
    return mode;
}

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
    double first = exp(tilt__hypergeometric_log(mode, hits, total - hits, take));
    return step_outward(
        tilt__random_uniform(random) - first, mode, first,
        (outward){.up_limit = hi, .down_limit = lo, .hits = hits, .take = take, .rest = total - hits - take});
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

/* Spreads of one rate over all replicates, by the number of the stratum in its criterion (which is the
 * number of its random stream); NULL: not shuffled yet. Criteria share them. */
typedef struct shuffles {
    double *spread[TILT__N_CONFUSION_RATE][MAX_STRATA];
} shuffles;

static bool shuffle_rate(const stratum *from, size_t number, size_t replicates, uint64_t seed, double **out) {
    if (*out != NULL) return true;
    *out = tilt__alloc(replicates, sizeof **out);
    for (size_t b = 0; *out != NULL && b < replicates; b++) {
        tilt__random random = tilt__random_stream(seed, b, number);
        shuffle_stratum(from, &random);
        (*out)[b] = spread_of(from, from->drawn);
    }
    return *out != NULL;
}

static bool run_replicates(const stratum strata[MAX_STRATA], tilt__parity criterion, size_t replicates,
                           uint64_t seed, shuffles *shared, tilt__permutation *out) {
    const tilt__confusion_rate *rates = criteria[criterion].rate;
    bool both = criteria[criterion].n_strata > 1;
    double **first = &shared->spread[rates[0]][0], **second = both ? &shared->spread[rates[1]][1] : first;
    if (!shuffle_rate(&strata[0], 0, replicates, seed, first)) return false;
    if (both && !shuffle_rate(&strata[1], 1, replicates, seed, second)) return false;
    size_t reached = 0;
    double sum = 0.0;
    for (size_t b = 0; b < replicates; b++) {
        double statistic = combine(criterion, (double[MAX_STRATA]){(*first)[b], (*second)[b]});
        sum += statistic;
        reached += statistic >= out->value - 1e-12; /* equal tables must count as reached despite rounding */
    }
    out->expected = sum / (double)replicates;
    out->p = (1.0 + (double)reached) / ((double)replicates + 1.0);
    out->p_se = sqrt(out->p * (1.0 - out->p) / (double)replicates);
    return true;
}

/* room: 3 numbers per group and stratum. */
static bool permute(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion, size_t replicates,
                    uint64_t seed, double *room, shuffles *shared, tilt__permutation *out) {
    *out = (tilt__permutation){NAN, NAN, NAN, NAN, TILT_REASON_NONE};
    stratum strata[MAX_STRATA] = {{NULL}};
    double spread[MAX_STRATA] = {0};
    for (size_t s = 0; s < criteria[criterion].n_strata; s++) {
        double *at = room + 3 * s * n_groups;
        strata[s] = (stratum){.base = at, .hits = at + n_groups, .drawn = at + 2 * n_groups};
        tilt_reason reason = fill_stratum(groups, n_groups, criteria[criterion].rate[s], &strata[s]);
        if (reason == TILT_SINGLE_GROUP || reason == TILT_OUT_OF_RANGE) {
            out->reason = reason;
            return true;
        }
        if (reason != TILT_REASON_NONE) out->reason = reason;
        spread[s] = spread_of(&strata[s], strata[s].hits);
    }
    out->value = combine(criterion, spread);
    if (out->reason == TILT_REASON_NONE && replicates == 0) out->reason = TILT_NOT_REQUESTED;
    if (out->reason != TILT_REASON_NONE) return true;
    return run_replicates(strata, criterion, replicates, seed, shared, out);
}

static tilt_status permute_some(const tilt__confusion *groups, size_t n_groups, tilt__parity first, size_t n,
                                size_t replicates, uint64_t seed, tilt__permutation *out) {
    shuffles shared = {{{NULL}}};
    double *room = tilt__alloc(n_groups, (size_t)3 * MAX_STRATA * sizeof *room);
    bool ok = room != NULL;
    for (size_t c = 0; c < n && ok; c++)
        ok = permute(groups, n_groups, (tilt__parity)(first + c), replicates, seed, room, &shared, &out[c]);
    for (size_t r = 0; r < TILT__N_CONFUSION_RATE; r++)
        for (size_t s = 0; s < MAX_STRATA; s++) free(shared.spread[r][s]);
    free(room);
    return ok ? TILT_OK : TILT_ENOMEM;
}

tilt_status tilt__parity_permutation(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion,
                                     size_t replicates, uint64_t seed, tilt__permutation *out) {
    return permute_some(groups, n_groups, criterion, 1, replicates, seed, out);
}

tilt_status tilt__parity_permutations(const tilt__confusion *groups, size_t n_groups, size_t n_criteria,
                                      size_t replicates, uint64_t seed, tilt__permutation *out) {
    return permute_some(groups, n_groups, TILT__DEMOGRAPHIC_PARITY, n_criteria, replicates, seed, out);
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
