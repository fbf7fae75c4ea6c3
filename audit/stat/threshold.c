/* stat/threshold.c - the threshold sweep.
 *
 * Both groups' distinct scores are walked side by side, upwards; who is selected at each is what the group
 * has there and above, added up downwards row by row: at the lowest score every selection rate is exactly 1.
 */
#include "stat/threshold.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"

/* What three roundings of a quotient of quotients can add up to, with room; ratios of whole numbers of people
 * below 2^24 that differ are further apart. */
#define ON_EDGE (4 * DBL_EPSILON)

/* ---- rows ---- */

typedef struct sweep {
    tilt__rank_walk walk; /* index 0: the reference, 1: the focal group */
    bool labels;
    double below[2][TILT__RANK_CLASSES]; /* people passed, where there are no weights */
    double reach[2];
} sweep;

static double share_of(double part, double whole) {
    return whole > 0.0 ? fmin(part / whole, 1.0) : (double)NAN;
}

/* Massart's (1990) distance, with the level shared between two independent groups. */
static double reach_of(const tilt__ranking *group, double level) {
    double miss = 1.0 - sqrt(level);
    return sqrt(log(2.0 / miss) / (2.0 * (group->plain_w / group->plain_w2 * group->plain_w)));
}

static sweep sweep_new(const tilt__ranking *focal, const tilt__ranking *reference, bool labels,
                       double level) {
    return (sweep){.walk = tilt__rank_walk_new(reference, focal),
                   .labels = labels,
                   .reach = {reach_of(reference, level), reach_of(focal, level)}};
}

/* Share of a class of group g that the score at hand selects. */
static double selected_share(const sweep *s, size_t g, size_t class) {
    const tilt__ranking *group = s->walk.of[g];
    double all = group->total[class];
    double selected = group->weighted ? group->top[class][s->walk.at[g]] : all - s->below[g][class];
    return share_of(selected, all);
}

static bool next_row(sweep *s, tilt__threshold_row *row) {
    for (size_t g = 0; g < 2; g++)
        for (size_t k = 0; k < TILT__RANK_CLASSES; k++) s->below[g][k] += tilt__rank_w(&s->walk, g, k);
    if (!tilt__rank_step(&s->walk)) return false;
    row->threshold = s->walk.score;
    for (size_t g = 0; g < 2; g++) {
        row->selection[g] = selected_share(s, g, TILT__RANK_ALL);
        row->fpr[g] = s->labels ? selected_share(s, g, 0) : (double)NAN;
        row->tpr[g] = s->labels ? selected_share(s, g, 1) : (double)NAN;
    }
    row->ratio = row->selection[0] > 0.0 ? row->selection[1] / row->selection[0] : (double)NAN;
    double reference_low = fmax(row->selection[0] - s->reach[0], 0.0);
    row->lower = fmax(row->selection[1] - s->reach[1], 0.0) / fmin(row->selection[0] + s->reach[0], 1.0);
    row->upper = reference_low > 0.0 ? fmin(row->selection[1] + s->reach[1], 1.0) / reference_low : HUGE_VAL;
    return true;
}

/* How many rows there are, and how many of them lie below each of two thresholds. */
static size_t count_rows(const tilt__ranking *focal, const tilt__ranking *reference, const double edge[2],
                         size_t below[2]) {
    size_t n = 0;
    tilt__rank_walk walk = tilt__rank_walk_new(reference, focal);
    below[0] = below[1] = 0;
    for (; tilt__rank_step(&walk); n++)
        for (size_t k = 0; k < 2; k++) below[k] += walk.score < edge[k];
    return n;
}

static tilt_reason reason_of(const tilt__ranking *focal, const tilt__ranking *reference, double level) {
    if (focal->reason != TILT_REASON_NONE) return focal->reason;
    if (reference->reason != TILT_REASON_NONE) return reference->reason;
    return tilt__level_ok(level) ? TILT_REASON_NONE : TILT_OUT_OF_RANGE;
}

static size_t labelled_in(const tilt__scores *data) {
    return data->label != NULL ? data->n - data->unlabelled : 0;
}

static tilt_status fill_curve(const tilt__ranking *focal, const tilt__ranking *reference,
                              tilt__threshold_curve *out) {
    size_t below[2];
    sweep s = sweep_new(focal, reference, true, out->level);
    out->n = count_rows(focal, reference, (double[2]){0, 0}, below);
    out->rows = tilt__alloc(out->n, sizeof *out->rows);
    if (out->rows == NULL) return TILT_ENOMEM;
    for (size_t g = 0; g < 2; g++) out->reach[g] = s.reach[g];
    for (size_t i = 0; next_row(&s, &out->rows[i]);) i++;
    return TILT_OK;
}

tilt_status tilt__threshold_curve_of(const tilt__scores *focal, const tilt__scores *reference, double level,
                                     tilt__threshold_curve *out) {
    tilt__ranking groups[2] = {{.n = 0}, {.n = 0}};
    *out = (tilt__threshold_curve){.level = level};
    tilt_status status = tilt__ranking_new(focal, labelled_in(focal), &groups[0]);
    if (status == TILT_OK) status = tilt__ranking_new(reference, labelled_in(reference), &groups[1]);
    out->reason = reason_of(&groups[0], &groups[1], level);
    if (status == TILT_OK && out->reason == TILT_REASON_NONE)
        status = fill_curve(&groups[0], &groups[1], out);
    for (size_t k = 0; k < 2; k++) tilt__ranking_free(&groups[k]);
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

/* ---- what is asked of them ---- */

static tilt__threshold_worst no_worst(double from, double to) {
    return (tilt__threshold_worst){(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                   from <= to ? TILT_NO_OVERLAP : TILT_OUT_OF_RANGE};
}

static void add_worst(tilt__threshold_worst *out, const tilt__threshold_row *row) {
    if (out->reason == TILT_OUT_OF_RANGE || isnan(row->ratio)) return;
    if (!(row->ratio >= out->lowest)) out->lowest = row->ratio, out->lowest_at = row->threshold;
    if (!(row->ratio <= out->highest)) out->highest = row->ratio, out->highest_at = row->threshold;
    out->reason = TILT_REASON_NONE;
}

/* least: what the focal group selects at the next row. */
static void add_bounds(tilt__threshold_bounds *out, const tilt__threshold_row *row, double least,
                       bool inner) {
    if (!(row->selection[0] > 0.0)) return;
    if (!(least / row->selection[0] >= out->least)) out->least = least / row->selection[0];
    if (inner && !(row->ratio >= out->most)) out->most = row->ratio;
}

tilt__threshold_worst tilt__threshold_worst_in(const tilt__threshold_curve *curve, double from, double to) {
    tilt__threshold_worst out = no_worst(from, to);
    /* A threshold between two scores acts as the higher one, so the row at or above `to` still counts. */
    size_t last = first_at_least(curve, to);
    for (size_t i = first_at_least(curve, from); i < curve->n && i <= last; i++)
        add_worst(&out, &curve->rows[i]);
    return out;
}

tilt__threshold_bounds tilt__threshold_lowest_bounds(const tilt__threshold_curve *curve, double from,
                                                     double to) {
    tilt__threshold_bounds out = {(double)NAN, (double)NAN};
    size_t first = first_at_least(curve, from), last = first_at_least(curve, to);
    for (size_t i = first > 0 ? first - 1 : 0; i < curve->n && i <= last + 1; i++) {
        double least = i + 1 < curve->n ? curve->rows[i + 1].selection[1] : 0.0;
        add_bounds(&out, &curve->rows[i], least, i > first && i < last);
    }
    return out;
}

/* Runs as they are found, upwards. */
typedef struct runner {
    tilt__threshold_run *runs;
    size_t n, capacity;
    double last;
    bool open, memory;
} runner;

static void add_to_runs(runner *r, const tilt__threshold_row *row, double lowest, double highest) {
    /* 5 of 12 to 1 of 3 is 1.25, whatever the last bit of the quotient says */
    bool inside = row->ratio >= lowest * (1 - ON_EDGE) && row->ratio <= highest * (1 + ON_EDGE);
    void *runs = r->runs;
    if (inside && !r->open) {
        r->memory = r->memory && tilt__grow(&runs, &r->capacity, r->n + 1, sizeof *r->runs);
        if (!r->memory) return;
        r->runs = runs;
        r->runs[r->n++].above = r->last;
    }
    if (inside) r->runs[r->n - 1].upto = row->threshold;
    r->open = inside;
    r->last = row->threshold;
}

static runner runner_new(void) {
    return (runner){.last = -HUGE_VAL, .memory = true};
}

tilt_status tilt__threshold_runs(const tilt__threshold_curve *curve, double lowest, double highest,
                                 tilt__threshold_run **out_runs, size_t *out_n) {
    runner r = runner_new();
    for (size_t i = 0; i < curve->n; i++) add_to_runs(&r, &curve->rows[i], lowest, highest);
    *out_runs = r.runs;
    *out_n = r.n;
    return r.memory ? TILT_OK : TILT_ENOMEM;
}

/* All of it while walking, row by row; the one before is kept until the next one is known. */
static bool sweep_rows(sweep *s, const tilt__threshold_question *asked, const size_t below[2],
                       tilt__threshold_answer *out) {
    runner r = runner_new();
    tilt__threshold_row row, next;
    size_t first = below[0], last = below[1], kept = 0;
    bool more = next_row(s, &row);
    for (size_t i = 0; more; i++, row = next) {
        more = next_row(s, &next);
        if (i >= first && i <= last) add_worst(&out->worst, &row);
        if (i + 1 >= first && i <= last + 1)
            add_bounds(&out->lowest, &row, more ? next.selection[1] : 0.0, i > first && i < last);
        add_to_runs(&r, &row, asked->lowest, asked->highest);
        while (kept < out->n_rows && i == (out->n_rows < 2 ? 0 : kept * (out->n - 1) / (out->n_rows - 1)))
            out->rows[kept++] = row;
    }
    out->runs = r.runs;
    out->n_runs = r.n;
    return r.memory;
}

tilt_status tilt__threshold_sweep(const tilt__ranking *focal, const tilt__ranking *reference, bool labels,
                                  const tilt__threshold_question *asked, tilt__threshold_answer *out) {
    size_t below[2];
    tilt__threshold_row *rows = out->rows;
    *out = (tilt__threshold_answer){.rows = rows, .reason = reason_of(focal, reference, asked->level)};
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    sweep s = sweep_new(focal, reference, labels, asked->level);
    out->n = count_rows(focal, reference, (double[2]){asked->from, asked->to}, below);
    out->n_rows = out->n < asked->most_rows ? out->n : asked->most_rows;
    out->worst = no_worst(asked->from, asked->to);
    out->lowest = (tilt__threshold_bounds){(double)NAN, (double)NAN};
    for (size_t g = 0; g < 2; g++) out->reach[g] = s.reach[g];
    return sweep_rows(&s, asked, below, out) ? TILT_OK : TILT_ENOMEM;
}

/* ---- everybody's scores ---- */

enum { DIGIT_BITS = 16, N_DIGITS = 64 / DIGIT_BITS, N_BUCKETS = 1 << DIGIT_BITS };

/* People by the digit of their score's key that comes after those of `prefix`, of scores that begin with it.
 */
static void count_digits(const tilt__scores *groups, size_t n_groups, uint64_t prefix, unsigned digit,
                         double *people) {
    unsigned shift = 64 - DIGIT_BITS * (digit + 1);
    memset(people, 0, N_BUCKETS * sizeof *people);
    for (size_t g = 0; g < n_groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++) {
            uint64_t key = tilt__score_key(groups[g].score[i]);
            if (digit > 0 && (key ^ prefix) >> shift >> DIGIT_BITS != 0) continue;
            people[key >> shift & (N_BUCKETS - 1)] += tilt__people_at(&groups[g], i);
        }
    }
}

/* A score is found digit by digit: how many people have a lower one is known before each. */
tilt_status tilt__scores_reached(const tilt__scores *groups, size_t n_groups, const double *people, size_t n,
                                 double *out) {
    double *first = tilt__alloc(N_BUCKETS, sizeof *first), *further = tilt__alloc(N_BUCKETS, sizeof *further);
    tilt_status status = first != NULL && further != NULL ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) count_digits(groups, n_groups, 0, 0, first);
    for (size_t k = 0; status == TILT_OK && k < n; k++) {
        double passed = 0.0;
        uint64_t prefix = 0;
        for (unsigned digit = 0; digit < N_DIGITS; digit++) {
            const double *counted = digit == 0 ? first : further;
            uint64_t bucket = 0;
            if (digit > 0) count_digits(groups, n_groups, prefix, digit, further);
            while (bucket + 1 < N_BUCKETS && passed + counted[bucket] < people[k])
                passed += counted[bucket++];
            prefix |= bucket << (64 - DIGIT_BITS * (digit + 1));
        }
        out[k] = tilt__score_of_key(prefix);
    }
    free(further);
    free(first);
    return status;
}

/* Of an even number, the mean of the scores of the middle two. */
static tilt_status find_median(const tilt__scores *groups, size_t n_groups, double people, tilt__value *out) {
    const double upto[2] = {floor((people - 1.0) / 2.0) + 1.0, floor(people / 2.0) + 1.0};
    double middle[2];
    tilt_status status = tilt__scores_reached(groups, n_groups, upto, 2, middle);
    if (status == TILT_OK)
        *out = tilt__some_value(middle[1] > middle[0] ? middle[0] / 2.0 + middle[1] / 2.0 : middle[0]);
    return status;
}

tilt_status tilt__above_median(const tilt__scores *groups, size_t n_groups, double *above, double *base,
                               tilt__value *out_median) {
    double people = 0.0;
    tilt_reason reason = TILT_EMPTY_GROUP;
    for (size_t g = 0; g < n_groups; g++) {
        const tilt__scores unweighted = {
            .score = groups[g].score, .n = groups[g].n, .count = groups[g].count};
        above[g] = base[g] = 0.0;
        for (size_t i = 0; i < groups[g].n; i++) base[g] += tilt__people_at(&groups[g], i);
        people += base[g];
        tilt_reason own = tilt__scores_check(&unweighted);
        if (own != TILT_EMPTY_GROUP && reason != TILT_OUT_OF_RANGE) reason = own;
    }
    *out_median = tilt__no_value(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    tilt_status status = find_median(groups, n_groups, people, out_median);
    for (size_t g = 0; status == TILT_OK && g < n_groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++)
            above[g] += groups[g].score[i] > out_median->value ? tilt__people_at(&groups[g], i) : 0.0;
    }
    return status;
}
