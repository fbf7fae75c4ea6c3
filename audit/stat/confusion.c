/* stat/confusion.c - rates, scores and gaps of confusion tables.
 *
 * A table holds four weight sums and four sums of squared weights. Every rate is "these quadrants of those":
 * one table of masks says which, so that adding a rate is adding a row. The delta method uses that every
 * score is homogeneous of degree 0 in the quadrants: then sum w = const drops out and the variance is sum_c
 * w2_c g_c^2 with g the gradient, which for weights of 1 is the multinomial one. */
#include "stat/confusion.h"

#include <assert.h>
#include <math.h>

#include "stat/difference.h"
#include "stat/proportion.h"
#include "stat/ratio.h"
#include "stat/tail.h"

enum { TP = 1, FP = 2, FN = 4, TN = 8, ALL = 15 };

static const struct {
    const char *name;
    unsigned of, per;
} rates[] = {
    [TILT__SELECTION_RATE] = {"selection_rate", TP | FP, ALL},
    [TILT__BASE_RATE] = {"base_rate", TP | FN, ALL},
    [TILT__TPR] = {"tpr", TP, TP | FN},
    [TILT__FPR] = {"fpr", FP, FP | TN},
    [TILT__TNR] = {"tnr", TN, FP | TN},
    [TILT__FNR] = {"fnr", FN, TP | FN},
    [TILT__PPV] = {"ppv", TP, TP | FP},
    [TILT__NPV] = {"npv", TN, TN | FN},
    [TILT__FDR] = {"fdr", FP, TP | FP},
    [TILT__FOR] = {"for", FN, TN | FN},
    [TILT__ACCURACY] = {"accuracy", TP | TN, ALL},
    [TILT__ERROR_RATE] = {"error_rate", FP | FN, ALL},
};
static_assert(sizeof rates / sizeof rates[0] == TILT__N_CONFUSION_RATE, "one row per rate");

tilt__confusion tilt__confusion_of_counts(double tp, double fp, double fn, double tn) {
    return (tilt__confusion){tp, fp, fn, tn, tp, fp, fn, tn};
}

void tilt__confusion_add(tilt__confusion *table, bool label, bool decision, double weight) {
    double *sum = label ? (decision ? &table->tp : &table->fn) : (decision ? &table->fp : &table->tn);
    double *sum2 = label ? (decision ? &table->tp2 : &table->fn2) : (decision ? &table->fp2 : &table->tn2);
    *sum += weight;
    *sum2 += weight * weight;
}

tilt__confusion tilt__confusion_sum(const tilt__confusion *one, const tilt__confusion *other) {
    return (tilt__confusion){one->tp + other->tp,   one->fp + other->fp,   one->fn + other->fn,
                             one->tn + other->tn,   one->tp2 + other->tp2, one->fp2 + other->fp2,
                             one->fn2 + other->fn2, one->tn2 + other->tn2};
}

const char *tilt__confusion_rate_name(tilt__confusion_rate rate) {
    return rates[rate].name;
}

static double sum_of(const double quadrant[4], unsigned mask) {
    double sum = 0.0;
    for (unsigned c = 0; c < 4; c++)
        if (mask >> c & 1u) sum += quadrant[c];
    return sum;
}

static bool table_ok(const tilt__confusion *t) {
    double parts[8] = {t->tp, t->fp, t->fn, t->tn, t->tp2, t->fp2, t->fn2, t->tn2};
    for (size_t i = 0; i < 8; i++)
        if (!(parts[i] >= 0.0 && parts[i] < HUGE_VAL)) return false;
    return true;
}

tilt__effective tilt__confusion_effective(const tilt__confusion *table, tilt__confusion_rate rate) {
    if (!table_ok(table)) return (tilt__effective){.x = NAN, .n = NAN, .reason = TILT_OUT_OF_RANGE};
    const double w[4] = {table->tp, table->fp, table->fn, table->tn};
    const double w2[4] = {table->tp2, table->fp2, table->fn2, table->tn2};
    double x = sum_of(w, rates[rate].of), n = sum_of(w, rates[rate].per), n2 = sum_of(w2, rates[rate].per);
    if (!(n > 0.0)) return (tilt__effective){.x = NAN, .n = 0.0, .reason = TILT_EMPTY_GROUP};
    if (n2 == n) return (tilt__effective){.x = x, .n = n}; /* plain counts stay exact */
    double size = n / n2 * n;
    return (tilt__effective){.x = fmin(x / n * size, size), .n = size, .weighted = true};
}

tilt_estimate tilt__confusion_rate_of(const tilt__confusion *table, tilt__confusion_rate rate, double level) {
    tilt__effective part = tilt__confusion_effective(table, rate);
    if (part.reason != TILT_REASON_NONE) return tilt__undefined(part.reason, "wilson", level);
    tilt_estimate out = tilt__wilson(part.x, part.n, level);
    if (part.weighted) out.method = "wilson-kish";
    return out;
}

tilt__value tilt__confusion_rate_se(const tilt__confusion *table, tilt__confusion_rate rate) {
    tilt__effective part = tilt__confusion_effective(table, rate);
    if (part.reason != TILT_REASON_NONE) return tilt__no_value(part.reason);
    double p = part.x / part.n;
    return tilt__some_value(sqrt(p * (1.0 - p) / part.n));
}

/* ---- scores that are not proportions ---- */

typedef struct slope {
    double value;
    double g[4]; /* gradient by tp, fp, fn, tn */
    tilt_reason reason;
} slope;

/* TPR + TNR, the common part of balanced accuracy and informedness. */
static slope slope_of_recalls(const tilt__confusion *t) {
    double pos = t->tp + t->fn, neg = t->fp + t->tn;
    if (!(pos > 0.0 && neg > 0.0)) return (slope){.reason = TILT_EMPTY_GROUP};
    return (slope){.value = t->tp / pos + t->tn / neg,
                   .g = {t->fn / pos / pos, -t->tn / neg / neg, -t->tp / pos / pos, t->fp / neg / neg}};
}

static slope slope_of_balanced(const tilt__confusion *t) {
    slope s = slope_of_recalls(t);
    s.value *= 0.5;
    for (size_t c = 0; c < 4; c++) s.g[c] *= 0.5;
    return s;
}

static slope slope_of_informedness(const tilt__confusion *t) {
    slope s = slope_of_recalls(t);
    s.value -= 1.0;
    return s;
}

static slope slope_of_f1(const tilt__confusion *t) {
    double d = 2.0 * t->tp + t->fp + t->fn;
    if (!(d > 0.0)) return (slope){.reason = TILT_ZERO_MARGIN};
    double by_error = -2.0 * t->tp / d / d;
    return (slope){.value = 2.0 * t->tp / d, .g = {2.0 * (t->fp + t->fn) / d / d, by_error, by_error, 0.0}};
}

static slope slope_of_mcc(const tilt__confusion *t) {
    double pos = t->tp + t->fn, neg = t->fp + t->tn, yes = t->tp + t->fp, no = t->fn + t->tn;
    if (!(pos > 0.0 && neg > 0.0 && yes > 0.0 && no > 0.0)) return (slope){.reason = TILT_ZERO_MARGIN};
    double s =
        sqrt(pos) * sqrt(neg) * sqrt(yes) * sqrt(no); /* apart: the product of four would overflow first */
    double m = t->tp / s * t->tn - t->fp / s * t->fn, half = m / 2.0;
    return (slope){.value = m,
                   .g = {t->tn / s - half * (1 / pos + 1 / yes), -t->fn / s - half * (1 / neg + 1 / yes),
                         -t->fp / s - half * (1 / pos + 1 / no), t->tp / s - half * (1 / neg + 1 / no)}};
}

/* kappa = 2 (tp tn - fp fn) / (yes neg + pos no), on shares so that nothing overflows. */
static slope slope_of_kappa(const tilt__confusion *t) {
    double n = t->tp + t->fp + t->fn + t->tn;
    if (!(n > 0.0)) return (slope){.reason = TILT_EMPTY_GROUP};
    double tp = t->tp / n, fp = t->fp / n, fn = t->fn / n, tn = t->tn / n;
    double pos = tp + fn, neg = fp + tn, yes = tp + fp, no = fn + tn, b = yes * neg + pos * no;
    if (!(b > 0.0)) return (slope){.reason = TILT_ZERO_MARGIN};
    double k = 2.0 * (tp * tn - fp * fn) / b;
    return (slope){.value = k,
                   .g = {(2 * tn - k * (neg + no)) / b / n, (-2 * fn - k * (neg + yes)) / b / n,
                         (-2 * fp - k * (no + pos)) / b / n, (2 * tp - k * (yes + pos)) / b / n}};
}

static slope slope_of_fn_fp(const tilt__confusion *t) {
    if (!(t->fp > 0.0)) return (slope){.reason = TILT_ZERO_MARGIN};
    return (slope){.value = t->fn / t->fp, .g = {0.0, -t->fn / t->fp / t->fp, 1.0 / t->fp, 0.0}};
}

static const struct {
    const char *name;
    slope (*slope)(const tilt__confusion *table);
    double lowest, highest;
} scores[] = {
    [TILT__BALANCED_ACCURACY] = {"balanced_accuracy", slope_of_balanced, 0.0, 1.0},
    [TILT__INFORMEDNESS] = {"informedness", slope_of_informedness, -1.0, 1.0},
    [TILT__F1] = {"f1", slope_of_f1, 0.0, 1.0},
    [TILT__MCC] = {"mcc", slope_of_mcc, -1.0, 1.0},
    [TILT__KAPPA] = {"kappa", slope_of_kappa, -1.0, 1.0},
    [TILT__FN_FP_RATIO] = {"fn_fp_ratio", slope_of_fn_fp, 0.0, HUGE_VAL},
};
static_assert(sizeof scores / sizeof scores[0] == TILT__N_CONFUSION_SCORE, "one row per score");

const char *tilt__confusion_score_name(tilt__confusion_score score) {
    return scores[score].name;
}

tilt_estimate tilt__confusion_score_of(const tilt__confusion *table, tilt__confusion_score score,
                                       double level) {
    static const char *const method = "delta";
    if (!table_ok(table) || !tilt__level_ok(level)) return tilt__undefined(TILT_OUT_OF_RANGE, method, level);
    slope s = scores[score].slope(table);
    if (s.reason != TILT_REASON_NONE) return tilt__undefined(s.reason, method, level);
    tilt_estimate out = tilt__undefined(TILT_ZERO_MARGIN, method, level);
    out.value = fmin(fmax(s.value, scores[score].lowest), scores[score].highest);
    double variance = s.g[0] * s.g[0] * table->tp2 + s.g[1] * s.g[1] * table->fp2 +
                      s.g[2] * s.g[2] * table->fn2 + s.g[3] * s.g[3] * table->tn2;
    if (!(variance > 0.0) || !(out.value > scores[score].lowest || score != TILT__FN_FP_RATIO)) return out;
    double reach = tilt__z_of_level(level) * sqrt(variance);
    out.lower = fmax(out.value - reach, scores[score].lowest);
    out.upper = fmin(out.value + reach, scores[score].highest);
    if (score == TILT__FN_FP_RATIO) {
        double factor = exp(reach / out.value);
        out.lower = out.value / factor;
        out.upper = out.value * factor;
    }
    out.reason = TILT_REASON_NONE;
    return out;
}

/* ---- two groups ---- */

tilt_reason tilt__confusion_pair(const tilt__confusion *focal, const tilt__confusion *reference,
                                 tilt__confusion_rate rate, tilt__pair *out_pair) {
    tilt__effective a = tilt__confusion_effective(focal, rate),
                    r = tilt__confusion_effective(reference, rate);
    *out_pair = (tilt__pair){.xa = a.x, .na = a.n, .xr = r.x, .nr = r.n};
    return a.reason != TILT_REASON_NONE ? a.reason : r.reason;
}

tilt_estimate tilt__confusion_gap(const tilt__confusion *focal, const tilt__confusion *reference,
                                  tilt__confusion_rate rate, double level) {
    tilt__pair pair;
    tilt_reason reason = tilt__confusion_pair(focal, reference, rate, &pair);
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, "newcombe", level);
    return tilt__difference_newcombe(pair, level);
}

tilt_estimate tilt__confusion_ratio(const tilt__confusion *focal, const tilt__confusion *reference,
                                    tilt__confusion_rate rate, double level) {
    tilt__pair pair;
    tilt_reason reason = tilt__confusion_pair(focal, reference, rate, &pair);
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, "miettinen-nurminen", level);
    return tilt__ratio_mn(pair, level);
}

/* The plain gap of a rate. */
static tilt__value gap_of(const tilt__confusion *focal, const tilt__confusion *reference,
                          tilt__confusion_rate rate) {
    tilt__pair pair;
    tilt_reason reason = tilt__confusion_pair(focal, reference, rate, &pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(pair.xa / pair.na - pair.xr / pair.nr);
}

tilt__value tilt__equalised_odds_max(const tilt__confusion *focal, const tilt__confusion *reference) {
    tilt__value tpr = gap_of(focal, reference, TILT__TPR), fpr = gap_of(focal, reference, TILT__FPR);
    if (tpr.reason != TILT_REASON_NONE) return tpr;
    if (fpr.reason != TILT_REASON_NONE) return fpr;
    return tilt__some_value(fmax(fabs(tpr.value), fabs(fpr.value)));
}

tilt__value tilt__equalised_odds_mean(const tilt__confusion *focal, const tilt__confusion *reference) {
    tilt__value tpr = gap_of(focal, reference, TILT__TPR), fpr = gap_of(focal, reference, TILT__FPR);
    if (tpr.reason != TILT_REASON_NONE) return tpr;
    if (fpr.reason != TILT_REASON_NONE) return fpr;
    return tilt__some_value((fabs(tpr.value) + fabs(fpr.value)) / 2.0);
}

tilt_estimate tilt__average_odds(const tilt__confusion *focal, const tilt__confusion *reference,
                                 double level) {
    static const char *const method = "square-and-add";
    tilt_estimate tpr = tilt__confusion_gap(focal, reference, TILT__TPR, level);
    tilt_estimate fpr = tilt__confusion_gap(focal, reference, TILT__FPR, level);
    if (tpr.reason != TILT_REASON_NONE) return tilt__undefined(tpr.reason, method, level);
    if (fpr.reason != TILT_REASON_NONE) return tilt__undefined(fpr.reason, method, level);
    double value = (tpr.value + fpr.value) / 2.0;
    return (tilt_estimate){.value = value,
                           .lower = value - hypot(tpr.value - tpr.lower, fpr.value - fpr.lower) / 2.0,
                           .upper = value + hypot(tpr.upper - tpr.value, fpr.upper - fpr.value) / 2.0,
                           .level = level,
                           .method = method};
}

tilt__value tilt__treatment_equality(const tilt__confusion *focal, const tilt__confusion *reference) {
    if (!table_ok(focal) || !table_ok(reference)) return tilt__no_value(TILT_OUT_OF_RANGE);
    if (!(focal->fp > 0.0 && reference->fp > 0.0)) return tilt__no_value(TILT_ZERO_MARGIN);
    return tilt__some_value(focal->fn / focal->fp - reference->fn / reference->fp);
}

tilt__rate_spread tilt__confusion_spread(const tilt__confusion *groups, size_t n_groups,
                                         tilt__confusion_rate rate) {
    tilt__rate_spread out = {
        .difference = NAN, .ratio = NAN, .reason = TILT_SINGLE_GROUP, .ratio_reason = TILT_SINGLE_GROUP};
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t g = 0; g < n_groups; g++) {
        tilt__effective part = tilt__confusion_effective(&groups[g], rate);
        double p = part.x / part.n;
        if (part.reason != TILT_REASON_NONE) {
            out.left_out++;
            continue;
        }
        if (p < low) low = p, out.lowest = g;
        if (p > high) high = p, out.highest = g;
    }
    if (n_groups - out.left_out < 2) return out;
    out.difference = high - low;
    out.reason = TILT_REASON_NONE;
    out.ratio_reason = high > 0.0 ? TILT_REASON_NONE : TILT_ZERO_REFERENCE;
    if (high > 0.0) out.ratio = low / high;
    return out;
}
