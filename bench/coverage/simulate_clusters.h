/* bench/coverage/simulate_clusters.h - how the cluster jackknife behaves when the truth is known.
 *
 * Each cluster (a day of a campaign) has its own rate, beta distributed around the group's with intra-cluster
 * correlation rho, and binomial events around that. Sizes are equal or log-normal; the focal group's part of
 * a cluster is one half, or uniform in 5-95 % where campaigns target differently. */
#ifndef TILT_BENCH_SIMULATE_CLUSTERS_H
#define TILT_BENCH_SIMULATE_CLUSTERS_H

#include "stat/cluster.h"
#include "stat/random.h"
#include "stat/tail.h"

#include <math.h>
#include <stddef.h>

enum { MOST_CLUSTERS = 64 };

typedef struct cluster_setting {
    size_t clusters;
    double sigma; /* of log size; 0: all of 4000 */
    double rho;
    bool mixed; /* the focal part differs between clusters */
    double rate, theta;
} cluster_setting;

/* Shares of runs; tilted counts verdicts beyond the nearer edge (both edges at ratio 1). covered and the
 * verdicts count runs that gave an interval; refused ones are no answer, not a wrong one. naive and plain (t
 * on G - 1) count the same runs. */
typedef struct cluster_outcome {
    double covered, naive, plain, level, tilted, refused, design_effect;
    size_t answered, tried;
} cluster_outcome;

static inline double cluster_events(tilt__random *random, double n, double rate, double rho) {
    double prior = 1.0 / rho - 1.0;
    return tilt__random_binomial(random, n, tilt__random_beta(random, rate * prior, (1.0 - rate) * prior));
}

static inline void draw_clusters(const cluster_setting *s, tilt__random *random, tilt__pair *pairs) {
    for (size_t g = 0; g < s->clusters; g++) {
        double size = 4000.0 * exp(s->sigma * tilt__random_normal(random) - s->sigma * s->sigma / 2.0);
        double part = s->mixed ? 0.05 + 0.9 * tilt__random_uniform(random) : 0.5;
        tilt__pair *p = &pairs[g];
        p->na = ceil(size * part);
        p->nr = ceil(size * (1.0 - part));
        p->xa = cluster_events(random, p->na, s->rate * s->theta, s->rho);
        p->xr = cluster_events(random, p->nr, s->rate, s->rho);
    }
}

static inline bool inside(double value, double centre, double reach) {
    return fabs(value - centre) <= reach;
}

static inline void add_run(cluster_outcome *o, const cluster_setting *s, const tilt__cluster_ratio *c,
                           double tau) {
    if (c->ratio.estimate.reason != TILT_REASON_NONE) {
        o->refused += 1.0;
        return;
    }
    double truth = log(s->theta), low = log(tau), high = -low;
    o->answered++;
    o->covered += c->ratio.estimate.lower <= s->theta && s->theta <= c->ratio.estimate.upper;
    o->naive += inside(truth, c->log_ratio, tilt__z_of_level(0.95) * c->katz_se);
    double plain = tilt__t_quantile(0.975, (double)c->ratio.n_clusters - 1.0);
    o->plain += inside(truth, c->log_ratio, plain * c->ratio.se);
    o->level += tilt__cluster_edge_p(c, low, false) < 0.05 && tilt__cluster_edge_p(c, high, true) < 0.05;
    bool below = tilt__cluster_edge_p(c, low, true) < 0.025,
         above = tilt__cluster_edge_p(c, high, false) < 0.025;
    o->tilted += s->theta < 1.0 ? below : s->theta > 1.0 ? above : below || above;
    o->design_effect += c->design_effect;
}

/* Data sets of one setting under a seed, judged against the band [tau, 1 / tau], until `runs` of them gave an
 * interval (at most 40 times as many are drawn): where most are refused the shares would else rest on a few.
 */
static inline cluster_outcome simulate_clusters(cluster_setting s, size_t runs, uint64_t seed, double tau) {
    uint64_t stream = (uint64_t)s.clusters * 1000003u + (uint64_t)(s.sigma * 10.0) * 10007u +
                      (uint64_t)(s.rho * 1000.0) * 101u + (uint64_t)(s.theta * 20.0) * 2u +
                      (s.mixed ? 1u : 0u);
    tilt__pair pairs[MOST_CLUSTERS];
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    cluster_outcome o = {0};
    for (size_t run = 0; o.answered < runs && run < 40 * runs; run++) {
        o.tried++;
        tilt__random random = tilt__random_stream(seed, run, stream);
        tilt__cluster_ratio ratio;
        draw_clusters(&s, &random, pairs);
        if (tilt__jackknife_ratio(pairs, s.clusters, true, &opts, &ratio) == TILT_OK)
            add_run(&o, &s, &ratio, tau);
    }
    double n = o.answered > 0 ? (double)o.answered : (double)NAN;
    double *shares[] = {&o.covered, &o.naive, &o.plain, &o.level, &o.tilted, &o.design_effect};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) *shares[i] /= n;
    o.refused /= (double)o.tried;
    return o;
}

#endif
