/* stat/table_draw.c - random tables with both margins fixed (Patefield 1981), for the Monte-Carlo p.
 *
 * A table is drawn cell by cell: given the cells before it, each is hypergeometric. Small spreads are
 * inverted from the mode outwards; large ones use the ratio of uniforms (Stadlober 1990), which costs the
 * same at any count. What a cell is drawn from comes back in many tables, so it is remembered. */
#include "stat/table.h"

#include "base/mem.h"
#include "stat/beta.h"
#include "stat/random.h"

#include <math.h>

/* k white among m drawn from `white` white and `black` black balls; white <= black and m <= half of all. */
typedef struct tilt__urn {
    double m, white, black;
} urn;

/* A cell of a row with m still to place, in a column with `mine` of the `all` places that are left. */
typedef struct tilt__drawn_from {
    double m, mine, all; /* all 0: none yet */
    urn urn;
    double mode, chance; /* chance < 0: the spread is large */
    bool few_drawn, few_white;
} drawn_from;

enum { REMEMBERED = 2048 };

typedef struct tilt__drawer {
    drawn_from *from;     /* REMEMBERED per column */
    double *row, *column; /* margins of the kept rows and columns */
    double *left;         /* what each column still has to give */
    size_t rows, cols;
    double total;
    double *log_factorial; /* of 0..n_logs-1 */
    size_t n_logs;
} drawer;

static double log_factorial(const drawer *d, double n) {
    return n < (double)d->n_logs ? d->log_factorial[(size_t)n] : tilt__log_gamma(n + 1.0);
}

static double log_weight(const drawer *d, const urn *u, double k) {
    return -(log_factorial(d, k) + log_factorial(d, u->white - k) + log_factorial(d, u->m - k) +
             log_factorial(d, u->black - u->m + k));
}

static double chance_of(const drawer *d, const urn *u, double k) {
    double all = u->white + u->black;
    return exp(log_weight(d, u, k) + log_factorial(d, u->white) + log_factorial(d, u->black) +
               log_factorial(d, u->m) + log_factorial(d, all - u->m) - log_factorial(d, all));
}

static double draw_by_inversion(const urn *u, double mode, double p, tilt__random *random) {
    double up = p, down = p, above = mode, below = mode, most = u->m < u->white ? u->m : u->white;
    double left = tilt__random_uniform(random) - p;
    while (left > 0.0 && (above < most || below > 0.0)) {
        if (above < most) {
            up *= (u->white - above) * (u->m - above) / ((above + 1.0) * (u->black - u->m + above + 1.0));
            above += 1.0;
            left -= up;
            if (left <= 0.0) return above;
        }
        if (below > 0.0) {
            down *= below * (u->black - u->m + below) / ((u->white - below + 1.0) * (u->m - below + 1.0));
            below -= 1.0;
            left -= down;
            if (left <= 0.0) return below;
        }
    }
    return mode;
}

static double draw_by_ratio(const drawer *d, const urn *u, double mode, tilt__random *random) {
    double all = u->white + u->black, p = u->white / all;
    double variance = (all - u->m) * u->m * p * (1.0 - p) / (all - 1.0);
    double centre = u->m * p + 0.5, spread = sqrt(variance + 0.5);
    double height = 1.7155277699214135 * spread + 0.8989161620588988; /* sqrt(8/e), 3 - 2 sqrt(3/e) */
    double end = fmin(fmin(u->m, u->white) + 1.0, floor(centre + 16.0 * spread));
    double top = log_weight(d, u, mode);
    for (;;) {
        double a = tilt__random_uniform(random), b = tilt__random_uniform(random);
        double x = centre + height * (b - 0.5) / a;
        if (!(x >= 0.0 && x < end)) continue;
        double k = floor(x), gain = log_weight(d, u, k) - top;
        if (2.0 * log(a) <= gain) return k;
    }
}

static drawn_from prepare_draw(const drawer *d, double m, double mine, double all) {
    drawn_from f = {
        .m = m, .mine = mine, .all = all, .few_drawn = 2.0 * m <= all, .few_white = 2.0 * mine <= all};
    f.urn =
        (urn){f.few_drawn ? m : all - m, f.few_white ? mine : all - mine, f.few_white ? all - mine : mine};
    if (!(f.urn.m > 0.0 && f.urn.white > 0.0)) return f;
    f.mode = floor((f.urn.m + 1.0) * (f.urn.white + 1.0) / (all + 2.0));
    double p = f.urn.white / all, variance = (all - f.urn.m) * f.urn.m * p * (1.0 - p) / fmax(all - 1.0, 1.0);
    f.chance = variance > 400.0 ? -1.0 : chance_of(d, &f.urn, f.mode);
    return f;
}

static double draw_cell(const drawer *d, double m, double mine, double all, tilt__random *random) {
    if (!(m > 0.0 && mine > 0.0)) return 0.0;
    uint64_t mixed =
        (((uint64_t)m * 0x9E3779B9u + (uint64_t)mine) * 0x85EBCA6Bu + (uint64_t)all) * 0x9E3779B97F4A7C15u;
    drawn_from *f = &d->from[mixed >> 53];
    bool known =
        f->m >= m && f->m <= m && f->mine >= mine && f->mine <= mine && f->all >= all && f->all <= all;
    if (!known) *f = prepare_draw(d, m, mine, all);
    double k = 0.0;
    if (f->urn.m > 0.0 && f->urn.white > 0.0)
        k = f->chance < 0.0 ? draw_by_ratio(d, &f->urn, f->mode, random)
                            : draw_by_inversion(&f->urn, f->mode, f->chance, random);
    if (!f->few_white) k = f->urn.m - k; /* counted the other colour */
    return f->few_drawn ? k : mine - k;
}

/* sum o^2 / (row column) of one random table: Pearson's statistic is N times that less N. */
static double draw_statistic(drawer *d, tilt__random *random) {
    double statistic = 0.0, below = d->total;
    for (size_t j = 0; j < d->cols; j++) d->left[j] = d->column[j];
    for (size_t i = 0; i < d->rows; i++) {
        double to_place = d->row[i], all = below;
        for (size_t j = 0; j < d->cols; j++) {
            double cell = d->left[j];
            if (i + 1 < d->rows) {
                cell = j + 1 < d->cols ? draw_cell(d, to_place, d->left[j], all, random) : to_place;
                all -= d->left[j];
                to_place -= cell;
                d->left[j] -= cell;
            }
            statistic += cell / d->row[i] * (cell / d->column[j]);
        }
        below -= d->row[i];
    }
    return statistic;
}

/* Margins of the rows and columns that hold anything; the observed statistic. Reason when it cannot be done.
 */
static tilt_reason prepare(const tilt__table *t, drawer *d, double *observed) {
    for (size_t j = 0; j < t->cols; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < t->rows; i++) {
            double count = t->counts[i * t->cols + j];
            if (!(count >= 0.0) || isinf(count)) return TILT_OUT_OF_RANGE;
            if (!tilt__is_whole(count)) return TILT_NOT_INTEGER;
            sum += nearbyint(count);
        }
        d->total += sum;
        d->left[j] = sum;
        if (sum > 0.0) d->column[d->cols++] = sum;
    }
    for (size_t i = 0; i < t->rows; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < t->cols; j++) sum += nearbyint(t->counts[i * t->cols + j]);
        if (!(sum > 0.0)) continue;
        for (size_t j = 0; j < t->cols; j++) {
            double count = nearbyint(t->counts[i * t->cols + j]);
            if (d->left[j] > 0.0) *observed += count / sum * (count / d->left[j]);
        }
        d->row[d->rows++] = sum;
    }
    if (!(d->total > 0.0)) return TILT_EMPTY_GROUP;
    if (d->total >= 9007199254740992.0) return TILT_OUT_OF_RANGE;
    return d->rows < 2 || d->cols < 2 ? TILT_SINGLE_GROUP : TILT_REASON_NONE;
}

/* Logarithms of factorials up to the total, or up to a table of a megabyte. */
static bool fill_logs(drawer *d) {
    d->n_logs = d->total < 1e5 ? (size_t)d->total + 1 : 100000;
    d->log_factorial = tilt__alloc(d->n_logs, sizeof *d->log_factorial);
    for (size_t n = 2; d->log_factorial && n < d->n_logs; n++)
        d->log_factorial[n] = tilt__log_gamma((double)n + 1.0);
    return d->log_factorial != NULL;
}

tilt__monte_carlo tilt__table_monte_carlo(const tilt__table *table, size_t replicates, uint64_t seed) {
    drawer d = {0};
    double observed = 0.0;
    tilt__monte_carlo out = {.p = NAN, .standard_error = NAN, .reason = TILT_TOO_FEW};
    d.row = tilt__alloc(table->rows, sizeof *d.row);
    d.column = tilt__alloc(table->cols, sizeof *d.column);
    d.left = tilt__alloc(table->cols, sizeof *d.left);
    d.from = tilt__alloc(REMEMBERED, sizeof *d.from);
    if (d.row && d.column && d.left && d.from && replicates > 0) {
        out.reason = prepare(table, &d, &observed);
        if (out.reason == TILT_REASON_NONE && !fill_logs(&d)) out.reason = TILT_TOO_FEW;
    }
    if (out.reason == TILT_REASON_NONE) {
        size_t as_far = 0;
        for (size_t b = 0; b < replicates; b++) {
            tilt__random random = tilt__random_stream(seed, b, 0);
            if (draw_statistic(&d, &random) >= observed * (1.0 - 1e-12)) as_far++;
        }
        double n = (double)replicates;
        out.replicates = replicates;
        out.p = (1.0 + (double)as_far) / (n + 1.0);
        out.standard_error = sqrt(out.p * (1.0 - out.p) / n);
    }
    free(d.row);
    free(d.column);
    free(d.left);
    free(d.from);
    free(d.log_factorial);
    return out;
}
