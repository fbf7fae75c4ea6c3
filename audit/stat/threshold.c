/* stat/threshold.c - the threshold sweep.
 *
 * Both groups' rows are put in one order and walked from the highest score down, so that at each distinct
 * score the running sums are exactly the selected people. Rates are sums over totals taken in the same order:
 * at the lowest score every selection rate is exactly 1. */
#include "stat/threshold.h"

#include <float.h>
#include <math.h>

#include "base/mem.h"

/* What three roundings of a quotient of quotients can add up to, with room; ratios of whole numbers of people
 * below 2^24 that differ are further apart. */
#define ON_EDGE (4 * DBL_EPSILON)

/* Selected so far, and in all: per group, per label (index 2: whatever the label, or none). */
typedef struct counts {
    double w[2][3];
} counts;

static const tilt__scores *group_of(const tilt__scores *const data[2], size_t i, size_t *out_group,
                                    size_t *out_row) {
    *out_group = i < data[0]->n ? 0 : 1;
    *out_row = i < data[0]->n ? i : i - data[0]->n;
    return data[*out_group];
}

static void add_person(counts *c, const tilt__scores *const data[2], size_t i) {
    size_t g, row;
    const tilt__scores *from = group_of(data, i, &g, &row);
    double w = tilt__weight_at(from, row);
    c->w[g][2] += w;
    if (from->label != NULL && row < from->n - from->unlabelled) c->w[g][from->label[row]] += w;
}

static double share_of(double part, double whole) {
    return whole > 0.0 ? fmin(part / whole, 1.0) : (double)NAN;
}

static void fill_row(tilt__threshold_row *row, const counts *selected, const counts *all,
                     const double reach[2]) {
    for (size_t g = 0; g < 2; g++) {
        row->selection[g] = share_of(selected->w[g][2], all->w[g][2]);
        row->fpr[g] = share_of(selected->w[g][0], all->w[g][0]);
        row->tpr[g] = share_of(selected->w[g][1], all->w[g][1]);
    }
    row->ratio = row->selection[0] > 0.0 ? row->selection[1] / row->selection[0] : (double)NAN;
    double reference_low = fmax(row->selection[0] - reach[0], 0.0);
    row->lower = fmax(row->selection[1] - reach[1], 0.0) / fmin(row->selection[0] + reach[0], 1.0);
    row->upper = reference_low > 0.0 ? fmin(row->selection[1] + reach[1], 1.0) / reference_low : HUGE_VAL;
}

/* Massart's (1990) distance, with the level shared between two independent groups. */
static double reach_of(const tilt__scores *data, double level) {
    double sum = 0.0, sum2 = 0.0, miss = 1.0 - sqrt(level);
    for (size_t i = 0; i < data->n; i++) {
        sum += tilt__weight_at(data, i);
        sum2 += tilt__weight2_at(data, i);
    }
    return sqrt(log(2.0 / miss) / (2.0 * (sum / sum2 * sum)));
}

static void fill_rows(const tilt__scores *const data[2], const double *score, const size_t *order,
                      tilt__threshold_curve *out) {
    counts all = {{{0}}}, selected = {{{0}}};
    size_t n = data[0]->n + data[1]->n, distinct = 0;
    for (size_t i = n; i > 0; i--) add_person(&all, data, order[i - 1]);
    for (size_t i = 0; i < n; i++) distinct += i == 0 || score[order[i]] > score[order[i - 1]];
    out->n = distinct;
    for (size_t i = n; i > 0; i--) {
        add_person(&selected, data, order[i - 1]);
        if (i > 1 && !(score[order[i - 1]] > score[order[i - 2]])) continue;
        tilt__threshold_row *row = &out->rows[--distinct];
        row->threshold = score[order[i - 1]] + 0.0;
        fill_row(row, &selected, &all, out->reach);
    }
}

tilt_status tilt__threshold_curve_of(const tilt__scores *focal, const tilt__scores *reference, double level,
                                     tilt__threshold_curve *out) {
    tilt_reason reason = tilt__scores_check(focal);
    if (reason == TILT_REASON_NONE) reason = tilt__scores_check(reference);
    if (reason == TILT_REASON_NONE && !tilt__level_ok(level)) reason = TILT_OUT_OF_RANGE;
    *out = (tilt__threshold_curve){.level = level, .reason = reason};
    if (reason != TILT_REASON_NONE) return TILT_OK;
    const tilt__scores *const data[2] = {reference, focal};
    size_t n = focal->n + reference->n, *order = NULL;
    double *score = tilt__alloc(n, sizeof *score);
    tilt_status status = TILT_ENOMEM;
    out->rows = tilt__alloc(n, sizeof *out->rows);
    if (score == NULL || out->rows == NULL) goto done;
    for (size_t i = 0; i < n; i++) {
        size_t g, row;
        score[i] = group_of(data, i, &g, &row)->score[row];
    }
    if ((status = tilt__order(score, n, &order)) != TILT_OK) goto done;
    for (size_t g = 0; g < 2; g++) out->reach[g] = reach_of(data[g], level);
    fill_rows(data, score, order, out);
done:
    free(order);
    free(score);
    if (status != TILT_OK) tilt__threshold_curve_free(out);
    return status;
}

void tilt__threshold_curve_free(tilt__threshold_curve *curve) {
    free(curve->rows);
    curve->rows = NULL;
    curve->n = 0;
}

/* Index of the first row with a score of at least threshold; curve->n when there is none. */
static size_t first_at_least(const tilt__threshold_curve *curve, double threshold) {
    size_t low = 0, high = curve->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->rows[middle].threshold < threshold)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const tilt__threshold_row *tilt__threshold_row_at(const tilt__threshold_curve *curve, double threshold) {
    size_t i = first_at_least(curve, threshold);
    return i < curve->n ? &curve->rows[i] : NULL;
}

tilt__threshold_worst tilt__threshold_worst_in(const tilt__threshold_curve *curve, double from, double to) {
    tilt__threshold_worst out = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, TILT_OUT_OF_RANGE};
    if (!(from <= to)) return out;
    out.reason = TILT_NO_OVERLAP;
    /* A threshold between two scores acts as the higher one, so the row at or above `to` still counts. */
    size_t last = first_at_least(curve, to);
    for (size_t i = first_at_least(curve, from); i < curve->n && i <= last; i++) {
        const tilt__threshold_row *row = &curve->rows[i];
        if (isnan(row->ratio)) continue;
        if (!(row->ratio >= out.lowest)) out.lowest = row->ratio, out.lowest_at = row->threshold;
        if (!(row->ratio <= out.highest)) out.highest = row->ratio, out.highest_at = row->threshold;
        out.reason = TILT_REASON_NONE;
    }
    return out;
}

tilt__threshold_bounds tilt__threshold_lowest_bounds(const tilt__threshold_curve *curve, double from,
                                                     double to) {
    tilt__threshold_bounds out = {(double)NAN, (double)NAN};
    size_t first = first_at_least(curve, from), last = first_at_least(curve, to);
    for (size_t i = first > 0 ? first - 1 : 0; i < curve->n && i <= last + 1; i++) {
        const tilt__threshold_row *row = &curve->rows[i];
        double least = i + 1 < curve->n ? curve->rows[i + 1].selection[1] : 0.0;
        if (!(row->selection[0] > 0.0)) continue;
        if (!(least / row->selection[0] >= out.least)) out.least = least / row->selection[0];
        if (i > first && i < last && !(row->ratio >= out.most)) out.most = row->ratio;
    }
    return out;
}

tilt_status tilt__threshold_runs(const tilt__threshold_curve *curve, double lowest, double highest,
                                 tilt__threshold_run **out_runs, size_t *out_n) {
    bool open = false;
    *out_n = 0;
    *out_runs = tilt__alloc(curve->n / 2 + 1, sizeof **out_runs);
    if (*out_runs == NULL) return TILT_ENOMEM;
    for (size_t i = 0; i < curve->n; i++) {
        /* 5 of 12 to 1 of 3 is 1.25, whatever the last bit of the quotient says */
        bool inside =
            curve->rows[i].ratio >= lowest * (1 - ON_EDGE) && curve->rows[i].ratio <= highest * (1 + ON_EDGE);
        if (inside && !open) (*out_runs)[(*out_n)++].above = i > 0 ? curve->rows[i - 1].threshold : -HUGE_VAL;
        if (inside) (*out_runs)[*out_n - 1].upto = curve->rows[i].threshold;
        open = inside;
    }
    return TILT_OK;
}

/* The scores of the people with ranks n/2 and (n-1)/2; equal where n is odd. */
static double median_of(const tilt__scores *data, const size_t *order) {
    double people = 0.0, passed = 0.0, low = (double)NAN;
    for (size_t i = 0; i < data->n; i++) people += tilt__people_at(data, i);
    for (size_t i = 0; i < data->n; i++) {
        double score = data->score[order[i]];
        passed += tilt__people_at(data, order[i]);
        if (isnan(low) && passed > (people - 1.0) / 2.0) low = score;
        if (passed > people / 2.0) return score > low ? low / 2.0 + score / 2.0 : low;
    }
    return low;
}

tilt_status tilt__above_median(const tilt__scores *data, const size_t *group, size_t n_groups, double *above,
                               double *base, tilt__value *out_median) {
    size_t *order = NULL;
    const tilt__scores unweighted = {.score = data->score, .n = data->n, .count = data->count};
    *out_median = tilt__no_value(tilt__scores_check(&unweighted));
    for (size_t g = 0; g < n_groups; g++) above[g] = base[g] = 0.0;
    if (out_median->reason != TILT_REASON_NONE) return TILT_OK;
    tilt_status status = tilt__order(data->score, data->n, &order);
    if (status != TILT_OK) return status;
    *out_median = tilt__some_value(median_of(data, order));
    for (size_t i = 0; i < data->n; i++) {
        base[group[i]] += tilt__people_at(data, i);
        above[group[i]] += data->score[i] > out_median->value ? tilt__people_at(data, i) : 0.0;
    }
    free(order);
    return TILT_OK;
}
