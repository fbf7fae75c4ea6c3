/* stat/proxy.c - what an attribute tells about a protected one.
 *
 * Association comes from the r x c table over all conditions; conditional information is the information
 * within each condition, weighted by its size. AUCs rank attribute levels by the share of the target in them.
 */
#include "stat/proxy.h"

#include "base/mem.h"
#include "stat/sum.h"
#include "stat/table.h"
#include "stat/tail.h"

#include <math.h>

static tilt__proxy no_proxy(tilt_reason reason) {
    return (tilt__proxy){.mutual_information = NAN,
                         .miller_madow = NAN,
                         .conditional = NAN,
                         .theil_u = NAN,
                         .cramers_v = NAN,
                         .cramers_v_corrected = NAN,
                         .tau = NAN,
                         .accuracy = NAN,
                         .baseline = NAN,
                         .g_test = tilt__no_test(reason),
                         .conditional_test = tilt__no_test(reason),
                         .auc = NAN,
                         .reason = reason};
}

/* One attribute level: how many of it, how many of those in the target class, and the score it is ranked by.
 */
typedef struct tilt__scored {
    double score, target, rest;
} scored;

static int by_score(const void *left, const void *right) {
    const scored *a = left, *b = right;
    return (a->score > b->score) - (a->score < b->score);
}

/* Twice the area (ties half) over the product of the classes, by one sort; rests below each target. */
static double auc_of(scored *levels, size_t n) {
    tilt__sum area = {0}, targets = {0}, rests = {0};
    qsort(levels, n, sizeof *levels, by_score);
    for (size_t i = 0; i < n;) {
        double target = 0.0, rest = 0.0, before = tilt__sum_total(rests);
        size_t j = i;
        for (; j < n && levels[j].score <= levels[i].score; j++) {
            target += levels[j].target;
            rest += levels[j].rest;
        }
        tilt__sum_add(&area, target * (before + rest / 2.0));
        tilt__sum_add(&targets, target);
        tilt__sum_add(&rests, rest);
        i = j;
    }
    double product = tilt__sum_total(targets) * tilt__sum_total(rests);
    return product > 0.0 ? tilt__sum_total(area) / product : (double)NAN;
}

/* AUC of g = 1 when each attribute level is scored by P(g = 1 | level). */
static double in_sample_auc(const double *table, size_t da, scored *levels) {
    size_t n = 0;
    for (size_t a = 0; a < da; a++) {
        double rest = table[2 * a], target = table[2 * a + 1];
        if (rest + target > 0.0) levels[n++] = (scored){target / (rest + target), target, rest};
    }
    return auc_of(levels, n);
}

static void fill_accuracy(const double *table, size_t da, size_t dg, double total, tilt__proxy *out) {
    double guessed = 0.0, largest = 0.0;
    for (size_t a = 0; a < da; a++) {
        double best = 0.0;
        for (size_t g = 0; g < dg; g++) best = fmax(best, table[a * dg + g]);
        guessed += best;
    }
    for (size_t g = 0; g < dg; g++) {
        double column = 0.0;
        for (size_t a = 0; a < da; a++) column += table[a * dg + g];
        largest = fmax(largest, column);
    }
    out->accuracy = guessed / total;
    out->baseline = largest / total;
}

/* Information within conditions; a condition with one level on either side holds none. False: out of memory.
 */
static bool fill_conditional(const tilt__proxy_cube *cube, double total, tilt__proxy *out) {
    tilt__sum information = {0};
    double df = 0.0;
    for (size_t z = 0; z < cube->dz; z++) {
        tilt__table table = {cube->counts + z * cube->da * cube->dg, cube->da, cube->dg};
        tilt__table_stats stats = tilt__table_measure(&table);
        if (stats.reason == TILT_OUT_OF_MEMORY) return false;
        if (stats.reason != TILT_REASON_NONE) continue;
        tilt__sum_add(&information, stats.total / total * stats.mutual_information);
        df += stats.g.df;
    }
    out->conditional = tilt__sum_total(information);
    out->conditional_test = df > 0.0 ? tilt__test_of_chi_square(2.0 * total * out->conditional, df)
                                     : tilt__no_test(TILT_SINGLE_GROUP);
    return true;
}

static void fill_marginal(const tilt__table_stats *stats, tilt__proxy *out) {
    bool none = stats->reason == TILT_SINGLE_GROUP; /* one level on a side: nothing can be told */
    out->mutual_information = none ? 0.0 : stats->mutual_information;
    out->cramers_v = stats->cramers_v;
    out->cramers_v_corrected = stats->cramers_v_corrected;
    out->theil_u = stats->u_col_given_row;
    out->tau = stats->tau_col;
    out->g_test = stats->g;
    double levels = ((double)stats->rows - 1.0) * ((double)stats->cols - 1.0);
    out->miller_madow = out->mutual_information - levels / (2.0 * stats->total);
}

static bool counts_ok(const double *counts, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!(counts[i] >= 0.0) || isinf(counts[i])) return false;
    return true;
}

tilt_status tilt__proxy_measure(const tilt__proxy_cube *cube, tilt__proxy *out) {
    size_t cells = cube->da * cube->dg;
    *out = no_proxy(TILT_OUT_OF_RANGE);
    if (!counts_ok(cube->counts, cube->dz * cells)) return TILT_OK;
    double *table = tilt__alloc(cells, sizeof *table);
    scored *levels = tilt__alloc(cube->da, sizeof *levels);
    tilt_status status = table && levels ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        for (size_t i = 0; i < cube->dz * cells; i++) table[i % cells] += cube->counts[i];
        tilt__table_stats stats = tilt__table_measure(&(tilt__table){table, cube->da, cube->dg});
        *out = no_proxy(stats.reason == TILT_SINGLE_GROUP ? TILT_REASON_NONE : stats.reason);
        if (stats.reason == TILT_OUT_OF_MEMORY) status = TILT_ENOMEM;
        if (out->reason == TILT_REASON_NONE) {
            fill_marginal(&stats, out);
            if (!fill_conditional(cube, stats.total, out)) status = TILT_ENOMEM;
            fill_accuracy(table, cube->da, cube->dg, stats.total, out);
            if (cube->dg == 2) out->auc = in_sample_auc(table, cube->da, levels);
        }
    }
    free(table);
    free(levels);
    return status;
}

/* Totals per attribute level over all folds. */
typedef struct tilt__fold_sums {
    double *target, *all;
    double targets, everybody;
} fold_sums;

static double target_of(const tilt__proxy_folds *d, size_t fold, size_t a) {
    return d->counts[(fold * d->da + a) * d->dg + d->target];
}

static double level_of(const tilt__proxy_folds *d, size_t fold, size_t a) {
    double sum = 0.0;
    for (size_t g = 0; g < d->dg; g++) sum += d->counts[(fold * d->da + a) * d->dg + g];
    return sum;
}

/* AUC of one fold, its levels scored by the other folds; weight = pairs it compares. */
static double fold_auc(const tilt__proxy_folds *d, size_t fold, const fold_sums *s, scored *levels,
                       double *pairs) {
    double targets = s->targets, everybody = s->everybody, in_targets = 0.0, in_all = 0.0;
    for (size_t a = 0; a < d->da; a++) {
        in_targets += target_of(d, fold, a);
        in_all += level_of(d, fold, a);
    }
    double overall = everybody > in_all ? (targets - in_targets) / (everybody - in_all) : 0.5;
    for (size_t a = 0; a < d->da; a++) {
        double target = target_of(d, fold, a), all = level_of(d, fold, a), seen = s->all[a] - all;
        double score = seen > 0.0 ? (s->target[a] - target) / seen : overall;
        levels[a] = (scored){score, target, all - target};
    }
    *pairs = in_targets * (in_all - in_targets);
    return auc_of(levels, d->da);
}

tilt_status tilt__proxy_cross_auc(const tilt__proxy_folds *data, tilt__proxy_auc *out) {
    *out = (tilt__proxy_auc){NAN, TILT_OUT_OF_RANGE};
    if (data->target >= data->dg || !counts_ok(data->counts, data->folds * data->da * data->dg))
        return TILT_OK;
    out->reason = TILT_TOO_FEW;
    if (data->folds < 2) return TILT_OK;
    fold_sums sums = {0};
    sums.target = tilt__alloc(data->da, sizeof *sums.target);
    sums.all = tilt__alloc(data->da, sizeof *sums.all);
    scored *levels = tilt__alloc(data->da, sizeof *levels);
    tilt_status status = sums.target && sums.all && levels ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        tilt__sum area = {0}, weight = {0};
        for (size_t f = 0; f < data->folds; f++)
            for (size_t a = 0; a < data->da; a++) {
                sums.target[a] += target_of(data, f, a);
                sums.all[a] += level_of(data, f, a);
                sums.targets += target_of(data, f, a);
                sums.everybody += level_of(data, f, a);
            }
        for (size_t f = 0; f < data->folds; f++) {
            double pairs = 0.0, auc = fold_auc(data, f, &sums, levels, &pairs);
            if (!(pairs > 0.0)) continue;
            tilt__sum_add(&area, auc * pairs);
            tilt__sum_add(&weight, pairs);
        }
        bool both = tilt__sum_total(weight) > 0.0;
        *out = (tilt__proxy_auc){both ? tilt__sum_total(area) / tilt__sum_total(weight) : (double)NAN,
                                 both ? TILT_REASON_NONE : TILT_SINGLE_GROUP};
    }
    free(sums.target);
    free(sums.all);
    free(levels);
    return status;
}

const char *tilt__proxy_label(double auc) {
    static const struct {
        double above;
        const char *label;
    } labels[] = {{0.8, "strong"}, {0.7, "material"}, {0.6, "weak"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (auc > labels[i].above) return labels[i].label;
    return "none";
}
