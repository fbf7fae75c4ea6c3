/* Bounds for people of unknown group against oracle 31, an enumeration, and the properties of methods 12.11.
 */
#include "stat/unknown.h"

#include "oracle.h"

static tilt__partly_known data_of(const cJSON *in) {
    return (tilt__partly_known){
        {oracle_get(in, "x1"), oracle_get(in, "n1"), oracle_get(in, "x2"), oracle_get(in, "n2")},
        oracle_get(in, "x_unknown"),
        oracle_get(in, "n_unknown")};
}

static void check_bounds(const oracle_record *r) {
    tilt__partly_known data = data_of(r->inputs);
    tilt__unknown u = tilt__unknown_bounds(&data);
    oracle_expect(r, "known", u.dropped, oracle_get(r->outputs, "ir_known"), 1e-9);
    oracle_expect(r, "min", u.ratio.lower, oracle_get(r->outputs, "ir_min"), 1e-9);
    oracle_expect(r, "max", u.ratio.upper, oracle_get(r->outputs, "ir_max"), 1e-9);
    oracle_expect(r, "rd_min", u.difference.lower, oracle_get(r->outputs, "rd_min"), 1e-9);
    oracle_expect(r, "rd_max", u.difference.upper, oracle_get(r->outputs, "rd_max"), 1e-9);
    oracle_expect(r, "rate1", u.focal_rate.lower, oracle_get_at(r->outputs, "rate1", 0), 1e-9);
    oracle_expect(r, "rate1", u.focal_rate.upper, oracle_get_at(r->outputs, "rate1", 1), 1e-9);
    oracle_expect(r, "rate2", u.reference_rate.lower, oracle_get_at(r->outputs, "rate2", 0), 1e-9);
    oracle_expect(r, "rate2", u.reference_rate.upper, oracle_get_at(r->outputs, "rate2", 1), 1e-9);
    oracle_expect(r, "propshare", u.proportional, oracle_get(r->outputs, "ir_propshare"), 1e-9);
    oracle_expect(r, "share", u.unknown_share, oracle_get(r->outputs, "unknown_share"), 1e-9);
    /* Methods 12.11: the bounds hold the dropped and the proportional ratio. */
    cr_expect(u.ratio.lower <= u.dropped && u.dropped <= u.ratio.upper, "%s", r->id);
    cr_expect(u.ratio.lower <= u.proportional && u.proportional <= u.ratio.upper, "%s", r->id);
}

Test(unknown, agrees_with_oracle_31) {
    oracle_run("31_unknown_bounds.json", "manski_ir", 40, check_bounds);
}

static uint64_t state = 7;
static double whole_below(double n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return floor(n * ((double)(state >> 11) / 9007199254740992.0));
}

Test(unknown, bounds_are_those_of_every_assignment) {
    for (int i = 0; i < 100; i++) {
        tilt__partly_known d = {
            {.na = 5 + whole_below(30), .nr = 5 + whole_below(30)}, 0, 1 + whole_below(12)};
        d.known.xa = whole_below(d.known.na);
        d.known.xr = 1 + whole_below(d.known.nr - 1);
        d.xu = whole_below(d.nu + 1);
        double low = HUGE_VAL, high = 0;
        for (double events = 0; events <= d.xu; events++)
            for (double others = 0; others <= d.nu - d.xu; others++) {
                double xa = d.known.xa + events, na = d.known.na + events + others;
                double xr = d.known.xr + d.xu - events, nr = d.known.nr + d.nu - events - others;
                low = fmin(low, xa / na / (xr / nr));
                high = fmax(high, xa / na / (xr / nr));
            }
        tilt__unknown u = tilt__unknown_bounds(&d);
        cr_expect(tilt_close(u.ratio.lower, low, 1e-12) && tilt_close(u.ratio.upper, high, 1e-12));
    }
}

Test(unknown, nothing_unknown_leaves_no_width) {
    tilt__partly_known d = {{10, 50, 20, 60}, 0, 0};
    tilt__unknown u = tilt__unknown_bounds(&d);
    cr_expect(u.ratio.lower == u.ratio.upper && tilt_close(u.dropped, u.ratio.lower, 1e-15));
    cr_expect(u.unknown_share == 0);
    cr_expect_eq(tilt__unknown_breakdown(&d, 0.8).reason, TILT_NO_UNKNOWN);
    /* The interval is then Katz's: exp(ln .6 -+ 1.959964 sqrt(1/10 - 1/50 + 1/20 - 1/60)). */
    tilt_estimate e = tilt__imbens_manski(&d, 0.95);
    double se = sqrt(0.1 - 0.02 + 0.05 - 1.0 / 60);
    cr_expect(tilt_close(e.lower, 0.6 * exp(-1.959963984540054 * se), 1e-9));
    cr_expect(tilt_close(e.upper, 0.6 * exp(1.959963984540054 * se), 1e-9));
}

Test(unknown, imbens_manski_is_between_one_sided_and_two_sided) {
    tilt__partly_known d = {{100, 500, 200, 600}, 50, 400};
    tilt__unknown u = tilt__unknown_bounds(&d);
    tilt_estimate e = tilt__imbens_manski(&d, 0.95);
    double se =
        sqrt(1.0 / 100 - 1.0 / 850 + 1.0 / 250 - 1.0 / 650); /* lowest: 100 of 850 against 250 of 650 */
    double c = log(u.ratio.lower / e.lower) / se;
    cr_expect(c >= 1.6448536 && c <= 1.9599640, "c = %g", c);
    cr_expect(e.value == u.dropped && e.upper > u.ratio.upper);
    tilt_estimate wide = tilt__imbens_manski(&d, 0.99);
    cr_expect(wide.lower < e.lower && wide.upper > e.upper);
}

Test(unknown, breakdown_is_where_the_ratio_meets_the_edge) {
    tilt__partly_known d = {{300, 1000, 310, 1000}, 30, 200};
    tilt__breakdown b = tilt__unknown_breakdown(&d, 0.8);
    cr_assert_eq(b.reason, TILT_REASON_NONE);
    cr_expect(b.fraction > 0 && b.fraction < 1);
    double events = 0.5 * (1 - b.fraction), others = 0.5 + b.fraction * 0.5;
    double xa = 300 + 30 * events, na = 1000 + 30 * events + 170 * others;
    double xr = 310 + 30 * (1 - events), nr = 1000 + 30 * (1 - events) + 170 * (1 - others);
    cr_expect(tilt_close(xa / na / (xr / nr), 0.8, 1e-9));
    /* Upwards, from below. */
    b = tilt__unknown_breakdown(&d, 1.1);
    cr_assert_eq(b.reason, TILT_REASON_NONE);
    /* Out of reach, already there, no edge. */
    cr_expect_eq(tilt__unknown_breakdown(&d, 0.2).reason, TILT_UNREACHABLE);
    cr_expect_eq(tilt__unknown_breakdown(&d, 5).reason, TILT_UNREACHABLE);
    cr_expect_eq(tilt__unknown_breakdown(&d, 0).reason, TILT_OUT_OF_RANGE);
    tilt__partly_known even = {{300, 1000, 300, 1000}, 30, 200};
    b = tilt__unknown_breakdown(&even, 1);
    cr_expect(b.reason == TILT_REASON_NONE && b.fraction == 0);
}

Test(unknown, zero_counts_have_a_value_or_a_reason) {
    tilt__partly_known none = {{0, 0, 3, 10}, 1, 5}, no_focal = {{0, 10, 3, 10}, 0, 5},
                       no_reference = {{3, 10, 0, 10}, 1, 5}, nobody = {{0, 10, 0, 10}, 0, 5},
                       wrong = {{0, 10, 3, 10}, 6, 5};
    cr_expect_eq(tilt__unknown_bounds(&none).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__unknown_bounds(&wrong).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__imbens_manski(&wrong, 0.95).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__unknown_breakdown(&wrong, 1).reason, TILT_OUT_OF_RANGE);
    tilt__unknown u = tilt__unknown_bounds(&no_focal);
    cr_expect(u.ratio.lower == 0 && u.ratio.upper == 0);
    tilt_estimate e = tilt__imbens_manski(&no_focal, 0.95);
    cr_expect(e.lower == 0 && isinf(e.upper));
    u = tilt__unknown_bounds(&no_reference);
    cr_expect(isnan(u.dropped) && isinf(u.ratio.upper) && isfinite(u.ratio.lower));
    cr_expect_eq(tilt__imbens_manski(&no_reference, 0.95).reason, TILT_ZERO_REFERENCE);
    u = tilt__unknown_bounds(&nobody);
    cr_expect(u.ratio.lower == 0 && isinf(u.ratio.upper));
    cr_expect_eq(tilt__imbens_manski(&nobody, 0.95).reason, TILT_ZERO_MARGIN);
}

Test(unknown, share_bounds_place_all_or_none_of_the_unknown) {
    tilt__bounds b = tilt__share_bounds(30, 20, 100);
    cr_expect(b.lower == 0.3 && b.upper == 0.5 && b.reason == TILT_REASON_NONE);
    cr_expect_eq(tilt__share_bounds(0, 0, 0).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__share_bounds(90, 20, 100).reason, TILT_OUT_OF_RANGE);
}

Test(unknown, ten_thousand_million_people_are_fine) {
    tilt__partly_known d = {{1e9, 1e10, 1.1e9, 1e10}, 1, 3e9};
    tilt__unknown u = tilt__unknown_bounds(&d);
    cr_expect(u.ratio.lower < u.dropped && u.dropped < u.ratio.upper && isfinite(u.ratio.upper));
    cr_expect_eq(tilt__imbens_manski(&d, 0.95).reason, TILT_REASON_NONE);
}
