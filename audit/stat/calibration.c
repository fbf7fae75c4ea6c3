/* stat/calibration.c - calibration of one group, and between two.
 *
 * One preparation gives the logits, the rescaled weights and the order by probability; every statistic below
 * reads that. Bins by width: min(floor(10 p), 9). Bins by count: by stable rank, so that they never depend on
 * how a quantile is defined; rows with equal scores may then fall into two bins, in the order they came. Rows
 * that stand for several people have no order among equals: there a run of equal scores is shared out. */
#include "stat/calibration.h"

#include <math.h>

#include "base/mem.h"
#include "stat/logit_fit.h"
#include "stat/poisson.h"
#include "stat/random.h"
#include "stat/sum.h"
#include "stat/tail.h"

enum { BINS = TILT__CALIBRATION_BINS, EXACT_BIN = 500 };

typedef tilt__calibrated prepared;

typedef struct bin {
    double w, p, y; /* sums of w, w p, w y */
} bin;

static double weight_of(const prepared *d, size_t row) {
    return tilt__weight_at(&d->data, row) * d->scale;
}

static double logit_of(double p) {
    double held = fmin(fmax(p, 1e-12), 1.0 - 1e-12);
    return log(held) - log1p(-held);
}

static tilt_reason probabilities_check(const tilt__scores *data) {
    tilt_reason reason = tilt__scores_check(data);
    for (size_t i = 0; reason == TILT_REASON_NONE && i < data->n; i++)
        if (data->score[i] < 0.0 || data->score[i] > 1.0) reason = TILT_OUT_OF_RANGE;
    return reason;
}

void tilt__calibrated_free(tilt__calibrated *group) {
    free(group->order);
    free(group->x);
    group->order = NULL;
    group->x = group->w[0] = group->w[1] = NULL;
}

void tilt__calibrated_unorder(tilt__calibrated *group) {
    free(group->order);
    group->order = NULL;
}

tilt_status tilt__calibrated_new(const tilt__scores *data, tilt__calibrated *out) {
    *out = (prepared){.data = *data, .reason = probabilities_check(data)};
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    if (tilt__order(data->score, data->n, &out->order) != TILT_OK) return TILT_ENOMEM;
    tilt__sum sum = {0, 0}, sum2 = {0, 0};
    for (size_t i = 0; i < data->n; i++) {
        tilt__sum_add(&sum, tilt__weight_at(data, i));
        tilt__sum_add(&sum2, tilt__weight2_at(data, i));
        out->people += tilt__people_at(data, i);
    }
    out->n = tilt__sum_total(sum);
    out->scale = data->weight != NULL ? out->n / tilt__sum_total(sum2) : 1.0;
    out->total = out->n * out->scale;
    return TILT_OK;
}

/* ---- fits ---- */

static tilt__logit_part part_of(const prepared *d) {
    return (tilt__logit_part){
        .data = &d->data, .x = d->x, .w = {d->w[0], d->w[1]}, .n = d->n_x, .scale = d->scale};
}

static bool starts_score(const prepared *d, size_t rank) {
    return rank == 0 || d->data.score[d->order[rank]] > d->data.score[d->order[rank - 1]];
}

/* Scores that several rows have are listed once, with what there is of each label. */
static tilt_status list_logits(prepared *d) {
    size_t n = d->data.n, distinct = 0;
    for (size_t rank = 0; rank < n; rank++) distinct += starts_score(d, rank);
    bool listed = distinct <= n - n / 4;
    d->n_x = listed ? distinct : n;
    d->x = tilt__alloc(d->n_x, (listed ? 3 : 1) * sizeof *d->x);
    if (d->x == NULL) return TILT_ENOMEM;
    for (size_t i = 0; i < n && !listed; i++) d->x[i] = logit_of(d->data.score[i]);
    if (!listed) return TILT_OK;
    for (size_t y = 0; y < 2; y++) d->w[y] = d->x + (y + 1) * distinct;
    for (size_t rank = 0, at = 0; rank < n; rank++) {
        size_t row = d->order[rank];
        at += rank > 0 && starts_score(d, rank);
        if (starts_score(d, rank)) d->x[at] = logit_of(d->data.score[row]);
        d->w[d->data.label[row]][at] += weight_of(d, row);
    }
    return TILT_OK;
}

static void fit_rows(const tilt__logit_rows *rows, tilt__calibration_fits *out) {
    tilt__fit_offset(rows, out);
    tilt__fit_slope(rows, out);
}

tilt_status tilt__calibrated_fit(tilt__calibrated *group) {
    if (group->reason != TILT_REASON_NONE || group->x != NULL) return TILT_OK;
    if (list_logits(group) != TILT_OK) return TILT_ENOMEM;
    fit_rows(&(tilt__logit_rows){.parts = {part_of(group)}, .n_parts = 1}, &group->fits);
    return TILT_OK;
}

tilt_estimate tilt__coefficient_estimate(tilt__coefficient coefficient, double level) {
    tilt_reason reason = tilt__level_ok(level) ? coefficient.reason : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, "wald", level);
    double reach = tilt__z_of_level(level) * coefficient.se;
    return (tilt_estimate){.value = coefficient.value,
                           .lower = coefficient.value - reach,
                           .upper = coefficient.value + reach,
                           .level = level,
                           .method = "wald"};
}

/* ---- bins ---- */

static size_t width_bin(double p) {
    size_t b = (size_t)(p * BINS);
    return b < BINS ? b : BINS - 1;
}

static void add_to_bin(const prepared *d, bin *b, size_t row) {
    double w = weight_of(d, row);
    b->w += w;
    b->p += w * d->data.score[row];
    b->y += w * d->data.label[row];
}

static void set_width_bins(const prepared *d, tilt__calibration *out, double brier) {
    bin bins[BINS] = {{0}};
    double base = out->observed, ece = 0.0;
    for (size_t i = 0; i < d->data.n; i++) add_to_bin(d, &bins[width_bin(d->data.score[i])], i);
    for (size_t b = 0; b < BINS; b++) {
        if (!(bins[b].w > 0.0)) continue;
        double share = bins[b].w / d->total, predicted = bins[b].p / bins[b].w, seen = bins[b].y / bins[b].w;
        ece += share * fabs(seen - predicted);
        out->mce_width = fmax(out->mce_width, fabs(seen - predicted));
        out->reliability += share * (predicted - seen) * (predicted - seen);
        out->resolution += share * (seen - base) * (seen - base);
    }
    out->ece_width = ece;
    out->uncertainty = base * (1.0 - base);
    out->within_bins = brier - (out->reliability - out->resolution + out->uncertainty);
}

/* Shares the people of ranks from..to (of equal score, summed in `run`) out over the bins they reach into. */
static void share_out(const prepared *d, bin bins[BINS], const bin *run, double from, double to) {
    for (double at = from, edge; at < to; at = edge) {
        double b = fmin(floor(at * BINS / d->people), BINS - 1);
        edge = b < BINS - 1 ? fmin(ceil((b + 1.0) * d->people / BINS), to) : to;
        if (!(edge > at)) edge = to;
        double share = (edge - at) / (to - from);
        bins[(size_t)b].w += run->w * share;
        bins[(size_t)b].p += run->p * share;
        bins[(size_t)b].y += run->y * share;
    }
}

static void fill_shared(const prepared *d, bin bins[BINS]) {
    double passed = 0.0;
    for (size_t rank = 0, end; rank < d->data.n; rank = end) {
        bin run = {0, 0, 0};
        double people = 0.0;
        for (end = rank; end < d->data.n; end++) {
            if (d->data.score[d->order[end]] > d->data.score[d->order[rank]]) break;
            add_to_bin(d, &run, d->order[end]);
            people += tilt__people_at(&d->data, d->order[end]);
        }
        share_out(d, bins, &run, passed, passed + people);
        passed += people;
    }
}

static double mass_error(const prepared *d) {
    bin bins[BINS] = {{0}};
    double ece = 0.0;
    size_t n = d->data.n;
    if (d->data.count != NULL) fill_shared(d, bins);
    for (size_t rank = 0; d->data.count == NULL && rank < n; rank++)
        add_to_bin(d, &bins[(size_t)((double)rank * BINS / (double)n)], d->order[rank]);
    for (size_t b = 0; b < BINS; b++) ece += fabs(bins[b].y - bins[b].p) / d->total;
    return ece;
}

/* The score of the person with this rank (0 is the lowest); ranks must not fall between calls. */
typedef struct rank_walk {
    size_t row;
    double passed; /* people before it */
} rank_walk;

static double score_of_rank(const prepared *d, rank_walk *walk, double rank) {
    while (walk->row + 1 < d->data.n) {
        double people = tilt__people_at(&d->data, d->order[walk->row]);
        if (walk->passed + people > rank) break;
        walk->passed += people;
        walk->row++;
    }
    return d->data.score[d->order[walk->row]];
}

/* The k-th of the tenths (type 7, Hyndman and Fan 1996) of the probabilities; k must not fall between calls.
 * 90 * 7 / 10 is 63 where 90 * 0.7 is a little less, which would part equal scores at 63. */
static double tenth_of(const prepared *d, rank_walk *walk, size_t k) {
    double at = (d->people - 1.0) * (double)k / BINS, low = floor(at);
    double value = score_of_rank(d, walk, low);
    if (!(at > low)) return value;
    rank_walk ahead = *walk;
    double next = score_of_rank(d, &ahead, low + 1.0);
    return next > value ? (1.0 - (at - low)) * value + (at - low) * next : value;
}

static tilt__test hosmer_lemeshow(const prepared *d, size_t *out_groups) {
    double cuts[BINS + 1];
    size_t n_cuts = 0, group = 1;
    rank_walk walk = {0, 0.0};
    for (size_t k = 0; k <= BINS; k++) {
        double cut = tenth_of(d, &walk, k);
        if (n_cuts == 0 || cut > cuts[n_cuts - 1]) cuts[n_cuts++] = cut;
    }
    bin bins[BINS + 1] = {{0}};
    /* group g holds (cut g-1, cut g]; the lowest is included */
    for (size_t rank = 0; rank < d->data.n; rank++) {
        while (group + 1 < n_cuts && d->data.score[d->order[rank]] > cuts[group]) group++;
        add_to_bin(d, &bins[group], d->order[rank]);
    }
    double chi_square = 0.0;
    bool impossible = false;
    *out_groups = 0; /* an interval between two interpolated cuts may hold nobody: it is no group */
    for (size_t g = 1; g <= BINS; g++) {
        if (!(bins[g].w > 0.0)) continue;
        double gap = bins[g].y - bins[g].p, other = bins[g].w - bins[g].p;
        (*out_groups)++;
        if (fabs(gap) <= 1e-14 * bins[g].w) continue; /* also 0 of 0 expected */
        if (!(bins[g].p > 0.0 && other > 0.0)) impossible = true;
        chi_square += gap * gap / bins[g].p + gap * gap / other;
    }
    if (*out_groups < 3) return tilt__no_test(TILT_TOO_FEW);
    if (impossible) return tilt__no_test(TILT_ZERO_MARGIN);
    return tilt__test_of_chi_square(chi_square, (double)(*out_groups - 2));
}

/* ---- scores ---- */

static tilt_estimate expected_over_observed(double expected, double observed, double level) {
    tilt_estimate out = tilt__undefined(TILT_OUT_OF_RANGE, "poisson", level);
    tilt_estimate count = tilt__poisson_exact(observed, level);
    if (count.reason != TILT_REASON_NONE) return out;
    out.reason = observed > 0.0 ? TILT_REASON_NONE : TILT_ZERO_REFERENCE;
    if (observed > 0.0) out.value = expected / observed;
    out.lower = expected / count.upper;
    out.upper = count.lower > 0.0 ? expected / count.lower : HUGE_VAL;
    return out;
}

static void set_scores(const prepared *d, double level, tilt__calibration *out) {
    tilt__sum brier = {0, 0}, square = {0, 0}, loss = {0, 0}, expected = {0, 0}, observed = {0, 0};
    tilt__sum miss = {0, 0}, spread = {0, 0};
    for (size_t i = 0; i < d->data.n; i++) {
        double p = d->data.score[i], y = d->data.label[i], w = weight_of(d, i), e = (p - y) * (p - y);
        double held = fmin(fmax(p, 1e-12), 1.0 - 1e-12);
        tilt__sum_add(&brier, w * e);
        tilt__sum_add(&square, w * e * e);
        tilt__sum_add(&loss, -w * (y > 0.0 ? log(held) : log1p(-held)));
        tilt__sum_add(&expected, w * p);
        tilt__sum_add(&observed, w * y);
        tilt__sum_add(&miss, w * (y - p) * (1.0 - 2.0 * p));
        tilt__sum_add(&spread, w * (1.0 - 2.0 * p) * (1.0 - 2.0 * p) * p * (1.0 - p));
    }
    double mean = tilt__sum_total(brier) / d->total;
    double variance = fmax(tilt__sum_total(square) / d->total - mean * mean, 0.0) / d->total;
    out->observed = tilt__sum_total(observed) / d->total;
    out->log_loss = tilt__sum_total(loss) / d->total;
    out->expected_over_observed =
        expected_over_observed(tilt__sum_total(expected), tilt__sum_total(observed), level);
    out->brier = tilt__coefficient_estimate((tilt__coefficient){.value = mean, .se = sqrt(variance)}, level);
    out->brier.lower = fmax(out->brier.lower, 0.0);
    double noise = tilt__sum_total(spread);
    out->spiegelhalter =
        noise > 0.0 ? tilt__test_of_z(tilt__sum_total(miss) / sqrt(noise)) : tilt__no_test(TILT_ZERO_MARGIN);
    set_width_bins(d, out, mean);
}

static tilt__calibration no_calibration(tilt_reason reason, double level) {
    const tilt__coefficient none = {NAN, NAN, reason};
    return (tilt__calibration){.n = NAN,
                               .n_effective = NAN,
                               .observed = NAN,
                               .in_the_large = none,
                               .intercept = none,
                               .slope = none,
                               .expected_over_observed = tilt__undefined(reason, "poisson", level),
                               .brier = tilt__undefined(reason, "wald", level),
                               .log_loss = NAN,
                               .reliability = NAN,
                               .resolution = NAN,
                               .uncertainty = NAN,
                               .within_bins = NAN,
                               .spiegelhalter = tilt__no_test(reason),
                               .hosmer_lemeshow = tilt__no_test(reason),
                               .ece_width = NAN,
                               .ece_mass = NAN,
                               .mce_width = NAN,
                               .reason = reason};
}

void tilt__calibration_with(const tilt__calibrated *group, double level, tilt__calibration *out) {
    tilt_reason reason = group->reason;
    if (reason == TILT_REASON_NONE && !tilt__level_ok(level)) reason = TILT_OUT_OF_RANGE;
    *out = no_calibration(reason, level);
    if (reason != TILT_REASON_NONE) return;
    *out = (tilt__calibration){.n = group->n, .n_effective = group->total};
    set_scores(group, level, out);
    out->ece_mass = mass_error(group);
    out->hosmer_lemeshow = hosmer_lemeshow(group, &out->groups);
    out->in_the_large = group->fits.in_the_large;
    out->intercept = group->fits.intercept;
    out->slope = group->fits.slope;
}

tilt_status tilt__calibration_of(const tilt__scores *data, double level, tilt__calibration *out) {
    tilt__calibrated group;
    tilt_status status = tilt__calibrated_new(data, &group);
    if (status == TILT_OK) status = tilt__calibrated_fit(&group);
    if (status == TILT_OK) tilt__calibration_with(&group, level, out);
    tilt__calibrated_free(&group);
    return status;
}

/* ---- ECE under the null ---- */

typedef struct null_bin {
    size_t from, to; /* in rank order */
    double people;
    double variance; /* of sum w (y - p) if p is right */
} null_bin;

static double draw_bin_error(const prepared *d, const null_bin *b, tilt__random *random) {
    if (b->people > EXACT_BIN) return fabs(sqrt(b->variance) * tilt__random_normal(random));
    double error = 0.0;
    for (size_t rank = b->from; rank < b->to; rank++) {
        size_t row = d->order[rank];
        double p = d->data.score[row];
        double people = fmax(nearbyint(tilt__people_at(&d->data, row)), 1.0);
        double hits = people > 1.0 ? tilt__random_binomial(random, people, p)
                                   : (tilt__random_uniform(random) < p ? 1.0 : 0.0);
        error += weight_of(d, row) * (hits / people - p);
    }
    return fabs(error);
}

/* Equal-width bins are runs of the rank order. */
static size_t set_null_bins(const prepared *d, null_bin bins[BINS]) {
    size_t n = 0;
    for (size_t rank = 0; rank < d->data.n; rank++) {
        size_t row = d->order[rank];
        double p = d->data.score[row];
        bool first = rank == 0 || width_bin(p) != width_bin(d->data.score[d->order[rank - 1]]);
        if (first) bins[n++] = (null_bin){.from = rank};
        bins[n - 1].to = rank + 1;
        bins[n - 1].people += tilt__people_at(&d->data, row);
        bins[n - 1].variance += tilt__weight2_at(&d->data, row) * d->scale * d->scale * p * (1.0 - p);
    }
    return n;
}

static void run_null(const prepared *d, size_t replicates, uint64_t seed, tilt__ece_null *out) {
    null_bin bins[BINS];
    size_t n_bins = set_null_bins(d, bins), reached = 0;
    double sum = 0.0;
    for (size_t r = 0; r < replicates; r++) {
        double ece = 0.0;
        for (size_t b = 0; b < n_bins; b++) {
            tilt__random random = tilt__random_stream(seed, r, b);
            ece += draw_bin_error(d, &bins[b], &random) / d->total;
        }
        sum += ece;
        reached += ece >= out->value - 1e-12;
    }
    out->expected = sum / (double)replicates;
    out->p = (1.0 + (double)reached) / ((double)replicates + 1.0);
    out->p_se = sqrt(out->p * (1.0 - out->p) / (double)replicates);
}

void tilt__ece_null_with(const tilt__calibrated *group, size_t replicates, uint64_t seed,
                         tilt__ece_null *out) {
    bin bins[BINS] = {{0}};
    *out = (tilt__ece_null){NAN, NAN, NAN, NAN, group->reason};
    if (group->reason != TILT_REASON_NONE) return;
    for (size_t i = 0; i < group->data.n; i++) add_to_bin(group, &bins[width_bin(group->data.score[i])], i);
    out->value = 0.0;
    for (size_t b = 0; b < BINS; b++) out->value += fabs(bins[b].y - bins[b].p) / group->total;
    if (replicates > 0)
        run_null(group, replicates, seed, out);
    else
        out->reason = TILT_NOT_REQUESTED;
}

tilt_status tilt__ece_null_of(const tilt__scores *data, size_t replicates, uint64_t seed,
                              tilt__ece_null *out) {
    tilt__calibrated group;
    tilt_status status = tilt__calibrated_new(data, &group);
    if (status == TILT_OK) tilt__ece_null_with(&group, replicates, seed, out);
    tilt__calibrated_free(&group);
    return status;
}

/* ---- two groups ---- */

static tilt_estimate coefficient_gap(tilt__coefficient a, tilt__coefficient r, double level) {
    tilt_reason reason = a.reason != TILT_REASON_NONE ? a.reason : r.reason;
    return tilt__coefficient_estimate(
        (tilt__coefficient){.value = a.value - r.value, .se = hypot(a.se, r.se), .reason = reason}, level);
}

static tilt__test likelihood_ratio(tilt_reason reason, double apart, double together, double df) {
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    return tilt__test_of_chi_square(fmax(2.0 * (apart - together), 0.0), df);
}

void tilt__calibration_gap_with(const tilt__calibrated *focal, const tilt__calibrated *reference,
                                double level, tilt__calibration_gap *out) {
    tilt_reason reason = focal->reason != TILT_REASON_NONE ? focal->reason : reference->reason;
    *out = (tilt__calibration_gap){.in_the_large = tilt__undefined(reason, "wald", level),
                                   .slope = tilt__undefined(reason, "wald", level),
                                   .level_test = tilt__no_test(reason),
                                   .level_and_slope_test = tilt__no_test(reason)};
    if (reason != TILT_REASON_NONE) return;
    const tilt__calibration_fits *a = &focal->fits, *r = &reference->fits;
    tilt__calibration_fits both;
    fit_rows(&(tilt__logit_rows){.parts = {part_of(focal), part_of(reference)}, .n_parts = 2}, &both);
    tilt_reason of_level = a->in_the_large.reason, of_slope = a->slope.reason;
    if (of_level == TILT_REASON_NONE) of_level = r->in_the_large.reason;
    if (of_slope == TILT_REASON_NONE) of_slope = r->slope.reason;
    out->in_the_large = coefficient_gap(a->in_the_large, r->in_the_large, level);
    out->slope = coefficient_gap(a->slope, r->slope, level);
    out->level_test =
        likelihood_ratio(of_level, a->offset_likelihood + r->offset_likelihood, both.offset_likelihood, 1.0);
    out->level_and_slope_test =
        likelihood_ratio(of_slope, a->slope_likelihood + r->slope_likelihood, both.slope_likelihood, 2.0);
}

tilt_status tilt__calibration_gap_of(const tilt__scores *focal, const tilt__scores *reference, double level,
                                     tilt__calibration_gap *out) {
    tilt__calibrated groups[2] = {{.x = NULL}, {.x = NULL}};
    tilt_status status = tilt__calibrated_new(focal, &groups[0]);
    if (status == TILT_OK) status = tilt__calibrated_new(reference, &groups[1]);
    for (size_t k = 0; k < 2 && status == TILT_OK; k++) status = tilt__calibrated_fit(&groups[k]);
    if (status == TILT_OK) tilt__calibration_gap_with(&groups[0], &groups[1], level, out);
    for (size_t k = 0; k < 2; k++) tilt__calibrated_free(&groups[k]);
    return status;
}
