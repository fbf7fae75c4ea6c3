/* stat/cluster.c - the delete-one-cluster jackknife.
 *
 * In: totals per cluster and a statistic of totals. Out: its value, standard error, degrees and interval.
 * Replicates are built from prefix and suffix sums: for whole counts that equals subtracting the cluster, for
 * amounts of money it leaves no rounding residue where a cluster holds everything.
 * Degrees are G_eff - 1, not G - 1: with campaigns of unequal size the plain engine covers 88-93 % at
 * nominal 95. */
#include "stat/cluster.h"

#include "base/mem.h"
#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>
#include <string.h>

static const char METHOD[] = "cluster_jackknife";
static const double FEWEST_CLUSTERS = 5.0;

static double to_scale(double value, tilt__scale scale) {
    if (scale == TILT__IDENTITY) return value;
    if (scale == TILT__LOG) return value > 0.0 ? log(value) : (double)NAN;
    return value > 0.0 && value < 1.0 ? log(value) - log1p(-value) : (double)NAN;
}

static double from_scale(double value, tilt__scale scale) {
    if (scale == TILT__IDENTITY) return value;
    if (scale == TILT__LOG) return exp(value);
    return 1.0 / (1.0 + exp(-value));
}

double tilt__effective_clusters(const double *sizes, size_t n) {
    tilt__sum sum = {0}, squares = {0};
    double largest = 0.0;
    for (size_t g = 0; g < n; g++) largest = fmax(largest, sizes[g]);
    if (!(largest > 0.0)) return 0.0;
    for (size_t g = 0; g < n; g++) { /* relative to the largest: no overflow, no underflow */
        double size = sizes[g] / largest;
        tilt__sum_add(&sum, size);
        tilt__sum_add(&squares, size * size);
    }
    double total = tilt__sum_total(sum);
    return total * total / tilt__sum_total(squares);
}

/* sqrt(factor sum (theta_g - mean)^2) over the g clusters that exist (present NULL: all of them). */
static double replicate_error(const double *theta, const bool *present, size_t n, double g, double factor) {
    tilt__sum sum = {0}, squares = {0};
    for (size_t i = 0; i < n; i++)
        if (!present || present[i]) tilt__sum_add(&sum, theta[i]);
    double mean = tilt__sum_total(sum) / g;
    for (size_t i = 0; i < n; i++)
        if (!present || present[i]) tilt__sum_add(&squares, (theta[i] - mean) * (theta[i] - mean));
    return sqrt(factor * tilt__sum_total(squares));
}

/* Fills se and the interval from replicates already on the scale (theta), where every other number is known.
 */
static void finish(tilt__jackknife *out, const double *theta, const bool *present, size_t n,
                   const tilt__jackknife_opts *opts) {
    double centre = to_scale(out->estimate.value, opts->scale);
    for (size_t i = n; i-- > 0;)
        if ((!present || present[i]) && !isfinite(theta[i])) out->depends_on = i;
    if (isnan(out->estimate.value))
        out->estimate.reason = TILT_EMPTY_GROUP;
    else if (!isfinite(centre))
        out->estimate.reason = TILT_OUT_OF_RANGE;
    else if (out->n_clusters < 2)
        out->estimate.reason = TILT_TOO_FEW_CLUSTERS;
    else if (out->depends_on != TILT__NO_CLUSTER)
        out->estimate.reason = TILT_DEPENDS_ON_CLUSTER;
    if (out->estimate.reason != TILT_REASON_NONE) return;
    double g = (double)out->n_clusters;
    out->se = replicate_error(theta, present, n, g, opts->plain_df ? (g - 1.0) / g : 1.0);
    if (!opts->plain_df && out->effective < FEWEST_CLUSTERS) {
        out->estimate.reason = TILT_TOO_FEW_CLUSTERS;
        return;
    }
    double reach = tilt__t_quantile(0.5 + opts->level / 2.0, out->df) * out->se;
    out->estimate.lower = from_scale(centre - reach, opts->scale);
    out->estimate.upper = from_scale(centre + reach, opts->scale);
}

static tilt__jackknife blank(double value, const tilt__jackknife_opts *opts) {
    tilt__jackknife out = {.estimate = tilt__undefined(TILT_REASON_NONE, METHOD, opts->level),
                           .se = NAN,
                           .df = NAN,
                           .depends_on = TILT__NO_CLUSTER};
    out.estimate.value = value;
    return out;
}

static void count_clusters(tilt__jackknife *out, size_t n_present, double effective,
                           const tilt__jackknife_opts *opts) {
    out->n_clusters = n_present;
    out->effective = fmin(effective, (double)n_present);
    out->df = (opts->plain_df ? (double)n_present : out->effective) - 1.0;
}

tilt__jackknife tilt__jackknife_combine(double value, const double *replicates, const double *sizes,
                                        size_t n_clusters, const tilt__jackknife_opts *opts) {
    tilt__jackknife out = blank(value, opts);
    count_clusters(&out, n_clusters, sizes ? tilt__effective_clusters(sizes, n_clusters) : (double)n_clusters,
                   opts);
    double *theta = tilt__alloc(n_clusters, sizeof *theta);
    if (!theta || !tilt__level_ok(opts->level)) {
        out.estimate.reason = theta ? TILT_OUT_OF_RANGE : TILT_TOO_FEW;
    } else {
        for (size_t g = 0; g < n_clusters; g++) theta[g] = to_scale(replicates[g], opts->scale);
        finish(&out, theta, NULL, n_clusters, opts);
    }
    free(theta);
    return out;
}

/* Workspace of one run. suffix has (G + 1) rows of K: the sums of clusters g, g+1 ... */
typedef struct tilt__jackknife_work {
    double *suffix, *prefix, *totals;
    double *values, *theta; /* statistics of all clusters; replicates on the scale, n_out rows of G */
    double *sizes;
    bool *present;
    size_t n_present;
} work_space;

static void free_work(work_space *w) {
    free(w->suffix);
    free(w->prefix);
    free(w->totals);
    free(w->values);
    free(w->theta);
    free(w->sizes);
    free(w->present);
}

static bool alloc_work(work_space *w, const tilt__clusters *c, size_t n_out) {
    size_t rows = 0, replicates = 0;
    *w = (work_space){0};
    if (!tilt__mul_ok(c->n_clusters + 1, c->n_columns, &rows)) return false;
    if (!tilt__mul_ok(c->n_clusters, n_out, &replicates)) return false;
    w->suffix = tilt__alloc(rows, sizeof *w->suffix);
    w->prefix = tilt__alloc(c->n_columns, sizeof *w->prefix);
    w->totals = tilt__alloc(c->n_columns, sizeof *w->totals);
    w->values = tilt__alloc(n_out, sizeof *w->values);
    w->theta = tilt__alloc(replicates, sizeof *w->theta);
    w->sizes = tilt__alloc(c->n_clusters, sizeof *w->sizes);
    w->present = tilt__alloc(c->n_clusters, sizeof *w->present);
    return w->suffix && w->prefix && w->totals && w->values && w->theta && w->sizes && w->present;
}

/* Which clusters hold anything, how large each is, and the suffix sums. */
static void survey(work_space *w, const tilt__clusters *c, const tilt__jackknife_opts *opts) {
    size_t k = c->n_columns;
    bool alike = opts->sizes[0] >= k && opts->sizes[1] >= k;
    for (size_t g = c->n_clusters; g-- > 0;) {
        const double *row = c->totals + g * k;
        for (size_t j = 0; j < k; j++) {
            if (row[j] != 0.0) w->present[g] = true; /* NOLINT: exactly nothing */
            w->suffix[g * k + j] = w->suffix[(g + 1) * k + j] + row[j];
        }
        for (size_t s = 0; s < 2; s++)
            if (opts->sizes[s] < k) w->sizes[g] += row[opts->sizes[s]];
        if (alike) w->sizes[g] = w->present[g] ? 1.0 : 0.0;
        if (w->present[g]) w->n_present++;
    }
}

static void run_replicates(work_space *w, const tilt__clusters *c, const tilt__many *many,
                           tilt__scale scale) {
    size_t k = c->n_columns;
    for (size_t g = 0; g < c->n_clusters; g++) {
        const double *after = w->suffix + (g + 1) * k, *row = c->totals + g * k;
        for (size_t j = 0; j < k; j++) w->totals[j] = w->prefix[j] + after[j];
        for (size_t j = 0; j < k; j++) w->prefix[j] += row[j];
        if (!w->present[g]) continue;
        many->f(w->totals, many->ctx, w->values);
        for (size_t i = 0; i < many->n_out; i++)
            w->theta[i * c->n_clusters + g] = to_scale(w->values[i], scale);
    }
}

tilt_status tilt__jackknife_many(const tilt__clusters *clusters, const tilt__many *many,
                                 const tilt__jackknife_opts *opts, tilt__jackknife *out) {
    if (!tilt__level_ok(opts->level)) return TILT_EUSAGE;
    work_space w;
    tilt_status status = alloc_work(&w, clusters, many->n_out) ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        survey(&w, clusters, opts);
        many->f(w.suffix, many->ctx, w.values);
        for (size_t i = 0; i < many->n_out; i++) {
            out[i] = blank(w.values[i], opts);
            count_clusters(&out[i], w.n_present, tilt__effective_clusters(w.sizes, clusters->n_clusters),
                           opts);
        }
        run_replicates(&w, clusters, many, opts->scale);
        for (size_t i = 0; i < many->n_out; i++)
            finish(&out[i], w.theta + i * clusters->n_clusters, w.present, clusters->n_clusters, opts);
    }
    free_work(&w);
    return status;
}

typedef struct tilt__single {
    tilt__functional f;
    void *ctx;
} single_functional;

static void call_single(const double *totals, void *ctx, double *out) {
    const single_functional *single = ctx;
    out[0] = single->f(totals, single->ctx);
}

tilt_status tilt__jackknife_one(const tilt__clusters *clusters, tilt__functional f, void *ctx,
                                const tilt__jackknife_opts *opts, tilt__jackknife *out) {
    single_functional single = {f, ctx};
    return tilt__jackknife_many(clusters, &(tilt__many){call_single, &single, 1}, opts, out);
}

/* Columns of a ratio: as in tilt__pair. */
static double ratio_of(const double *t, void *ctx) {
    (void)ctx;
    if (!(t[1] > 0.0 && t[3] > 0.0 && t[2] > 0.0)) return NAN;
    return (t[0] / t[1]) / (t[2] / t[3]);
}

/* Standard error of ln IR when the rows z_g = (x - p n) / X of focal minus reference are summed by cluster.
 */
static double linear_error(const tilt__pair *pairs, size_t n, const tilt__pair *all, double g) {
    if (!(all->xa > 0.0 && all->xr > 0.0 && all->na > 0.0 && all->nr > 0.0 && g > 1.0)) return NAN;
    tilt__sum squares = {0};
    double pa = all->xa / all->na, pr = all->xr / all->nr;
    for (size_t i = 0; i < n; i++) {
        double z = (pairs[i].xa - pa * pairs[i].na) / all->xa - (pairs[i].xr - pr * pairs[i].nr) / all->xr;
        tilt__sum_add(&squares, z * z);
    }
    return sqrt(g / (g - 1.0) * tilt__sum_total(squares));
}

static double naive_error(const tilt__pair *all, bool proportion) {
    double variance = 1.0 / all->xa + 1.0 / all->xr;
    if (proportion)
        variance = (all->na - all->xa) / all->xa / all->na + (all->nr - all->xr) / all->xr / all->nr;
    return all->xa > 0.0 && all->xr > 0.0 && variance >= 0.0 ? sqrt(variance) : (double)NAN;
}

static tilt__pair add_pairs(const tilt__pair *pairs, size_t n) {
    tilt__pair all = {0};
    for (size_t i = 0; i < n; i++) {
        all.xa += pairs[i].xa;
        all.na += pairs[i].na;
        all.xr += pairs[i].xr;
        all.nr += pairs[i].nr;
    }
    return all;
}

/* Why the ratio of the sums, or its interval, is not there. */
static void name_reason(tilt_estimate *ratio, const tilt__pair *all) {
    if (!(all->na > 0.0 && all->nr > 0.0))
        ratio->reason = TILT_EMPTY_GROUP;
    else if (!(all->xr > 0.0))
        ratio->reason = TILT_ZERO_REFERENCE;
    else if (!(all->xa > 0.0))
        ratio->reason = TILT_ZERO_MARGIN;
}

static bool pairs_ok(const tilt__pair *pairs, size_t n, bool proportion) {
    for (size_t i = 0; i < n; i++) {
        tilt__pair p = pairs[i];
        if (!(p.xa >= 0.0 && p.xr >= 0.0 && p.na >= 0.0 && p.nr >= 0.0)) return false;
        if (isinf(p.xa) || isinf(p.xr) || isinf(p.na) || isinf(p.nr)) return false;
        if (proportion && (p.xa > p.na || p.xr > p.nr)) return false;
    }
    return true;
}

tilt_status tilt__jackknife_ratio(const tilt__pair *pairs, size_t n_clusters, bool proportion,
                                  const tilt__jackknife_opts *opts, tilt__cluster_ratio *out) {
    tilt__jackknife_opts scaled = *opts;
    scaled.scale = TILT__LOG;
    scaled.sizes[0] = 1;
    scaled.sizes[1] = 3;
    *out = (tilt__cluster_ratio){.ratio = blank(NAN, &scaled),
                                 .log_ratio = NAN,
                                 .katz_se = NAN,
                                 .design_effect = NAN,
                                 .linear_se = NAN};
    out->ratio.estimate.reason = TILT_OUT_OF_RANGE;
    if (!pairs_ok(pairs, n_clusters, proportion)) return TILT_OK;
    double *totals = tilt__alloc(n_clusters, 4 * sizeof *totals);
    if (!totals) return TILT_ENOMEM;
    for (size_t g = 0; g < n_clusters; g++)
        memcpy(totals + 4 * g, (double[]){pairs[g].xa, pairs[g].na, pairs[g].xr, pairs[g].nr},
               4 * sizeof *totals);
    tilt_status status =
        tilt__jackknife_one(&(tilt__clusters){totals, n_clusters, 4}, ratio_of, NULL, &scaled, &out->ratio);
    free(totals);
    if (status != TILT_OK) return status;
    tilt__pair all = add_pairs(pairs, n_clusters);
    name_reason(&out->ratio.estimate, &all);
    out->log_ratio = to_scale(out->ratio.estimate.value, TILT__LOG);
    out->katz_se = naive_error(&all, proportion);
    out->linear_se = linear_error(pairs, n_clusters, &all, (double)out->ratio.n_clusters);
    double effect = out->ratio.se / out->katz_se;
    out->design_effect = out->katz_se > 0.0 ? effect * effect : (double)NAN;
    return TILT_OK;
}

double tilt__linear_error(const tilt__pair *pairs, size_t n_clusters, bool proportion) {
    size_t n_present = 0;
    if (!pairs_ok(pairs, n_clusters, proportion)) return NAN;
    for (size_t g = 0; g < n_clusters; g++)
        n_present += pairs[g].xa > 0.0 || pairs[g].na > 0.0 || pairs[g].xr > 0.0 || pairs[g].nr > 0.0;
    tilt__pair all = add_pairs(pairs, n_clusters);
    return linear_error(pairs, n_clusters, &all, (double)n_present);
}

double tilt__cluster_edge_p(const tilt__cluster_ratio *ratio, double edge, bool below) {
    if (isnan(ratio->ratio.se) || !(ratio->ratio.df > 0.0)) return NAN;
    double gap = ratio->log_ratio - edge;
    if (!below) gap = -gap;
    if (!(ratio->ratio.se > 0.0)) return gap < 0.0 ? 0.0 : 1.0;
    return tilt__t_upper(-gap / ratio->ratio.se, ratio->ratio.df);
}

double tilt__break_even_design_effect(double log_ratio, double katz_se, double edge, double z) {
    if (!isfinite(log_ratio) || !(katz_se > 0.0) || !(z > 0.0)) return NAN;
    double ratio = (log_ratio - edge) / (z * katz_se);
    return ratio * ratio;
}
