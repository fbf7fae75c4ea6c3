/* Audits of counts in ranges against audits of every combination of numbers at the ends of those ranges. */
#include "run.h"

#include "close.h"

TestSuite(ranged, FOLDER);

/* The comparison of view 0 with this group, or NULL. */
static const cJSON *comparison_of(const cJSON *tree, const char *group, const char *unit) {
    const cJSON *view, *c;
    cJSON_ArrayForEach(view, run_at(tree, "views")) {
        cJSON_ArrayForEach(c, run_at(view, "comparisons")) {
            bool same_unit = unit == NULL || strcmp(run_text(c, "unit"), unit) == 0;
            if (same_unit && strcmp(run_text(c, "group/0"), group) == 0) return c;
        }
    }
    return NULL;
}

typedef struct cell {
    double low, high;
} cell;

static const char spec[] = "{\"sources\": [\"d.csv\"], \"reference\": \"m\"}";

/* targeted and reach of women and men at one corner, as numbers. */
static cJSON *corner_of(const cell cells[4], unsigned corner) {
    char text[256];
    double v[4];
    for (unsigned k = 0; k < 4; k++) v[k] = corner >> k & 1u ? cells[k].high : cells[k].low;
    (void)snprintf(text, sizeof text, "gender,reach,targeted\nf,%.0f,%.0f\nm,%.0f,%.0f\n", v[0], v[1], v[2],
                   v[3]);
    folder_put("d.csv", text);
    return run_audit(spec);
}

static cJSON *ranged_of(const cell cells[4]) {
    char text[512];
    (void)snprintf(text, sizeof text,
                   "gender,reach_min,reach_max,targeted_min,targeted_max\nf,%.0f,%.0f,%.0f,%.0f\nm,%.0f,%.0f,"
                   "%.0f,%.0f\n",
                   cells[0].low, cells[0].high, cells[1].low, cells[1].high, cells[2].low, cells[2].high,
                   cells[3].low, cells[3].high);
    folder_put("d.csv", text);
    return run_audit(spec);
}

/* The ends are those of the 16 audits, and a verdict is that of all of them. */
static void expect_corners(const cell cells[4]) {
    double least = (double)INFINITY, most = 0;
    cJSON *ranged = ranged_of(cells);
    const cJSON *c = comparison_of(ranged, "f", NULL);
    cr_assert(c != NULL);
    const char *verdict = run_text(c, "verdict");
    for (unsigned corner = 0; corner < 16; corner++) {
        cJSON *plain = corner_of(cells, corner);
        const cJSON *p = comparison_of(plain, "f", NULL);
        double ratio = run_number(p, "impact_ratio/value");
        least = fmin(least, ratio);
        most = fmax(most, ratio);
        if (strcmp(verdict, "undetermined") != 0)
            cr_expect_str_eq(run_text(p, "verdict"), verdict, "corner %u", corner);
        expect_text(p, "id", run_text(c, "id")); /* one finding, however its counts are known */
        cJSON_Delete(plain);
    }
    cr_expect(tilt_close(run_number(c, "impact_ratio/lower"), least, 1e-14));
    cr_expect(tilt_close(run_number(c, "impact_ratio/upper"), most, 1e-14));
    cJSON_Delete(ranged);
}

static const cell tilted[4] = {{1000, 1500}, {10000, 10500}, {3000, 3300}, {9500, 10000}};
static const cell level[4] = {{5000, 5100}, {10000, 10050}, {5000, 5050}, {10000, 10100}};
static const cell open_to_both[4] = {{1000, 4000}, {10000, 10000}, {3000, 3000}, {10000, 10000}};

Test(ranged, bounds_and_verdicts_are_those_of_all_corners) {
    expect_corners(tilted);
    expect_corners(level);
    expect_corners(open_to_both);
}

Test(ranged, verdicts_hold_at_every_corner_or_are_not_made) {
    cJSON *a = ranged_of(tilted), *b = ranged_of(level), *c = ranged_of(open_to_both);
    expect_text(comparison_of(a, "f", NULL), "verdict", "tilted");
    expect_text(comparison_of(b, "f", NULL), "verdict", "level");
    expect_text(comparison_of(c, "f", NULL), "verdict", "undetermined");
    expect_text(comparison_of(c, "f", NULL), "notes/0", "depends_on_range");
    cr_expect(cJSON_IsNull(run_at(comparison_of(a, "f", NULL), "impact_ratio/value")),
              "no number was invented");
    expect_text(a, "headline/verdict", "tilted");
    expect_text(c, "headline/verdict", "undetermined");
    cr_expect(
        strstr(run_text(a, "findings/0/sentence"), "between 0.274 and 0.500 times as often as") != NULL, "%s",
        run_text(a, "findings/0/sentence")); /* 1000/10500 / (3300/9500) and 1500/10000 / (3000/10000) */
    cJSON_Delete(a);
    cJSON_Delete(b);
    cJSON_Delete(c);
}

Test(ranged, ranges_without_width_give_the_numbers_of_the_plain_file) {
    static const cell points[4] = {{1000, 1000}, {10000, 10000}, {3000, 3000}, {10000, 10000}};
    cJSON *ranged = ranged_of(points), *plain = corner_of(points, 0);
    const cJSON *r = comparison_of(ranged, "f", NULL), *p = comparison_of(plain, "f", NULL);
    cr_expect_eq(run_number(r, "impact_ratio/value"), run_number(p, "impact_ratio/value"));
    cr_expect_eq(run_number(r, "impact_ratio/lower"), run_number(r, "impact_ratio/upper"));
    expect_text(r, "verdict", run_text(p, "verdict"));
    expect_number(ranged, "views/0/groups/0/count", 1000.0);
    cJSON_Delete(ranged);
    cJSON_Delete(plain);
}

/* Ads against each other: 4 cells, each at both ends, by the ads' own audit. */
Test(ranged, shares_within_ads_are_bounded_by_those_of_all_corners) {
    static const cell cells[4] = {
        {1000, 2000}, {8000, 9000}, {20000, 25000}, {5000, 6000}}; /* A f, A m, B f, B m */
    static const char ads[] = "{\"sources\": [\"d.csv\"]}";
    double least = (double)INFINITY, most = 0;
    char text[512];
    for (unsigned corner = 0; corner < 16; corner++) {
        double v[4];
        for (unsigned k = 0; k < 4; k++) v[k] = corner >> k & 1u ? cells[k].high : cells[k].low;
        (void)snprintf(text, sizeof text, "ad,gender,impressions\nA,f,%.0f\nA,m,%.0f\nB,f,%.0f\nB,m,%.0f\n",
                       v[0], v[1], v[2], v[3]);
        folder_put("d.csv", text);
        cJSON *plain = run_audit(ads);
        double ratio = run_number(comparison_of(plain, "f", "A"), "impact_ratio/value");
        least = fmin(least, ratio);
        most = fmax(most, ratio);
        cJSON_Delete(plain);
    }
    folder_put("d.csv",
               "ad,gender,impressions\nA,f,1000-2000\nA,m,8000-9000\nB,f,20000-25000\nB,m,5000-6000\n");
    cJSON *ranged = run_audit(ads);
    const cJSON *c = comparison_of(ranged, "f", "A");
    cr_expect(tilt_close(run_number(c, "impact_ratio/lower"), least, 1e-14));
    cr_expect(tilt_close(run_number(c, "impact_ratio/upper"), most, 1e-14));
    expect_text(c, "verdict", "tilted");
    cJSON_Delete(ranged);
}

Test(ranged, a_range_without_an_upper_end_settles_nothing) {
    folder_put("d.csv", "gender,reach,targeted\nf,> 1000,10000\nm,100,10000\n");
    cJSON *tree = run_audit(spec);
    const cJSON *c = comparison_of(tree, "f", NULL);
    expect_text(c, "verdict", "undetermined");
    expect_text(c, "notes/0", "no_upper_end");
    expect_number(c, "impact_ratio/lower", 10.0);  /* 0.1 / 0.01 */
    expect_number(c, "impact_ratio/upper", 100.0); /* everybody: 1 / 0.01 */
    cJSON_Delete(tree);
}

Test(ranged, shares_of_an_unknown_whole_are_held_against_a_benchmark_and_never_judged) {
    folder_put("d.csv", "ad,gender,part\nA,f,0.29\nA,m,0.71\nB,f,0.5\nB,m,0.5\n");
    cJSON *tree = run_audit(
        "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"part\": \"stage:impressions:share\"}}],"
        " \"benchmarks\": {\"gender\": {\"f\": 0.5, \"m\": 0.5}}, \"reference\": \"m\"}");
    cr_expect_eq(run_count(tree, "views"), 2u); /* shares of ads cannot be added */
    expect_text(tree, "views/0/slice/ad", "A");
    cr_expect(cJSON_IsNull(run_at(tree, "views/0/groups/0/base")));
    const cJSON *c = comparison_of(tree, "f", NULL);
    cr_expect(tilt_close(run_number(c, "impact_ratio/lower"), 0.285 / 0.715, 1e-14));
    cr_expect(tilt_close(run_number(c, "impact_ratio/upper"), 0.295 / 0.705, 1e-14));
    expect_text(c, "verdict", "undetermined");
    expect_text(c, "notes/0", "shares_only");
    cJSON_Delete(tree);
}

Test(ranged, shares_that_sum_past_one_are_refused) {
    folder_put("d.csv", "ad,gender,part\nA,f,0.9\nA,m,0.9\n");
    run_fails("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"part\": \"stage:impressions:share\"}}]}",
              TILT_ESPEC, "sum to at least 1.7; expected 1");
}

Test(ranged, people_above_their_base_are_an_error) {
    folder_put("d.csv", "gender,reach,targeted\nf,200-300,100\nm,10-20,100\n");
    run_fails("{\"sources\": [\"d.csv\"]}", TILT_ETYPE, "at least 200 reach are above its base");
}

Test(ranged, events_are_judged_at_the_assumed_design_effect) {
    folder_put("d.csv",
               "gender,clicks,impressions\nf,30-31,1000\nm,60-61,1000\n"); /* naive p is below 0.025 */
    cJSON *few =
        run_audit("{\"sources\": [\"d.csv\"], \"rates\": \"clicks/impressions\", \"reference\": \"m\"}");
    expect_text(comparison_of(few, "f", NULL), "verdict", "undetermined");
    cJSON_Delete(few);
    folder_put("d.csv", "gender,clicks,impressions\nf,30000-31000,1000000\nm,60000-61000,1000000\n");
    cJSON *many =
        run_audit("{\"sources\": [\"d.csv\"], \"rates\": \"clicks/impressions\", \"reference\": \"m\"}");
    expect_text(comparison_of(many, "f", NULL), "verdict", "tilted");
    cJSON_Delete(many);
}

/* A cube has every end as a measure of its own, so that a cube of ranges audits as its file does. */
Test(ranged, a_cube_of_ranges_gives_the_result_of_the_file) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,reach,targeted\nf,1000-1500,10000\nm,> 3000,10000\n");
    cJSON *one = run_audit(spec);
    tilt_spec *file = run_spec(spec);
    tilt_audit *cube = tilt_audit_reduce(file, &err);
    cr_assert(cube != NULL, "%s", err.message);
    folder_put("c.csv", tilt_audit_result(cube, NULL));
    cJSON *two = run_audit("{\"sources\": [\"c.csv\"], \"reference\": \"m\"}");
    cr_expect(run_count(one, "views") > 0);
    cr_expect(cJSON_Compare(run_at(one, "views"), run_at(two, "views"), true));
    cJSON_Delete(one);
    cJSON_Delete(two);
    tilt_audit_free(cube);
    tilt_spec_free(file);
}

Test(ranged, ranges_are_not_published) {
    folder_put("d.csv", "gender,reach,targeted\nf,3-5,10000\nm,3000-3100,10000\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"privacy\": {\"publish\": true}}");
    cr_expect_eq(run_count(tree, "views"), 0u);
    cJSON_Delete(tree);
}
