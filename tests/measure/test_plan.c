/* Planned bases: the same as the audit's own needed base, just enough, and borne out by drawn campaigns. */
#include <criterion/criterion.h>

#include "close.h"
#include "measure/plan.h"
#include "stat/cluster.h"
#include "stat/equivalence.h"
#include "stat/power.h"
#include "stat/random.h"
#include "stat/ratio.h"

static tilt__plan_ask ask_of(double rate) {
    tilt__plan_ask ask = TILT__PLAN_ASK_INIT;
    ask.rate_ref = rate;
    return ask;
}

/* Without clusters a plan and an undetermined verdict name the same base. */
Test(plan, agrees_with_the_needed_base_of_a_verdict) {
    for (double rate = 0.002; rate < 1; rate *= 3) {
        for (double effect = 1; effect < 30; effect *= 5) {
            tilt__plan_ask ask = ask_of(rate);
            ask.design_effect = effect;
            tilt__plan plan = TILT__PLAN_INIT;
            plan.rate_ref = rate;
            plan.design_effect = effect;
            double level = tilt__needed_base(&plan, 0.8).value;
            double tilted = tilt__needed_base_tilted(&plan, 0.8, 0.6).value;
            cr_expect(fabs(tilt__plan_level(&ask).base.value - level) <= 1, "rate %g", rate);
            cr_expect(fabs(tilt__plan_tilted(&ask, 0.6).base.value - tilted) <= 1, "rate %g", rate);
        }
    }
}

/* A ratio above the band is the same question with the groups exchanged. */
Test(plan, exchanging_the_groups_changes_nothing) {
    tilt__plan_ask ask = ask_of(0.05), exchanged = ask_of(0.1);
    double up = tilt__plan_tilted(&ask, 2).base.value, down = tilt__plan_tilted(&exchanged, 0.5).base.value;
    cr_expect(fabs(up - down) <= 1, "%g and %g", up, down);
    ask.clusters = exchanged.clusters = 12;
    up = tilt__plan_tilted(&ask, 2).base.value;
    down = tilt__plan_tilted(&exchanged, 0.5).base.value;
    cr_expect(fabs(up - down) <= 1, "%g and %g", up, down);
}

/* The base is the smallest that has the chance, in every form of the question. */
Test(plan, the_base_is_just_enough) {
    for (int form = 0; form < 4; form++) {
        tilt__plan_ask ask = ask_of(0.04);
        if (form == 1) ask.clusters = 14, ask.design_effect = 3;
        if (form == 2) ask.clusters = 60, ask.icc = 0.0005;
        if (form == 3) ask.cluster_size = 150, ask.icc = 0.004;
        ask.allocation = 0.5;
        double level = tilt__plan_level(&ask).base.value, tilted = tilt__plan_tilted(&ask, 0.6).base.value;
        cr_expect(tilt__plan_chance_level(&ask, level, 1).value >= 0.8 - 1e-9, "form %d", form);
        cr_expect(tilt__plan_chance_level(&ask, level - 1, 1).value < 0.8, "form %d", form);
        cr_expect(tilt__plan_chance_tilted(&ask, tilted, 0.6).value >= 0.8 - 1e-9, "form %d", form);
        cr_expect(tilt__plan_chance_tilted(&ask, tilted - 1, 0.6).value < 0.8, "form %d", form);
        double detectable = tilt__plan_detectable(&ask, tilted).value;
        cr_expect(fabs(detectable - 0.6) < 0.001, "form %d: %g", form, detectable);
    }
}

/* More clusters, weaker correlation and better balance never need a larger base. */
Test(plan, better_designs_need_less) {
    tilt__plan_ask ask = ask_of(0.03);
    ask.icc = 0.0004;
    double last = HUGE_VAL;
    for (double clusters = 20; clusters < 2000; clusters *= 2) {
        ask.clusters = clusters;
        double base = tilt__plan_level(&ask).base.value;
        cr_expect(base <= last, "%g clusters: %g after %g", clusters, base, last);
        last = base;
    }
    tilt__plan_ask independent = ask_of(0.03);
    cr_expect(last >= tilt__plan_level(&independent).base.value * 0.9);
}

Test(plan, what_cannot_be_had_has_a_reason) {
    tilt__plan_ask ask = ask_of(0.02);
    cr_expect_eq(tilt__plan_tilted(&ask, 0.9).base.reason, TILT_UNREACHABLE);
    ask.clusters = 7;
    ask.icc = 0.05; /* seven clusters can never tell more than 7 / .05 = 140 people would */
    cr_expect_eq(tilt__plan_level(&ask).base.reason, TILT_UNREACHABLE);
    ask.clusters = 4;
    cr_expect_eq(tilt__plan_level(&ask).base.reason, TILT_TOO_FEW_CLUSTERS);
    ask = ask_of(0.02);
    ask.icc = 0.1; /* of which clusters? */
    cr_expect_eq(tilt__plan_level(&ask).base.reason, TILT_OUT_OF_RANGE);
    ask = ask_of(0);
    cr_expect_eq(tilt__plan_level(&ask).base.reason, TILT_OUT_OF_RANGE);
    ask = ask_of(0.7);
    cr_expect_eq(tilt__plan_tilted(&ask, 1.5).base.reason, TILT_OUT_OF_RANGE);
}

/* Share of 4,000 drawn campaigns of independent people that reach the verdict; standard error .0063. */
static double drawn(double base, double rate, double ratio, bool level) {
    enum { campaigns = 4000 };
    size_t reached = 0;
    for (uint64_t i = 0; i < campaigns; i++) {
        tilt__random random = tilt__random_stream(5, i, level);
        tilt__pair pair = {tilt__random_binomial(&random, base, rate * ratio), base,
                           tilt__random_binomial(&random, base, rate), base};
        reached += level ? tilt__tost_ratio(pair, 0.8, 1.25).p < 0.05
                         : tilt__ratio_mn_test(pair, 0.8, false).p < 0.025;
    }
    return (double)reached / campaigns;
}

Test(plan, drawn_campaigns_bear_it_out) {
    tilt__plan_ask ask = ask_of(0.05);
    double level = drawn(tilt__plan_level(&ask).base.value, 0.05, 1, true);
    double tilted = drawn(tilt__plan_tilted(&ask, 0.6).base.value, 0.05, 0.6, false);
    cr_expect(fabs(level - 0.8) < 0.025, "level in %g", level);
    cr_expect(fabs(tilted - 0.8) < 0.025, "tilted in %g", tilted);
}

/* Share of 2,000 clustered campaigns: beta-binomial people in each group and cluster, judged by the audit's
 * jackknife. The jackknife pools both groups' clusters, so that its standard error is a little surer than
 * clusters - 1 degrees say: the drawn chance may exceed the planned one. Standard error .009. */
static double drawn_clustered(const tilt__plan_ask *ask, double base, double ratio, bool level) {
    enum { campaigns = 2000, most = 64 };
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    size_t clusters = (size_t)ask->clusters, reached = 0;
    double each = floor(base / ask->clusters), spread = 1 / ask->icc - 1;
    for (uint64_t i = 0; i < campaigns; i++) {
        tilt__random random = tilt__random_stream(6, i, level);
        tilt__pair pairs[most];
        for (size_t g = 0; g < clusters; g++) {
            double pa = ask->rate_ref * ratio, pr = ask->rate_ref;
            double ra = tilt__random_beta(&random, pa * spread, (1 - pa) * spread);
            double rr = tilt__random_beta(&random, pr * spread, (1 - pr) * spread);
            pairs[g] = (tilt__pair){tilt__random_binomial(&random, each, ra), each,
                                    tilt__random_binomial(&random, each, rr), each};
        }
        tilt__cluster_ratio found;
        cr_assert_eq(tilt__jackknife_ratio(pairs, clusters, true, &opts, &found), TILT_OK);
        double below = tilt__cluster_edge_p(&found, log(0.8), true);
        double above = tilt__cluster_edge_p(&found, log(0.8), false);
        double under = tilt__cluster_edge_p(&found, -log(0.8), true);
        reached += level ? above < 0.05 && under < 0.05 : below < 0.025;
    }
    return (double)reached / campaigns;
}

Test(plan, drawn_clustered_campaigns_bear_it_out) {
    tilt__plan_ask ask = ask_of(0.05);
    ask.clusters = 30;
    ask.icc = 0.001;
    double level = drawn_clustered(&ask, tilt__plan_level(&ask).base.value, 1, true);
    double tilted = drawn_clustered(&ask, tilt__plan_tilted(&ask, 0.6).base.value, 0.6, false);
    cr_expect(level > 0.77 && level < 0.85, "level in %g", level);
    cr_expect(tilted > 0.77 && tilted < 0.85, "tilted in %g", tilted);
}
