/* explain/levels.c - counts by level in, effect of leaving a level out or making it neutral out.
 * "Without level j" is the sum over the other levels, made of prefix and suffix sums, so that a level that
 * holds everything leaves exactly zero behind. Making levels neutral only moves counted units between the
 * groups' rates: bases stay, so the ratio after neutralising a set is (xa + sum of focal moves) / (xr + sum
 * of reference moves) over the bases, and a search over sets needs two numbers per level. */
#include "explain/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stat/sum.h"

enum { MAX_EXHAUSTIVE = 20 };

typedef struct totals {
    double na, xa, nr, xr;
} totals;

static bool counts_ok(size_t n, const double *counts) {
    for (size_t i = 0; i < n; i++) {
        if (!(counts[i] >= 0) || isinf(counts[i])) return false;
    }
    return true;
}

static double sum_without(size_t n, const double *values, size_t without) {
    tilt__sum sum = {0};
    for (size_t i = 0; i < n; i++) {
        if (i != without) tilt__sum_add(&sum, values[i]);
    }
    return tilt__sum_total(sum);
}

static totals totals_without(const tilt__level_counts *c, size_t without) {
    return (totals){sum_without(c->n_levels, c->na, without), sum_without(c->n_levels, c->xa, without),
                    sum_without(c->n_levels, c->nr, without), sum_without(c->n_levels, c->xr, without)};
}

static bool are_whole(size_t n, const double *counts, double total) {
    bool whole = total < 9007199254740992.0; /* 2^53: below it whole numbers add and subtract exactly */
    for (size_t i = 0; i < n && whole; i++) whole = counts[i] == floor(counts[i]); /* NOLINT: exactly */
    return whole;
}

/* Whether taking a level away from the totals gives exactly what adding up the others would. */
static bool subtracts_exactly(const tilt__level_counts *c, totals all) {
    return are_whole(c->n_levels, c->na, all.na) && are_whole(c->n_levels, c->xa, all.xa) &&
           are_whole(c->n_levels, c->nr, all.nr) && are_whole(c->n_levels, c->xr, all.xr);
}

static totals less_level(const tilt__level_counts *c, size_t j, totals all) {
    return (totals){all.na - c->na[j], all.xa - c->xa[j], all.nr - c->nr[j], all.xr - c->xr[j]};
}

static tilt_reason check_totals(totals all) {
    if (all.na == 0 || all.nr == 0) return TILT_EMPTY_GROUP;
    return all.xr == 0 ? TILT_ZERO_REFERENCE : TILT_REASON_NONE;
}

static tilt_reason check(const tilt__level_counts *c, totals *out) {
    if (!counts_ok(c->n_levels, c->na) || !counts_ok(c->n_levels, c->xa) || !counts_ok(c->n_levels, c->nr) ||
        !counts_ok(c->n_levels, c->xr)) {
        return TILT_OUT_OF_RANGE;
    }
    *out = totals_without(c, SIZE_MAX);
    return check_totals(*out);
}

/* Why the ratio of these totals, or its log, cannot be had. */
static tilt_reason ratio_of(totals t, double *out_ir) {
    *out_ir = NAN;
    if (t.na == 0 || t.nr == 0) return TILT_EMPTY_GROUP;
    if (t.xr == 0) return TILT_ZERO_REFERENCE;
    *out_ir = t.xa / t.na / (t.xr / t.nr);
    return t.xa == 0 ? TILT_ZERO_MARGIN : TILT_REASON_NONE;
}

/* Counts after both groups get the level's pooled rate. An empty level stays. */
static totals equalised(const tilt__level_counts *c, size_t j, totals all) {
    double base = c->na[j] + c->nr[j], rate = base > 0 ? (c->xa[j] + c->xr[j]) / base : 0;
    all.xa += c->na[j] * rate - c->xa[j];
    all.xr += c->nr[j] * rate - c->xr[j];
    return all;
}

static tilt__term effect_of(double log_ir, tilt_reason all_reason, double ir, tilt_reason reason) {
    if (all_reason != TILT_REASON_NONE) return tilt__term_none(all_reason);
    if (reason != TILT_REASON_NONE) return tilt__term_none(reason);
    return tilt__term_bare(log_ir - log(ir));
}

/* The effects where the totals have been checked; `exact`: they may be subtracted from. */
static void fill_effects(const tilt__level_counts *counts, totals all, bool exact, double *out_ir,
                         tilt__level_effect *out_effects) {
    tilt_reason all_reason = ratio_of(all, out_ir); /* a ratio of 0 is a value without a log */
    double log_ir = log(*out_ir);
    for (size_t j = 0; j < counts->n_levels; j++) {
        tilt__level_effect *effect = &out_effects[j];
        totals others = exact ? less_level(counts, j, all) : totals_without(counts, j);
        tilt_reason without = ratio_of(others, &effect->ir_without);
        tilt_reason neutral = ratio_of(equalised(counts, j, all), &effect->ir_equalised);
        effect->influence = effect_of(log_ir, all_reason, effect->ir_without, without);
        effect->equalised = effect_of(log_ir, all_reason, effect->ir_equalised, neutral);
    }
}

tilt_reason tilt__levels_effects(const tilt__level_counts *counts, double *out_ir,
                                 tilt__level_effect *out_effects) {
    totals all;
    *out_ir = NAN;
    tilt_reason reason = check(counts, &all);
    if (reason == TILT_REASON_NONE)
        fill_effects(counts, all, subtracts_exactly(counts, all), out_ir, out_effects);
    return reason;
}

/* Per source and level the clusters that have any of it: where the levels are the clusters, or parts of them,
 * that is one of many. */
typedef struct present {
    uint32_t *clusters; /* [(source * levels + level) * n_clusters ...] */
    size_t *n;
} present;

static const double *source_of(const tilt__mix_clusters *clusters, size_t k) {
    const double *const sources[4] = {clusters->na, clusters->xa, clusters->nr, clusters->xr};
    return sources[k];
}

static bool list_present(const tilt__mix_clusters *clusters, present *out) {
    size_t n = clusters->n_levels;
    out->clusters = tilt__alloc(4 * n * clusters->n_clusters, sizeof *out->clusters);
    out->n = tilt__alloc(4 * n, sizeof *out->n);
    if (out->clusters == NULL || out->n == NULL) return false;
    for (size_t k = 0; k < 4; k++) {
        const double *source = source_of(clusters, k);
        for (size_t j = 0; j < n; j++) {
            uint32_t *list = out->clusters + (k * n + j) * clusters->n_clusters;
            for (size_t g = 0; g < clusters->n_clusters; g++) {
                if (source[g * n + j] != 0) list[out->n[k * n + j]++] = (uint32_t)g; /* NOLINT: exactly */
            }
        }
    }
    return true;
}

static void sum_others(const tilt__mix_clusters *clusters, const present *has, size_t without, double *out) {
    size_t n = clusters->n_levels;
    for (size_t k = 0; k < 4; k++) {
        const double *source = source_of(clusters, k);
        for (size_t j = 0; j < n; j++) {
            const uint32_t *list = has->clusters + (k * n + j) * clusters->n_clusters;
            tilt__sum sum = {0};
            for (size_t i = 0; i < has->n[k * n + j]; i++) {
                if (list[i] != without) tilt__sum_add(&sum, source[list[i] * n + j]);
            }
            out[k * n + j] = tilt__sum_total(sum);
        }
    }
}

static tilt__term *term_at(tilt__level_effect *effects, size_t i) {
    return i % 2 == 0 ? &effects[i / 2].influence : &effects[i / 2].equalised;
}

/* Sums over all clusters, and whether every count is whole and small enough that a cluster can be taken away
 * from them exactly. */
typedef struct whole_sums {
    double *sums; /* as in sum_others */
    totals all;
    bool exact;
} whole_sums;

static void add_clusters(const tilt__mix_clusters *clusters, whole_sums *out) {
    size_t n = clusters->n_levels;
    double totals_of[4] = {0};
    out->exact = true;
    for (size_t k = 0; k < 4 && out->exact; k++) {
        const double *source = source_of(clusters, k);
        out->exact = counts_ok(n * clusters->n_clusters, source);
        for (size_t g = 0; g < clusters->n_clusters; g++)
            for (size_t j = 0; j < n; j++) out->sums[k * n + j] += source[g * n + j];
        for (size_t j = 0; j < n; j++) totals_of[k] += out->sums[k * n + j];
        out->exact = out->exact && are_whole(n * clusters->n_clusters, source, totals_of[k]);
    }
    out->all = (totals){totals_of[0], totals_of[1], totals_of[2], totals_of[3]};
}

/* Effects without cluster g; false where there are none. */
static bool effects_without(const tilt__mix_clusters *clusters, const whole_sums *whole, const present *has,
                            size_t g, double *sums, tilt__level_effect *effects) {
    size_t n = clusters->n_levels;
    tilt__level_counts counts = {n, sums, sums + n, sums + 2 * n, sums + 3 * n};
    double ir;
    if (!whole->exact) {
        sum_others(clusters, has, g, sums);
        return tilt__levels_effects(&counts, &ir, effects) == TILT_REASON_NONE;
    }
    double gone[4] = {0};
    for (size_t k = 0; k < 4; k++) {
        const double *source = source_of(clusters, k) + g * n;
        for (size_t j = 0; j < n; j++) {
            sums[k * n + j] = whole->sums[k * n + j] - source[j];
            gone[k] += source[j];
        }
    }
    totals all = {whole->all.na - gone[0], whole->all.xa - gone[1], whole->all.nr - gone[2],
                  whole->all.xr - gone[3]};
    if (check_totals(all) != TILT_REASON_NONE) return false;
    fill_effects(&counts, all, true, &ir, effects);
    return true;
}

bool tilt__levels_jackknife(const tilt__mix_clusters *clusters, tilt__level_effect *inout_effects) {
    size_t n = clusters->n_levels, g_count = clusters->n_clusters;
    double *sums = tilt__alloc(4 * n, sizeof *sums), *values = tilt__alloc(2 * n * g_count, sizeof *values);
    tilt__level_effect *effects = tilt__alloc(n, sizeof *effects);
    whole_sums whole = {.sums = tilt__alloc(4 * n, sizeof *whole.sums)};
    present lists = {NULL, NULL};
    bool ok = sums != NULL && values != NULL && effects != NULL && whole.sums != NULL;
    if (ok) add_clusters(clusters, &whole);
    ok = ok && (whole.exact || list_present(clusters, &lists));
    for (size_t g = 0; ok && g < g_count; g++) {
        bool defined = effects_without(clusters, &whole, &lists, g, sums, effects);
        for (size_t i = 0; i < 2 * n; i++) {
            bool has = defined && term_at(effects, i)->reason == TILT_REASON_NONE;
            values[i * g_count + g] = has ? term_at(effects, i)->value : (double)NAN;
        }
    }
    for (size_t i = 0; ok && i < 2 * n; i++) {
        ok = tilt__term_set_jackknife(term_at(inout_effects, i), values + i * g_count, g_count);
    }
    free(lists.clusters);
    free(lists.n);
    free(whole.sums);
    free(sums);
    free(values);
    free(effects);
    return ok;
}

/* What neutralising each level does to the two counts. */
typedef struct search {
    const tilt__level_counts *counts;
    totals all;
    double tau;
    double *move_a, *move_r;
} search;

static double ir_after(const search *s, double move_a, double move_r) {
    totals t = s->all;
    t.xa += move_a;
    t.xr += move_r;
    double ir;
    return ratio_of(t, &ir) == TILT_REASON_NONE ? ir : 0;
}

/* Distance from a ratio of 1; infinite for 0. The band is the points within -ln tau. */
static double distance(double ir) {
    return ir > 0 ? fabs(log(ir)) : (double)INFINITY;
}

/* Adds the level that comes nearest to 1, again and again, until the ratio is inside. Returns the number of
 * levels. */
static size_t search_greedily(const search *s, bool *members, double *out_ir) {
    size_t n = s->counts->n_levels, size = 0;
    double move_a = 0, move_r = 0;
    memset(members, 0, n * sizeof *members);
    *out_ir = ir_after(s, 0, 0);
    while (distance(*out_ir) > -log(s->tau) && size < n) {
        size_t best = SIZE_MAX;
        double best_ir = 0;
        for (size_t j = 0; j < n; j++) {
            if (members[j]) continue;
            double ir = ir_after(s, move_a + s->move_a[j], move_r + s->move_r[j]);
            if (best != SIZE_MAX && distance(ir) >= distance(best_ir)) continue;
            best = j;
            best_ir = ir;
        }
        members[best] = true;
        move_a += s->move_a[best];
        move_r += s->move_r[best];
        *out_ir = best_ir;
        size++;
    }
    return size;
}

/* The set of exactly `size` levels that comes nearest to 1; its distance. */
static double search_size(const search *s, size_t size, uint32_t *out_set) {
    uint64_t n = s->counts->n_levels, set = ((uint64_t)1 << size) - 1;
    double best = INFINITY;
    while (set < (uint64_t)1 << n) {
        double move_a = 0, move_r = 0;
        for (uint64_t rest = set; rest != 0; rest &= rest - 1) {
            size_t j = 0;
            for (uint64_t bit = rest & (~rest + 1); bit > 1; bit >>= 1) j++;
            move_a += s->move_a[j];
            move_r += s->move_r[j];
        }
        double d = distance(ir_after(s, move_a, move_r));
        if (d < best) {
            best = d;
            *out_set = (uint32_t)set;
        }
        uint64_t low = set & (~set + 1), ripple = set + low; /* next set of the same size (Gosper 1972) */
        set = (((set ^ ripple) >> 2) / low) | ripple;
    }
    return best;
}

/* Improves on a greedy set, or finds one that greed missed. *inout_size > n: none yet. */
static void search_exhaustively(const search *s, bool *members, size_t *inout_size) {
    size_t n = s->counts->n_levels;
    for (size_t size = 1; size <= n && size <= *inout_size; size++) {
        uint32_t set = 0;
        if (search_size(s, size, &set) > -log(s->tau)) continue;
        for (size_t j = 0; j < n; j++) members[j] = (set >> j & 1) != 0;
        *inout_size = size;
        return;
    }
}

static void finish(const search *s, bool *members, tilt__smallest_set *out) {
    size_t n = s->counts->n_levels;
    double move_a = 0, move_r = 0;
    out->n = 0;
    for (size_t j = 0; j < n; j++) {
        if (!members[j]) continue;
        move_a += s->move_a[j];
        move_r += s->move_r[j];
        out->n++;
    }
    out->ir = ir_after(s, move_a, move_r);
    if (distance(out->ir) > -log(s->tau)) out->reason = TILT_UNREACHABLE;
}

bool tilt__levels_smallest(const tilt__level_counts *counts, double tau, bool *out_members,
                           tilt__smallest_set *out) {
    size_t n = counts->n_levels;
    *out = (tilt__smallest_set){.ir = NAN};
    memset(out_members, 0, n * sizeof *out_members);
    search s = {.counts = counts, .tau = tau};
    out->reason = tau > 0 && tau < 1 ? check(counts, &s.all) : TILT_OUT_OF_RANGE;
    if (out->reason != TILT_REASON_NONE) return true;
    s.move_a = tilt__alloc(2 * n, sizeof *s.move_a);
    if (s.move_a == NULL) return false;
    s.move_r = s.move_a + n;
    for (size_t j = 0; j < n; j++) {
        totals t = equalised(counts, j, s.all);
        s.move_a[j] = t.xa - s.all.xa;
        s.move_r[j] = t.xr - s.all.xr;
    }
    double ir;
    size_t size = search_greedily(&s, out_members, &ir);
    if (distance(ir) > -log(tau)) size = n + 1;
    out->minimal = n <= MAX_EXHAUSTIVE || size <= 1;
    if (size > 0 && n <= MAX_EXHAUSTIVE) search_exhaustively(&s, out_members, &size);
    finish(&s, out_members, out);
    free(s.move_a);
    return true;
}
