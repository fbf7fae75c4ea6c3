/* Repeated looks: sequences and charts against oracle 29, the trend against its definitions, and the default
 * watch in simulation: how often it cries wolf, and how soon it finds a change. */
#include "stat/monitoring.h"
#include "stat/watch.h"

#include "oracle.h"
#include "stat/proportion.h"
#include "stat/random.h"
#include "stat/ratio.h"

static void check_sequence(const oracle_record *r) {
    tilt__pair pair = {oracle_get(r->inputs, "x1"), oracle_get(r->inputs, "n1"), oracle_get(r->inputs, "x2"),
                       oracle_get(r->inputs, "n2")};
    double alpha = oracle_get(r->inputs, "alpha"), v_opt = oracle_get(r->inputs, "v_opt");
    tilt__sequence_opts opts = {alpha,
                                {oracle_get_at(r->inputs, "prior", 0), oracle_get_at(r->inputs, "prior", 1)}};
    tilt_estimate whole = tilt__sequence_rate(pair.xa, pair.na, &opts),
                  ratio = tilt__sequence_ratio(pair, &opts);
    opts.alpha = alpha / 2;
    tilt_estimate p1 = tilt__sequence_rate(pair.xa, pair.na, &opts),
                  p2 = tilt__sequence_rate(pair.xr, pair.nr, &opts);
    const struct {
        const char *key;
        tilt_estimate got;
    } all[] = {{"cs_p1_full_alpha", whole}, {"cs_p1", p1}, {"cs_p2", p2}, {"cs_ir", ratio}};
    for (size_t i = 0; i < 4; i++) {
        oracle_expect(r, all[i].key, all[i].got.lower, oracle_get_at(r->outputs, all[i].key, 0), 1e-8);
        oracle_expect(r, all[i].key, all[i].got.upper, oracle_get_at(r->outputs, all[i].key, 1), 1e-8);
    }
    const cJSON *ncs = cJSON_GetObjectItemCaseSensitive(r->outputs, "ncs");
    if (!oracle_has(ncs, "radius")) return;
    double se = sqrt(1 / pair.xa - 1 / pair.na + 1 / pair.xr - 1 / pair.nr),
           rho = tilt__mixture_rho(v_opt, alpha);
    double radius = tilt__mixture_radius(1 / (se * se), rho, alpha);
    double ir = pair.xa / pair.na / (pair.xr / pair.nr);
    oracle_expect(r, "rho", rho, oracle_get(ncs, "rho"), 1e-9);
    oracle_expect(r, "radius", radius, oracle_get(ncs, "radius"), 1e-9);
    oracle_expect(r, "ncs ci", ir * exp(-radius), oracle_get_at(ncs, "ci", 0), 1e-9);
    oracle_expect(r, "ncs ci", ir * exp(radius), oracle_get_at(ncs, "ci", 1), 1e-9);
}

Test(oracle_29, confidence_sequences) {
    oracle_run("29_monitoring.json", "confidence_sequence", 40, check_sequence);
}

enum { MOST = 200 };

static void expect_all(const oracle_record *r, const char *key, const double *got, size_t n) {
    cr_assert_eq(oracle_length(r->outputs, key), n, "%s %s", r->id, key);
    for (size_t i = 0; i < n; i++)
        oracle_expect(r, key, got[i], oracle_get_at(r->outputs, key, (int)i), 1e-9);
}

static void check_charts(const oracle_record *r) {
    size_t n, m;
    double *x = oracle_array(r->inputs, "x", &n), *base = oracle_array(r->inputs, "n", &n);
    double *y = oracle_array(r->inputs, "log_ir", &m), *se = oracle_array(r->inputs, "se", &m);
    cr_assert(n <= MOST && m <= MOST);
    double z[MOST], lower[MOST], upper[MOST], laney_lower[MOST], laney_upper[MOST], path[MOST], sd[MOST];
    tilt__looks looks = {x, base, n};
    tilt__p_chart chart = {
        .z = z, .lower = lower, .upper = upper, .laney_lower = laney_lower, .laney_upper = laney_upper};
    cr_assert_eq(tilt__p_chart_make(&looks, &chart), TILT_REASON_NONE);
    oracle_expect(r, "pbar", chart.mean, oracle_get(r->outputs, "pbar"), 1e-9);
    oracle_expect(r, "sigma_z", chart.sigma_z, oracle_get(r->outputs, "sigma_z"), 1e-9);
    expect_all(r, "z", z, n);
    expect_all(r, "p_lcl", lower, n);
    expect_all(r, "p_ucl", upper, n);
    expect_all(r, "laney_lcl", laney_lower, n);
    expect_all(r, "laney_ucl", laney_upper, n);
    double p0 = oracle_get(r->inputs, "p0");
    tilt__cusum_make(&looks, p0, oracle_get(r->inputs, "p1_up"), path);
    expect_all(r, "cusum_up", path, n);
    tilt__cusum_make(&looks, p0, oracle_get(r->inputs, "p1_down"), path);
    expect_all(r, "cusum_down", path, n);
    double mu0 = oracle_get(r->inputs, "mu0"), width = oracle_get(r->inputs, "L");
    tilt__ewma_make(y, se, m, oracle_get(r->inputs, "lambda_"), mu0, path, sd);
    expect_all(r, "ewma", path, m);
    expect_all(r, "ewma_sd", sd, m);
    const cJSON *limits = cJSON_GetObjectItemCaseSensitive(r->outputs, "ewma_limits");
    for (size_t i = 0; i < m; i++)
        oracle_expect(r, "ewma_limits", mu0 + width * sd[i],
                      oracle_value(cJSON_GetArrayItem(cJSON_GetArrayItem(limits, (int)i), 1)), 1e-9);
    free(x), free(base), free(y), free(se);
}

Test(oracle_29, charts) {
    oracle_run("29_monitoring.json", "charts", 20, check_charts);
}

/* Methods 12, invariant 13. */
Test(sequence, holds_the_wilson_interval_of_the_same_level) {
    tilt__random random = tilt__random_stream(29, 0, 0);
    for (int i = 0; i < 2000; i++) {
        double n = 1 + (double)tilt__random_below(&random, i < 1000 ? 50 : 1000000);
        double x = (double)tilt__random_below(&random, (uint64_t)n + 1);
        tilt_estimate sequence = tilt__sequence_rate(x, n, &(tilt__sequence_opts)TILT__SEQUENCE_OPTS_INIT);
        tilt_estimate wilson = tilt__wilson(x, n, 0.95);
        cr_expect(sequence.lower <= wilson.lower + 1e-12 && sequence.upper >= wilson.upper - 1e-12,
                  "%g of %g", x, n);
    }
}

/* ---- trend ---- */

/* Equal errors: the weighted line is the ordinary one whatever tau2 is; with tau2 above 0 its error is the
 * residual one, s / sqrt(S_tt), by the definition of the moment estimate. */
Test(line, is_ordinary_least_squares_where_errors_are_equal) {
    enum { N = 12 };
    tilt__random random = tilt__random_stream(29, 1, 0);
    double t[N], y[N], se[N], mt = 0, my = 0, stt = 0, sty = 0, rss = 0;
    for (int i = 0; i < N; i++) {
        t[i] = i, se[i] = 0.01;
        y[i] = 0.1 + 0.03 * i + 0.2 * tilt__random_normal(&random);
        mt += t[i] / N, my += y[i] / N;
    }
    for (int i = 0; i < N; i++) stt += (t[i] - mt) * (t[i] - mt), sty += (t[i] - mt) * (y[i] - my);
    for (int i = 0; i < N; i++) {
        double gap = y[i] - my - sty / stt * (t[i] - mt);
        rss += gap * gap;
    }
    tilt__line line = tilt__line_fit(t, y, se, N, 0.95);
    cr_expect(tilt_close(line.slope, sty / stt, 1e-10));
    cr_expect(tilt_close(line.se, sqrt(rss / (N - 2) / stt), 1e-10));
    cr_expect_eq(line.df, N - 2);
    cr_expect_eq(tilt__line_fit(t, y, se, 2, 0.95).reason, TILT_TOO_FEW);
}

/* R: Kendall::MannKendall(1:5) gives S = 10 and p = 0.027 (normal); exact is 2 / 5! = 0.016667. */
Test(mann_kendall, counts_orders_exactly) {
    const double up[5] = {1, 2, 3, 4, 5}, mixed[4] = {2, 1, 4, 3}, flat[12] = {0};
    tilt__test test = tilt__mann_kendall(up, 5);
    cr_expect_eq(test.statistic, 10);
    cr_expect(tilt_close(test.p, 2.0 / 120, 1e-12), "%g", test.p);
    test = tilt__mann_kendall(mixed, 4); /* S = 2: 1 - Pr(S = 0) = 1 - 6/24 */
    cr_expect_eq(test.statistic, 2);
    cr_expect(tilt_close(test.p, 0.75, 1e-12), "%g", test.p);
    cr_expect_eq(tilt__mann_kendall(flat, 12).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__mann_kendall(up, 2).reason, TILT_TOO_FEW);
}

/* ---- the default watch ---- */

enum { LOOKS = 52, BEFORE = 26 };

/* A year of weekly audits: clicks of n impressions at a rate of 5 % in both groups; from look `from` on the
 * focal rate is multiplied by `factor`. */
static void draw_year(tilt__random *random, double n, size_t from, double factor, double *y, double *se) {
    for (size_t i = 0; i < LOOKS; i++) {
        double xa = tilt__random_binomial(random, n, i >= from ? 0.05 * factor : 0.05),
               xr = tilt__random_binomial(random, n, 0.05);
        y[i] = log(xa / xr);
        se[i] = sqrt(1 / xa - 1 / n + 1 / xr - 1 / n);
    }
}

typedef struct year {
    double y[LOOKS], se[LOOKS], residuals[LOOKS], up[LOOKS], down[LOOKS];
    tilt__alarm alarms[LOOKS];
    tilt__watch watch;
} year;

static void run_year(year *yr, const tilt__watch_opts *opts) {
    yr->watch =
        (tilt__watch){.residuals = yr->residuals, .up = yr->up, .down = yr->down, .alarms = yr->alarms};
    cr_assert_eq(tilt__watch_run(yr->y, yr->se, LOOKS, opts, &yr->watch), TILT_REASON_NONE);
}

Test(watch, cries_wolf_in_at_most_one_year_of_twenty) {
    static year yr;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    static const double bases[] = {5000, 20000, 200000};
    enum { REPLICATES = 2000 };
    for (size_t b = 0; b < 3; b++) {
        size_t false_alarms = 0;
        for (uint64_t r = 0; r < REPLICATES; r++) {
            tilt__random random = tilt__random_stream(52, r, b);
            draw_year(&random, bases[b], LOOKS, 1, yr.y, yr.se);
            run_year(&yr, &opts);
            false_alarms += yr.watch.n_alarms > 0;
        }
        double rate = (double)false_alarms / REPLICATES;
        (void)printf("52 looks at %.0f impressions without a change: false alarms in %.2f %% of years\n",
                     bases[b], 100 * rate);
        cr_expect_leq(rate, 0.05);
    }
}

/* Weekly audits that vary beyond their standard errors, by half as much again: the watch allows for it. */
Test(watch, allows_for_looks_that_vary_beyond_their_errors) {
    static year yr;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    size_t false_alarms = 0;
    enum { REPLICATES = 1000 };
    for (uint64_t r = 0; r < REPLICATES; r++) {
        tilt__random random = tilt__random_stream(53, r, 0);
        for (size_t i = 0; i < LOOKS; i++) {
            yr.se[i] = 0.04;
            yr.y[i] = 0.06 * tilt__random_normal(&random);
        }
        run_year(&yr, &opts);
        false_alarms += yr.watch.n_alarms > 0;
    }
    double rate = (double)false_alarms / REPLICATES;
    (void)printf("the same with a spread of 1.5 standard errors: %.2f %%\n", 100 * rate);
    cr_expect_leq(rate, 0.05);
}

/* The same with campaigns that come and go: weeks of very different size, and noise with heavy tails
 * (Student's t with 5 degrees, scaled to a spread of 1.5 standard errors). */
Test(watch, keeps_its_promise_for_uneven_weeks_with_heavy_tails) {
    static year yr;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    size_t false_alarms = 0;
    enum { REPLICATES = 1000 };
    for (uint64_t r = 0; r < REPLICATES; r++) {
        tilt__random random = tilt__random_stream(55, r, 0);
        for (size_t i = 0; i < LOOKS; i++) {
            double squares = 0;
            for (int k = 0; k < 5; k++) {
                double z = tilt__random_normal(&random);
                squares += z * z / 5;
            }
            yr.se[i] = 0.04 * exp(0.4 * tilt__random_normal(&random));
            yr.y[i] = yr.se[i] * 1.5 * tilt__random_normal(&random) / sqrt(squares * 5 / 3);
        }
        run_year(&yr, &opts);
        false_alarms += yr.watch.n_alarms > 0;
    }
    double rate = (double)false_alarms / REPLICATES;
    (void)printf("uneven weeks with heavy tails: %.2f %%\n", 100 * rate);
    cr_expect_leq(rate, 0.05);
}

/* The stated delay also holds early in a series, when the spread between looks is hardly known. */
Test(watch, states_a_delay_that_holds_after_few_looks) {
    static year yr;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    static const size_t befores[] = {5, 8, 12};
    static const double shifts[] = {2.5, 4, 7};
    enum { REPLICATES = 1000 };
    size_t stated = 0;
    for (size_t b = 0; b < 3; b++)
        for (size_t s = 0; s < 3; s++) {
            size_t delay = tilt__watch_delay(shifts[s], befores[b], tilt__watch_limit(&opts), 0.9), found = 0;
            if (delay == 0 || befores[b] + delay > LOOKS) {
                (void)printf("a shift of %.1f errors after %zu looks: not within %d\n", shifts[s], befores[b],
                             LOOKS);
                continue;
            }
            stated++;
            for (uint64_t r = 0; r < REPLICATES; r++) {
                tilt__random random = tilt__random_stream(56, r, b * 3 + s);
                for (size_t i = 0; i < LOOKS; i++) {
                    yr.se[i] = 0.04;
                    yr.y[i] = 0.04 * (tilt__random_normal(&random) - (i >= befores[b] ? shifts[s] : 0));
                }
                run_year(&yr, &opts);
                for (size_t a = 0; a < yr.watch.n_alarms; a++) {
                    const tilt__alarm *alarm = &yr.alarms[a];
                    if (alarm->up || alarm->found < befores[b] || alarm->found >= befores[b] + delay)
                        continue;
                    found++;
                    break;
                }
            }
            double rate = (double)found / REPLICATES;
            (void)printf("a shift of %.1f errors after %zu looks: stated within %zu looks in 90 %%, found in "
                         "%.1f %%\n",
                         shifts[s], befores[b], delay, 100 * rate);
            cr_expect_geq(rate, 0.9 - 3 * sqrt(0.09 / REPLICATES));
        }
    cr_expect_geq(stated, 4);
}

/* A fall of 10 % in one group's rate after half a year, against the delay that the watch states. */
Test(watch, finds_a_shift_of_a_tenth_within_the_stated_delay) {
    static year yr;
    tilt__watch_opts opts = TILT__WATCH_OPTS_INIT;
    static const double bases[] = {20000, 50000, 200000};
    enum { REPLICATES = 1000 };
    for (size_t b = 0; b < 3; b++) {
        double se = sqrt(2 * 0.95 / (0.05 * bases[b]));
        size_t delay = tilt__watch_delay(log(0.9) / se, BEFORE, tilt__watch_limit(&opts), 0.9), found = 0,
               right = 0;
        cr_assert(delay > 0 && delay <= LOOKS - BEFORE, "%zu", delay);
        for (uint64_t r = 0; r < REPLICATES; r++) {
            tilt__random random = tilt__random_stream(54, r, b);
            draw_year(&random, bases[b], BEFORE, 0.9, yr.y, yr.se);
            run_year(&yr, &opts);
            for (size_t a = 0; a < yr.watch.n_alarms; a++) {
                const tilt__alarm *alarm = &yr.alarms[a];
                if (alarm->up || alarm->found < BEFORE || alarm->found >= BEFORE + delay) continue;
                found++;
                right += alarm->since + 2 >= BEFORE && alarm->since <= BEFORE + 2;
                break;
            }
        }
        double rate = (double)found / REPLICATES;
        (void)printf(
            "a fall of 10 %% at %.0f impressions a week: stated within %zu looks in 90 %%, found in %.1f %%, "
            "start within two looks in %.1f %% of those\n",
            bases[b], delay, 100 * rate, 100 * (double)right / (double)found);
        cr_expect_geq(rate, 0.9 - 3 * sqrt(0.09 / REPLICATES));
    }
}

Test(watch, says_nothing_of_less_than_two_looks) {
    double y[1] = {0}, se[1] = {0.1}, room[1];
    tilt__alarm alarms[1];
    tilt__watch watch = {.residuals = room, .up = room, .down = room, .alarms = alarms};
    cr_expect_eq(tilt__watch_run(y, se, 1, &(tilt__watch_opts)TILT__WATCH_OPTS_INIT, &watch), TILT_TOO_FEW);
    se[0] = 0;
    cr_expect_eq(tilt__watch_run(y, se, 1, &(tilt__watch_opts)TILT__WATCH_OPTS_INIT, &watch),
                 TILT_OUT_OF_RANGE);
}

/* More numbers watched at once: a higher limit for each, so that alpha is for all of them together. */
Test(watch, widens_with_the_family) {
    tilt__watch_opts one = TILT__WATCH_OPTS_INIT, many = TILT__WATCH_OPTS_INIT;
    many.family = 30;
    cr_expect_gt(tilt__watch_limit(&many), tilt__watch_limit(&one) + 2);
}
