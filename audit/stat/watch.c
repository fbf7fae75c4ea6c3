/* stat/watch.c - recursive residuals into a CUSUM and a boundary; the delay of the CUSUM by a Markov chain.
 */
#include "stat/watch.h"

#include <math.h>

#include "stat/monitoring.h"
#include "stat/root.h"
#include "stat/tail.h"

static const double allowance = 0.5; /* best for shifts of one standard deviation */
/* What sigma_z, estimated from the looks before, takes off a shift: its floor of 1 and the jump itself raise
 * it by about this much, and the more the fewer looks came before (held against simulation in the tests). */
static const double estimated = 1.05, estimated_early = 2.5;
/* Degrees of freedom of a mean of n moving ranges, per range (Wetherill and Brown 1991: 0.62 n for spans of
 * two). */
static const double degrees_per_range = 0.62;
static const double range_of_sd = 1.128; /* mean moving range of a normal variable, in standard deviations */
enum { HALF_YEAR = 26 };

/* ---- limits ---- */

typedef struct run_length {
    double wanted;
} run_length;

/* Siegmund (1985): the two-sided average run length at reference 0.5 is exp(b) - b - 1 with b = h + 1.166. */
static double run_excess(double h, const void *data) {
    const run_length *r = data;
    double b = h + 1.166;
    return exp(b) - b - 1 - r->wanted;
}

double tilt__watch_limit(const tilt__watch_opts *opts) {
    double alpha = opts->alpha / 2 / opts->family;
    run_length r = {-opts->horizon / log1p(-alpha)};
    tilt__value h = tilt__root(run_excess, &r, 0, 60, 1e-12);
    return h.reason == TILT_REASON_NONE ? h.value : (double)NAN;
}

/* ---- the watch ---- */

/* What the looks since the last start have added up to. */
typedef struct state {
    size_t start;
    double w, mean;          /* weight and mean of the looks before */
    double up, down;         /* CUSUMs */
    double sum;              /* of residuals */
    double ranges, previous; /* moving ranges of the raw residuals */
    double widest;           /* of these ranges */
    size_t n_ranges;
    bool has_previous;
    double looks; /* residuals so far */
} state;

static void add_look(state *s, double y, double se) {
    double w = 1 / (se * se);
    s->mean += (y - s->mean) * w / (s->w + w);
    s->w += w;
}

/* Normal score of Student's t, which keeps its sign and its tail probability. */
static double normal_score(double t, double df) {
    double tail = tilt__t_upper(fabs(t), df);
    double z = tail > 0 ? -tilt__normal_quantile(tail) : fabs(t);
    return t < 0 ? -z : z;
}

/* The residual of a look, held against how much the ones before varied. That spread is estimated, from few
 * looks at first, so the quotient is Student's t, and its normal score counts. It never counts for more than
 * the residual by its own standard error: looks can vary more than their errors say, not less. */
static double residual_of(state *s, double y, double se, double *out_sigma) {
    double raw = (y - s->mean) / sqrt(se * se + 1 / s->w), df = 1;
    *out_sigma = 1;
    if (s->n_ranges > 0) {
        *out_sigma = fmax(1, s->ranges / (double)s->n_ranges / range_of_sd);
        df = fmax(1, degrees_per_range * (double)s->n_ranges);
    }
    double score = normal_score(raw / *out_sigma, df);
    if (s->has_previous) {
        s->ranges += fabs(raw - s->previous);
        s->widest = fmax(s->widest, fabs(raw - s->previous));
        s->n_ranges++;
    }
    s->previous = raw;
    s->has_previous = true;
    return fabs(score) < fabs(raw) ? score : raw;
}

static void accumulate(state *s, double z) {
    s->up = fmax(0, s->up + z - allowance);
    s->down = fmax(0, s->down - z - allowance);
    s->sum += z;
    s->looks++;
}

/* Where the change began: the start after which the residuals' sum is most extreme for their number, the
 * likelihood's choice for a jump (Hinkley 1970). */
static size_t began_at(const double *residuals, size_t from, size_t found, bool up) {
    size_t best = found;
    double sum = 0, most = -INFINITY;
    for (size_t k = found + 1; k-- > from;) {
        sum += up ? residuals[k] : -residuals[k];
        double size = sum / sqrt((double)(found - k + 1));
        if (size > most) most = size, best = k;
    }
    return best;
}

/* Whether an alarm comes at this look, and since when the change has been there. */
static bool alarm_at(const state *s, size_t look, double limit, double alpha, tilt__alarm *out) {
    bool up = s->up > limit, down = s->down > limit;
    *out = (tilt__alarm){.found = look, .up = up};
    if (up || down) return true;
    double rho = tilt__mixture_rho(HALF_YEAR, alpha);
    if (!(fabs(s->sum) / s->looks > tilt__mixture_radius(s->looks, rho, alpha))) return false;
    out->by_drift = true;
    out->up = s->sum > 0;
    return true;
}

static double mean_of(const double *y, const double *se, size_t from, size_t to) {
    double w = 0, sum = 0;
    for (size_t i = from; i < to; i++) {
        w += 1 / (se[i] * se[i]);
        sum += y[i] / (se[i] * se[i]);
    }
    return w > 0 ? sum / w : (double)NAN;
}

tilt_reason tilt__watch_run(const double *y, const double *se, size_t n, const tilt__watch_opts *opts,
                            tilt__watch *out) {
    out->limit = tilt__watch_limit(opts);
    out->n_alarms = 0;
    out->sigma_z = 1;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(y[i]) || !(se[i] > 0) || !isfinite(se[i])) return TILT_OUT_OF_RANGE;
    if (n < 2) return TILT_TOO_FEW;
    double alpha = opts->alpha / 2 / opts->family;
    state s = {.start = 0};
    out->residuals[0] = out->up[0] = out->down[0] = 0;
    add_look(&s, y[0], se[0]);
    for (size_t i = 1; i < n; i++) {
        out->residuals[i] = residual_of(&s, y[i], se[i], &out->sigma_z);
        accumulate(&s, out->residuals[i]);
        out->up[i] = s.up;
        out->down[i] = s.down;
        add_look(&s, y[i], se[i]);
        tilt__alarm alarm;
        if (!alarm_at(&s, i, out->limit, alpha, &alarm)) continue;
        alarm.since = began_at(out->residuals, s.start + 1, i, alarm.up);
        alarm.before = mean_of(y, se, s.start, alarm.since);
        alarm.after = mean_of(y, se, alarm.since, i + 1);
        out->alarms[out->n_alarms++] = alarm;
        /* the spread is kept, without its widest range: that is most likely the change itself */
        state anew = {.start = alarm.since};
        if (s.n_ranges > 1) anew.ranges = s.ranges - s.widest, anew.n_ranges = s.n_ranges - 1;
        for (size_t k = alarm.since; k <= i; k++) add_look(&anew, y[k], se[k]);
        s = anew;
    }
    return TILT_REASON_NONE;
}

/* ---- delay ---- */

enum { STATES = 80, MOST_LOOKS = 520 };

static double normal_below(double z) {
    return tilt__normal_upper(-z);
}

/* One step of the chain: state i stands for CUSUM values around i * width, state 0 for the value 0. */
static void step(double *p, double mean, double limit) {
    double width = 2 * limit / (2 * STATES - 1), next[STATES] = {0};
    for (size_t i = 0; i < STATES; i++) {
        if (!(p[i] > 0)) continue;
        double at = (double)i * width;
        for (size_t j = 0; j < STATES; j++) {
            double to = (double)j * width + allowance - at;
            double below = normal_below(to + width / 2 - mean);
            double above = j == 0 ? 0 : normal_below(to - width / 2 - mean);
            next[j] += p[i] * (below - above);
        }
    }
    for (size_t i = 0; i < STATES; i++) p[i] = next[i];
}

size_t tilt__watch_delay(double shift, size_t before, double limit, double probability) {
    double p[STATES] = {1}, raised = estimated + estimated_early / (double)(before > 0 ? before : 1);
    for (size_t look = 1; look <= MOST_LOOKS; look++) {
        /* the mean it is held against moves with the change, look by look */
        double earlier = (double)before + (double)look - 1;
        double mean = fabs(shift) / raised * (double)before / earlier / sqrt(1 + 1 / earlier), rest = 0;
        mean = normal_score(mean, fmax(1, degrees_per_range * (earlier - 2))); /* as residual_of counts it */
        step(p, mean, limit);
        for (size_t i = 0; i < STATES; i++) rest += p[i];
        if (1 - rest >= probability) return look;
        if (mean < 1e-3) break;
    }
    return 0;
}
