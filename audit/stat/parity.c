/* stat/parity.c - largest gaps under permutation, conditional disparity, benefit entropy.
 *
 * Permuting rows would cost rows x replicates. The statistic only needs each group's hits in a stratum whose
 * sizes stay fixed, so those are drawn directly: group by group, hypergeometric given what the earlier groups
 * took. Each (replicate, stratum) has its own random stream, so threads and order cannot change the result.
 */
#include "stat/parity.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
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
    double *base, *hits;
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

enum { AT_ONCE = 4 };
static const double exact_below = 6e7; /* people: products of two counts are whole numbers below 2^52 */
static const double unsure = 1e-11;    /* far more than the order of a few thousand terms of 1 makes */

/* The same, four steps at once: the terms are the same to the bit (their products are whole numbers), only
 * what is left of `left` is added up in another order. Where that could matter, it is asked again. */
static double jump_outward(double left, double mode, double term, outward o) {
    double steps = fmax(o.up_limit - mode, mode - o.down_limit), rest = left;
    double up = o.hits - mode, of = o.take - mode, away = o.rest + mode;
    two p = {term, term}, more = {2.0, 2.0}, q[AT_ONCE];
    two top = {up * of, mode * away}, top_step = {1.0 - up - of, 1.0 - mode - away};
    two bottom = {(mode + 1.0) * (away + 1.0), (up + 1.0) * (of + 1.0)},
        bottom_step = {mode + away + 3.0, up + of + 3.0};
    for (double k = 0.0; rest > 0.0; k += AT_ONCE) {
        two sum = {0.0, 0.0};
        for (int i = 0; i < AT_ONCE; i++) {
            p *= top / bottom;
            q[i] = p;
            sum += p;
            top += top_step, top_step += more, bottom += bottom_step, bottom_step += more;
        }
        double after = rest - (sum[0] + sum[1]);
        if (after > unsure && k + AT_ONCE < steps) {
            rest = after;
            continue;
        }
        for (int i = 0; i < AT_ONCE && k + i < steps; i++) {
            double after_up = rest - q[i][0];
            rest = after_up - q[i][1];
            if (fabs(after_up) < unsure || fabs(rest) < unsure) break;
            if (rest <= 0.0) return after_up <= 0.0 ? mode + k + i + 1.0 : mode - k - i - 1.0;
        }
        break;
    }
    return step_outward(left, mode, term, o);
}

/* Of two numbers that are no NaN. */
static inline double smaller(double a, double b) {
    return a < b ? a : b;
}

static inline double larger(double a, double b) {
    return a > b ? a : b;
}

/* One group's draws. What is left for it and the groups after it is the same number of people in every
 * replicate, of whom a number of hits that differs, and not by much: how likely the most likely draw is, is
 * remembered for the last such number of each remainder by N_PEAKS. */
enum { N_PEAKS = 2048 };

typedef struct peak {
    double hits; /* 0: none yet */
    double chance;
} peak;

typedef struct drawing {
    double total, take, p, q; /* p = take / total */
    double whole;             /* log of the chance that so many are taken */
    peak *peaks;
} drawing;

static drawing drawing_of(double total, double take, peak *peaks) {
    drawing d = {
        .total = total, .take = take, .p = take / total, .q = (total - take) / total, .peaks = peaks};
    d.whole = tilt__binomial_log(take, total, d.p, d.q);
    memset(peaks, 0, N_PEAKS * sizeof *peaks);
    return d;
}

/* Probability of `mode` hits: tilt__hypergeometric_log with the part that is always the same kept. */
static double chance_of_mode(const drawing *d, double mode, double hits) {
    peak *known = &d->peaks[(size_t)hits % N_PEAKS];
    if (known->hits < hits || known->hits > hits) {
        double one = tilt__binomial_log(mode, hits, d->p, d->q);
        double other = tilt__binomial_log(d->take - mode, d->total - hits, d->p, d->q);
        *known = (peak){hits, exp(one + other - d->whole)};
    }
    return known->chance;
}

/* Hits among `take` drawn without replacement from `total` people of whom `hits` are hits: inversion outward
 * from the mode, so that the expected number of steps is the standard deviation. */
static double draw_hypergeometric(tilt__random *random, const drawing *d, double hits) {
    double total = d->total, take = d->take;
    double lo = larger(0.0, take - (total - hits)), hi = smaller(take, hits);
    if (!(hi > lo)) return lo;
    double share = hits / total, variance = take * share * (1 - share) * (total - take) / (total - 1.0);
    if (variance > 1e4) { /* a skewness below 1/100: finer than the replicates can see, and never slow */
        double guess = nearbyint(take * share + sqrt(variance) * tilt__random_normal(random));
        return smaller(larger(guess, lo), hi);
    }
    double mode = smaller(larger(floor((take + 1.0) * (hits + 1.0) / (total + 2.0)), lo), hi);
    double first = chance_of_mode(d, mode, hits);
    double left = tilt__random_uniform(random) - first;
    outward o = {.up_limit = hi, .down_limit = lo, .hits = hits, .take = take, .rest = total - hits - take};
    return total < exact_below ? jump_outward(left, mode, first, o) : step_outward(left, mode, first, o);
}

static double spread_of(const stratum *s, const double *hits) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t g = 0; g < s->n_groups; g++) {
        double rate = hits[g] / s->base[g];
        low = smaller(low, rate);
        high = larger(high, rate);
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

/* One rate within the strata of its criterion, shuffled: criteria share it. `number` is that of the stratum
 * in its criterion and of its random stream. */
typedef struct shuffle {
    stratum groups;
    size_t number;
    double *spread; /* one per replicate; NULL: nobody needs it */
} shuffle;

enum { N_BLOCKS = 2 }; /* of a shuffle's replicates, for as many threads */

typedef struct permuted {
    shuffle of[(size_t)TILT__N_CONFUSION_RATE * MAX_STRATA];
    const tilt__permuting *how;
} permuted;

static shuffle *shuffle_of(permuted *p, tilt__parity criterion, size_t s) {
    return &p->of[(size_t)criteria[criterion].rate[s] * MAX_STRATA + s];
}

/* Where one replicate is. */
typedef struct replicate {
    tilt__random random;
    double hits; /* not yet drawn */
    double low, high;
} replicate;

/* Group after group, because replicates of one group have most in common. */
static void shuffle_stratum(const stratum *s, replicate *all, size_t n, peak *peaks) {
    double total = 0.0, hits = 0.0;
    for (size_t g = 0; g < s->n_groups; g++) {
        total += s->base[g];
        hits += s->hits[g];
    }
    for (size_t b = 0; b < n; b++) {
        all[b].hits = hits;
        all[b].low = HUGE_VAL;
        all[b].high = -HUGE_VAL;
    }
    for (size_t g = 0; g < s->n_groups; g++) {
        drawing d = drawing_of(total, s->base[g], peaks);
        for (size_t b = 0; b < n; b++) {
            replicate *own = &all[b];
            double drawn = draw_hypergeometric(&own->random, &d, own->hits), rate = drawn / s->base[g];
            own->hits -= drawn;
            own->low = smaller(own->low, rate);
            own->high = larger(own->high, rate);
        }
        total -= s->base[g];
    }
}

/* One block of replicates of one shuffle. */
static tilt_status run_shuffle(void *context, size_t i, tilt_error *err) {
    permuted *p = context;
    shuffle *own = &p->of[i / N_BLOCKS];
    size_t first = p->how->replicates * (i % N_BLOCKS) / N_BLOCKS;
    size_t n = p->how->replicates * (i % N_BLOCKS + 1) / N_BLOCKS - first;
    if (own->spread == NULL) return TILT_OK;
    replicate *all = tilt__alloc(n, sizeof *all);
    peak *peaks = tilt__alloc(N_PEAKS, sizeof *peaks);
    bool ok = all != NULL && peaks != NULL;
    for (size_t b = 0; ok && b < n; b++)
        all[b].random = tilt__random_stream(p->how->seed, first + b, own->number);
    if (ok) shuffle_stratum(&own->groups, all, n, peaks);
    for (size_t b = 0; ok && b < n; b++) own->spread[first + b] = all[b].high - all[b].low;
    free(all);
    free(peaks);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

/* The criterion as it is; where it can be shuffled (reason none), what it needs is made ready. */
static bool prepare(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion, permuted *p,
                    tilt__permutation *out) {
    *out = (tilt__permutation){NAN, NAN, NAN, NAN, TILT_REASON_NONE};
    double spread[MAX_STRATA] = {0};
    for (size_t s = 0; s < criteria[criterion].n_strata; s++) {
        shuffle *own = shuffle_of(p, criterion, s);
        if (own->groups.base == NULL) own->groups.base = tilt__alloc(n_groups, 2 * sizeof(double));
        if (own->groups.base == NULL) return false;
        own->groups = (stratum){own->groups.base, own->groups.base + n_groups, 0};
        own->number = s;
        tilt_reason reason = fill_stratum(groups, n_groups, criteria[criterion].rate[s], &own->groups);
        if (reason == TILT_SINGLE_GROUP || reason == TILT_OUT_OF_RANGE) {
            out->reason = reason;
            return true;
        }
        if (reason != TILT_REASON_NONE) out->reason = reason;
        spread[s] = spread_of(&own->groups, own->groups.hits);
    }
    out->value = combine(criterion, spread);
    if (out->reason == TILT_REASON_NONE && p->how->replicates == 0) out->reason = TILT_NOT_REQUESTED;
    for (size_t s = 0; s < criteria[criterion].n_strata && out->reason == TILT_REASON_NONE; s++) {
        shuffle *own = shuffle_of(p, criterion, s);
        if (own->spread == NULL) own->spread = tilt__alloc(p->how->replicates, sizeof *own->spread);
        if (own->spread == NULL) return false;
    }
    return true;
}

static void finish(permuted *p, tilt__parity criterion, tilt__permutation *out) {
    const double *first = shuffle_of(p, criterion, 0)->spread, *second = first;
    if (criteria[criterion].n_strata > 1) second = shuffle_of(p, criterion, 1)->spread;
    double replicates = (double)p->how->replicates, sum = 0.0;
    size_t reached = 0;
    if (out->reason != TILT_REASON_NONE || first == NULL || second == NULL) return;
    for (size_t b = 0; b < p->how->replicates; b++) {
        double statistic = combine(criterion, (double[MAX_STRATA]){first[b], second[b]});
        sum += statistic;
        reached += statistic >= out->value - 1e-12; /* equal tables must count as reached despite rounding */
    }
    out->expected = sum / replicates;
    out->p = (1.0 + (double)reached) / (replicates + 1.0);
    out->p_se = sqrt(out->p * (1.0 - out->p) / replicates);
}

static tilt_status permute(const tilt__confusion *groups, size_t n_groups, tilt__parity first, size_t n,
                           const tilt__permuting *how, tilt__permutation *out) {
    permuted p = {.how = how};
    size_t n_shuffles = sizeof p.of / sizeof *p.of;
    bool ok = true;
    for (size_t c = 0; c < n && ok; c++)
        ok = prepare(groups, n_groups, (tilt__parity)(first + c), &p, &out[c]);
    tilt_status status =
        ok ? tilt__parallel_for(how->n_threads, n_shuffles * N_BLOCKS, run_shuffle, &p, NULL) : TILT_ENOMEM;
    for (size_t c = 0; c < n && status == TILT_OK; c++) finish(&p, (tilt__parity)(first + c), &out[c]);
    for (size_t i = 0; i < n_shuffles; i++) {
        free(p.of[i].groups.base);
        free(p.of[i].spread);
    }
    return status;
}

tilt_status tilt__parity_permutation(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion,
                                     size_t replicates, uint64_t seed, tilt__permutation *out) {
    const tilt__permuting how = {replicates, seed, 1};
    return permute(groups, n_groups, criterion, 1, &how, out);
}

tilt_status tilt__parity_permutations(const tilt__confusion *groups, size_t n_groups, size_t n_criteria,
                                      const tilt__permuting *how, tilt__permutation *out) {
    return permute(groups, n_groups, TILT__DEMOGRAPHIC_PARITY, n_criteria, how, out);
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
