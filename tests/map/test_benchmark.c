/* Benchmark files: CSV attribute,group,share. */
#include "folder.h"

#include "map/benchmark.h"

TestSuite(benchmark, FOLDER);

static tilt_spec *spec_with_file(void) {
    static const char json[] = "{\"benchmark\": \"q.csv\"}";
    tilt_spec *spec = tilt_spec_from_json(json, sizeof json - 1, NULL, NULL);
    cr_assert(spec != NULL);
    return spec;
}

static tilt_error read_file(const char *text, tilt_spec **out_spec) {
    tilt_error err = {.status = TILT_OK};
    folder_put("q.csv", text);
    *out_spec = spec_with_file();
    tilt_status status = tilt__benchmark_read(*out_spec, &err);
    cr_expect_eq(status, err.status);
    return err;
}

static void expect_shares(const char *text) {
    tilt_spec *spec;
    tilt_error err = read_file(text, &spec);
    cr_expect_eq(err.status, TILT_OK, "%s", err.message);
    cr_expect_eq(tilt__benchmark_share(spec, "gender", "female"), 0.507);
    cr_expect_eq(tilt__benchmark_share(spec, "gender", "male"), 0.493);
    tilt_spec_free(spec);
}

static void expect_refused(const char *text, const char *words) {
    tilt_spec *spec;
    tilt_error err = read_file(text, &spec);
    cr_expect_neq(err.status, TILT_OK, "%s", text);
    cr_expect(strstr(err.message, words) != NULL, "said: %s\n  without: %s", err.message, words);
    tilt_spec_free(spec);
}

Test(benchmark, shares_are_fractions_or_percent) {
    expect_shares("attribute,group,share\ngender,female,0.507\ngender,male,0.493\n");
    expect_shares("attribute,group,share\ngender,female,50.7%\ngender,male,49.3 %\n");
    expect_shares("share;group;attribute\n50,7 %;female;gender\n49,3 %;male;gender\n");
}

Test(benchmark, a_missing_column_is_named) {
    expect_refused("attribute,group,portion\ngender,female,0.507\ngender,male,0.493\n",
                   "q.csv: has no column \"share\"; expected attribute,group,share");
}

Test(benchmark, shares_must_sum_to_one_per_attribute) {
    expect_refused("attribute,group,share\ngender,female,0.507\ngender,male,0.393\nage,a,1\n",
                   "shares of \"gender\" sum to 0.9000; expected 1");
}

Test(benchmark, rounding_within_half_a_percent_is_fine) {
    tilt_spec *spec;
    tilt_error err = read_file("attribute,group,share\na,x,0.333\na,y,0.333\na,z,0.33\n", &spec);
    cr_expect_eq(err.status, TILT_OK, "%s", err.message);
    tilt_spec_free(spec);
}

Test(benchmark, a_share_that_is_none_names_its_place) {
    expect_refused("attribute,group,share\ngender,female,most\ngender,male,0.5\n",
                   "q.csv row 2, column \"share\"");
    expect_refused("attribute,group,share\ngender,female,50.7\ngender,male,49.3\n",
                   "a share between 0 and 1");
    expect_refused("attribute,group,share\ngender,female,0.5\ngender,male,-0.5\n", "q.csv row 3");
}

Test(benchmark, a_group_given_twice_is_refused) {
    expect_refused("attribute,group,share\ngender,female,0.5\ngender,female,0.5\n",
                   "\"female\" of gender is given twice");
}

Test(benchmark, a_file_without_rows_is_refused) {
    expect_refused("attribute,group,share\n", "q.csv row 1: a header and no rows below it");
}

Test(benchmark, a_missing_file_is_an_io_error) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = spec_with_file();
    cr_expect_eq(tilt__benchmark_read(spec, &err), TILT_EIO);
    tilt_spec_free(spec);
}

Test(benchmark, reading_twice_changes_nothing) {
    tilt_spec *spec;
    tilt_error err = read_file("attribute,group,share\ngender,female,0.507\ngender,male,0.493\n", &spec);
    cr_expect_eq(tilt__benchmark_read(spec, &err), TILT_OK, "%s", err.message);
    cr_expect_eq(spec->n_benchmarks, 2);
    tilt_spec_free(spec);
}

Test(benchmark, what_it_does_not_know_has_no_share) {
    tilt_spec *spec;
    (void)read_file("attribute,group,share\ngender,female,1\n", &spec);
    cr_expect(tilt__benchmark_share(spec, "gender", "male") < 0);
    cr_expect(tilt__benchmark_share(spec, "age", "female") < 0);
    tilt_spec_free(spec);
}
