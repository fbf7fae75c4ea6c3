/* What may not change the numbers of an audit, and how they must change when it may (methods 12, invariants 1
 * to 4 and 11), through the result JSON. */
#define _POSIX_C_SOURCE 200809L
#include <locale.h>

#include "close.h"
#include "measure/small_audit.h"

enum { MOST_ROWS = 400 };

typedef struct rows {
    char line[MOST_ROWS][96];
    size_t n;
} rows;

static const char header[] = "gender,campaign,placement,day,eligible,clicks";
static const char keys[] = "\"audience\": [\"gender\"], \"factors\": [\"campaign\", \"placement\"], "
                           "\"rates\": [\"clicks/eligible\"], \"unit\": \"day\"";

static void make_rows(rows *out, uint64_t seed, double factor) {
    static const char *const genders[] = {"female", "male", "other"};
    out->n = 0;
    for (size_t g = 0; g < 3; g++) {
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < 2; p++) {
                for (int d = 0; d < 8; d++) {
                    double base = floor(100 + 400 * draw(&seed));
                    double hits = floor(base * (0.1 + 0.05 * (double)g + 0.1 * draw(&seed)));
                    (void)snprintf(out->line[out->n++], 96, "%s,C%d,P%d,2024-01-%02d,%.17g,%.17g", genders[g],
                                   c, p, d + 1, base * factor, hits * factor);
                }
            }
        }
    }
}

static cJSON *audit_rows(const rows *r, const char *more) {
    lines csv = {NULL, 0, 0};
    char spec[1024];
    add_line(&csv, header);
    for (size_t i = 0; i < r->n; i++) add_line(&csv, r->line[i]);
    (void)snprintf(spec, sizeof spec, "%s%s", keys, more);
    cJSON *tree = audit_tree(csv.text, spec);
    free(csv.text);
    return tree;
}

static void same_views(const cJSON *a, const cJSON *b, const char *what) {
    char *one = cJSON_Print(get(a, "views")), *two = cJSON_Print(get(b, "views"));
    cr_expect(strcmp(one, two) == 0, "%s", what);
    free(one);
    free(two);
}

Test(invariants, order_of_rows_changes_nothing) {
    rows r, shuffled;
    make_rows(&r, 1, 1);
    shuffled = r;
    uint64_t seed = 7;
    for (size_t i = r.n - 1; i > 0; i--) {
        size_t j = (size_t)(draw(&seed) * (double)(i + 1));
        char keep[96];
        memcpy(keep, shuffled.line[i], sizeof keep);
        memcpy(shuffled.line[i], shuffled.line[j], sizeof keep);
        memcpy(shuffled.line[j], keep, sizeof keep);
    }
    cJSON *a = audit_rows(&r, ""), *b = audit_rows(&shuffled, "");
    same_views(a, b, "shuffled rows");
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, a_row_in_two_parts_changes_nothing) {
    rows r, split;
    make_rows(&r, 2, 1);
    split = r;
    /* 8 and 1 of the first row stand alone */
    double base, hits;
    cr_assert_eq(sscanf(r.line[0], "female,C0,P0,2024-01-01,%lf,%lf", &base, &hits), 2);
    (void)snprintf(split.line[0], 96, "female,C0,P0,2024-01-01,%.17g,%.17g", base - 8, hits - 1);
    (void)snprintf(split.line[split.n++], 96, "female,C0,P0,2024-01-01,8,1");
    cJSON *a = audit_rows(&r, ""), *b = audit_rows(&split, "");
    same_views(a, b, "a row split in two");
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, the_locale_changes_nothing) {
    rows r;
    make_rows(&r, 3, 1);
    cJSON *a = audit_rows(&r, "");
    (void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is not installed the test says nothing */
    cJSON *b = audit_rows(&r, "");
    (void)setlocale(LC_ALL, "C");
    same_views(a, b, "another locale");
    cJSON_Delete(a);
    cJSON_Delete(b);
}

/* Every number of the comparison of a group, whatever ids and labels. */
static void same_numbers(const cJSON *a, const cJSON *b, const char *path) {
    if (cJSON_IsNumber(a)) {
        cr_expect(cJSON_IsNumber(b) && tilt_close(a->valuedouble, b->valuedouble, 1e-9),
                  "%s: %.17g and %.17g", path, a->valuedouble,
                  cJSON_IsNumber(b) ? b->valuedouble : (double)NAN);
        return;
    }
    cr_expect_eq(a->type & 0xff, b->type & 0xff, "%s: types", path);
    const cJSON *x = a->child, *y = b->child;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        char deeper[256];
        (void)snprintf(deeper, sizeof deeper, "%.200s/%s", path, x->string != NULL ? x->string : "");
        same_numbers(x, y, deeper);
    }
    cr_expect(x == NULL && y == NULL, "%s: items", path);
}

Test(invariants, names_of_groups_change_no_number) {
    rows r, renamed;
    make_rows(&r, 4, 1);
    renamed = r;
    /* the same order of names, so that rows of the result keep their places */
    for (size_t i = 0; i < r.n; i++) {
        const char *rest = strchr(r.line[i], ',');
        (void)snprintf(renamed.line[i], 96, "%s%s",
                       r.line[i][0] == 'f'   ? "a b"
                       : r.line[i][0] == 'm' ? "n\xc3\xa4"
                                             : "z",
                       rest);
    }
    cJSON *a = audit_rows(&r, ""), *b = audit_rows(&renamed, "");
    same_numbers(get(view_at(a, 0), "comparisons"), get(view_at(b, 0), "comparisons"), "comparisons");
    same_numbers(get(view_at(a, 0), "overall"), get(view_at(b, 0), "overall"), "overall");
    cJSON_Delete(a);
    cJSON_Delete(b);
}

static const cJSON *driver_of(const cJSON *c, const char *kind, const char *name, const char *key,
                              const char *scale) {
    const cJSON *d = NULL;
    cJSON_ArrayForEach(d, get(c, "drivers")) {
        if (strcmp(text_of(d, "kind"), kind) == 0 && strcmp(text_of(d, "name"), name) == 0 &&
            strcmp(text_of(d, "key"), key) == 0 && strcmp(text_of(d, "scale"), scale) == 0)
            return d;
    }
    return NULL;
}

static void swapped(const cJSON *a, const cJSON *b, const char *key, bool ratio) {
    const cJSON *x = get(a, key), *y = get(b, key);
    const char *const names[3][2] = {{"value", "value"}, {"lower", "upper"}, {"upper", "lower"}};
    for (size_t i = 0; i < 3; i++) {
        double here = number(x, names[i][0]), there = number(y, names[i][1]);
        cr_expect(tilt_close(here, ratio ? 1 / there : -there, 1e-8), "%s %s: %.17g and %.17g", key,
                  names[i][0], here, there);
    }
}

static void check_swapped(const cJSON *a, const cJSON *b) {
    const cJSON *x = comparison_of(a, 0, "female"), *y = comparison_of(b, 0, "male");
    swapped(x, y, "impact_ratio", true);
    swapped(x, y, "odds_ratio", true);
    swapped(x, y, "difference", false);
    const cJSON *d = NULL;
    cJSON_ArrayForEach(d, get(x, "drivers")) {
        const cJSON *e =
            driver_of(y, text_of(d, "kind"), text_of(d, "name"), text_of(d, "key"), text_of(d, "scale"));
        cr_assert(e != NULL);
        swapped(d, e, "contribution", false);
    }
}

Test(invariants, swapping_the_groups_inverts_ratios_and_turns_signs) {
    rows r;
    make_rows(&r, 5, 1);
    cJSON *a = audit_rows(&r, ", \"reference\": \"male\""),
          *b = audit_rows(&r, ", \"reference\": \"female\"");
    check_swapped(a, b);
    cJSON_Delete(a);
    cJSON_Delete(b);
    static const char people[] =
        "gender,campaign,eligible,selected\nfemale,A,300,40\nfemale,B,200,70\nmale,A,250,"
        "60\nmale,B,400,150\n";
    static const char spec[] =
        "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], \"reference\": ";
    char one[256], two[256];
    (void)snprintf(one, sizeof one, "%s\"male\"", spec);
    (void)snprintf(two, sizeof two, "%s\"female\"", spec);
    a = audit_tree(people, one);
    b = audit_tree(people, two);
    check_swapped(a, b);
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, ten_times_the_counts_give_the_same_ratios_and_ten_times_the_chi_square) {
    rows r, ten;
    make_rows(&r, 6, 1);
    make_rows(&ten, 6, 10);
    cJSON *a = audit_rows(&r, ""), *b = audit_rows(&ten, "");
    const cJSON *x = comparison_at(a, 0, 0), *y = comparison_at(b, 0, 0);
    cr_expect(
        tilt_close(number(get(x, "impact_ratio"), "value"), number(get(y, "impact_ratio"), "value"), 1e-12));
    /* the jackknife does not care what a count stands for */
    cr_expect(
        tilt_close(number(get(x, "impact_ratio"), "lower"), number(get(y, "impact_ratio"), "lower"), 1e-9));
    cr_expect(tilt_close(10 * number(get(get(x, "tests"), "chi_square"), "statistic"),
                         number(get(get(y, "tests"), "chi_square"), "statistic"), 1e-9));
    const cJSON *p = get(view_at(a, 0), "overall"), *q = get(view_at(b, 0), "overall");
    cr_expect(tilt_close(number(p, "total_variation"), number(q, "total_variation"), 1e-12));
    cr_expect(tilt_close(10 * number(get(p, "chi_square"), "statistic"),
                         number(get(q, "chi_square"), "statistic"), 1e-9));
    cr_expect(tilt_close(number(p, "group_cv"), number(q, "group_cv"), 1e-12));
    const cJSON *d = NULL;
    cJSON_ArrayForEach(d, get(x, "drivers")) {
        const cJSON *e =
            driver_of(y, text_of(d, "kind"), text_of(d, "name"), text_of(d, "key"), text_of(d, "scale"));
        cr_assert(e != NULL);
        cr_expect(tilt_close(number(get(d, "contribution"), "value"), number(get(e, "contribution"), "value"),
                             1e-9));
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, the_interval_contains_the_ratio_and_grows_with_the_level) {
    static const char people[] = "gender,eligible,selected\nfemale,310,40\nmale,250,60\n";
    double last_lower = 1e9, last_upper = 0;
    static const char *const levels[] = {"0.9", "0.95", "0.99"};
    for (size_t i = 0; i < 3; i++) {
        char spec[200];
        (void)snprintf(spec, sizeof spec,
                       "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], \"level\": %s",
                       levels[i]);
        cJSON *tree = audit_tree(people, spec);
        const cJSON *ratio = get(comparison_at(tree, 0, 0), "impact_ratio");
        double value = number(ratio, "value"), lower = number(ratio, "lower"), upper = number(ratio, "upper");
        cr_expect(lower < value && value < upper);
        cr_expect(lower < last_lower && upper > last_upper);
        last_lower = lower;
        last_upper = upper;
        cJSON_Delete(tree);
    }
}

Test(invariants, the_displayed_level_changes_no_verdict_and_no_p) {
    rows r;
    make_rows(&r, 8, 1);
    cJSON *a = audit_rows(&r, ""), *b = audit_rows(&r, ", \"level\": 0.5");
    for (int i = 0; i < 2; i++) {
        const cJSON *x = comparison_at(a, 0, i), *y = comparison_at(b, 0, i);
        cr_expect_str_eq(text_of(x, "verdict"), text_of(y, "verdict"));
        cr_expect_str_eq(text_of(x, "id"), text_of(y, "id"));
        cr_expect(tilt_close(number(x, "p_edge_adjusted"), number(y, "p_edge_adjusted"), 1e-15));
        cr_expect(number(get(x, "impact_ratio"), "lower") < number(get(y, "impact_ratio"), "lower"));
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, bounds_contain_the_ratio_without_the_unknown_and_shrink_to_it) {
    static const char some[] = "gender,eligible,selected\nfemale,310,40\nmale,250,60\nunknown,50,9\n";
    static const char none[] = "gender,eligible,selected\nfemale,310,40\nmale,250,60\nunknown,0,0\n";
    static const char spec[] = "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"]";
    cJSON *a = audit_tree(some, spec), *b = audit_tree(none, spec);
    const cJSON *trees[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        double ratio = number(get(comparison_at(trees[i], 0, 0), "impact_ratio"), "value");
        const cJSON *bound = cJSON_GetArrayItem(get(get(view_at(trees[i], 0), "unknown"), "bounds"), 0);
        double lower = number(bound, "lower"), upper = number(bound, "upper");
        cr_expect(lower <= ratio * (1 + 1e-12) && ratio <= upper * (1 + 1e-12));
        if (i == 0) cr_expect(upper - lower > 0.1);
        if (i == 1) cr_expect(tilt_close(lower, upper, 1e-12));
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(invariants, a_slice_is_the_audit_of_the_filtered_file) {
    rows r;
    make_rows(&r, 9, 1);
    cJSON *all = audit_rows(&r, ", \"by\": \"campaign\"");
    cr_assert_eq(cJSON_GetArraySize(get(all, "views")), 3);
    for (int c = 0; c < 3; c++) {
        char where[64];
        (void)snprintf(where, sizeof where, ", \"where\": [{\"column\": \"campaign\", \"value\": \"C%d\"}]",
                       c);
        cJSON *one = audit_rows(&r, where);
        const cJSON *x = view_at(all, c), *y = view_at(one, 0);
        same_numbers(get(x, "groups"), get(y, "groups"), "groups");
        same_numbers(get(x, "overall"), get(y, "overall"), "overall");
        for (int i = 0; i < 2; i++) {
            const cJSON *p = comparison_at(all, c, i), *q = comparison_at(one, 0, i);
            same_numbers(get(p, "impact_ratio"), get(q, "impact_ratio"), "impact_ratio");
            same_numbers(get(p, "drivers"), get(q, "drivers"), "drivers");
            cr_expect_str_eq(text_of(p, "verdict"), text_of(q, "verdict"));
            cr_expect(strcmp(text_of(p, "id"), text_of(q, "id")) != 0);
        }
        cJSON_Delete(one);
    }
    cJSON_Delete(all);
}

/* Drivers of one kind, name and scale. */
static double sum_of(const cJSON *c, const char *kind, const char *name, const char *scale, size_t *out_n) {
    double sum = 0;
    const cJSON *d = NULL;
    *out_n = 0;
    cJSON_ArrayForEach(d, get(c, "drivers")) {
        if (strcmp(text_of(d, "kind"), kind) != 0 || strcmp(text_of(d, "scale"), scale) != 0) continue;
        if (name != NULL && strcmp(text_of(d, "name"), name) != 0) continue;
        double value = number(get(d, "contribution"), "value");
        cr_expect(number(get(d, "contribution"), "lower") <= value);
        cr_expect(value <= number(get(d, "contribution"), "upper"));
        sum += value;
        ++*out_n;
    }
    return sum;
}

Test(invariants, drivers_sum_to_the_gap_on_each_scale) {
    rows r;
    make_rows(&r, 10, 1);
    cJSON *tree = audit_rows(&r, "");
    for (int i = 0; i < 2; i++) {
        const cJSON *c = comparison_at(tree, 0, i);
        double gap = number(get(c, "difference"), "value"),
               log_gap = log(number(get(c, "impact_ratio"), "value"));
        size_t n;
        static const char *const factors[] = {"campaign", "placement"};
        for (size_t f = 0; f < 2; f++) {
            cr_expect(tilt_close(sum_of(c, "level", factors[f], "difference", &n), gap, 1e-9));
            cr_expect_eq(n, f == 0 ? 3 : 2);
        }
        size_t k;
        double sum = sum_of(c, "factor", NULL, "difference", &n) +
                     sum_of(c, "rate_effect", NULL, "difference", &k) +
                     sum_of(c, "off_support", NULL, "difference", &k);
        cr_expect(n == 2 && tilt_close(sum, gap, 1e-9), "%.17g %.17g", sum, gap);
        sum = sum_of(c, "factor", NULL, "log", &n) + sum_of(c, "rate_effect", NULL, "log", &k) +
              sum_of(c, "off_support", NULL, "log", &k);
        cr_expect(n == 2 && tilt_close(sum, log_gap, 1e-9), "%.17g %.17g", sum, log_gap);
    }
    cJSON_Delete(tree);
}
