/* Extreme inputs end in a value or a reason, quickly, never in a silent null. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "measure/small_audit.h"
#include "reasons.h"

static double seconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void expect_sound(const char *csv, const char *spec) {
    tilt_error err = {.status = TILT_OK};
    double start = seconds();
    char *text = audit_text(csv, spec, &err);
    double used = seconds() - start;
    cr_assert(text != NULL, "%s", err.message);
    cr_expect(used < 10, "%.1f s", used); /* a second in a release build; sanitizers cost several */
    cJSON *tree = cJSON_Parse(text);
    cr_assert(tree != NULL);
    expect_reasons(get(tree, "views"), "views");
    expect_reasons(get(tree, "cost"), "cost");
    expect_reasons(get(tree, "inferred"), "inferred");
    cr_expect(strstr(text, "nan") == NULL && strstr(text, ":inf") == NULL);
    cJSON_Delete(tree);
    free(text);
}

static const char people[] =
    "\"audience\": [\"group\"], \"rates\": [\"selected/eligible\"], \"factors\": [\"site\"]";
static const char events[] = "\"audience\": [\"group\"], \"rates\": [\"clicks/impressions\"]";

Test(extremes, zero_one_and_all) {
    expect_sound("group,site,eligible,selected\na,x,0,0\nb,x,100,0\nc,y,100,100\nd,y,1,1\ne,x,1,0\n", people);
    expect_sound("group,site,eligible,selected\na,x,100,0\nb,x,100,0\n", people);
    expect_sound("group,site,eligible,selected\na,x,100,100\nb,y,100,100\n", people);
    expect_sound("group,site,eligible,selected\na,x,100,3\nb,x,100,0\nunknown,y,50,20\n", people);
}

Test(extremes, ten_thousand_million_people) {
    expect_sound("group,site,eligible,selected\na,x,10000000000,1\nb,x,10000000000,9999999999\n"
                 "c,y,10000000000,5000000000\nd,y,10000000000,0\n",
                 people);
}

Test(extremes, a_thousand_groups) {
    lines csv = {NULL, 0, 0};
    uint64_t seed = 5;
    add_line(&csv, "group,site,eligible,selected");
    for (int g = 0; g < 1000; g++) {
        char line[96];
        double n = floor(100 + 900 * draw(&seed));
        (void)snprintf(line, sizeof line, "g%03d,s%d,%.0f,%.0f", g, g % 3, n, floor(n * draw(&seed)));
        add_line(&csv, line);
    }
    char spec[256];
    (void)snprintf(spec, sizeof spec, "%s, \"min_share\": 0", people);
    expect_sound(csv.text, spec);
    free(csv.text);
}

Test(extremes, one_cluster_with_nearly_everything) {
    lines csv = {NULL, 0, 0};
    add_line(&csv, "group,day,impressions,clicks");
    for (int d = 1; d <= 20; d++) {
        char line[96];
        (void)snprintf(line, sizeof line, "a,2024-01-%02d,%d,%d", d, d == 1 ? 990000 : 500,
                       d == 1 ? 9000 : 3);
        add_line(&csv, line);
        (void)snprintf(line, sizeof line, "b,2024-01-%02d,%d,%d", d, d == 1 ? 990000 : 500,
                       d == 1 ? 3 : d == 2);
        add_line(&csv, line);
    }
    expect_sound(csv.text, events);
    cJSON *tree = audit_tree(csv.text, events);
    const cJSON *c = comparison_at(tree, 0, 0);
    cr_expect(number(get(c, "clusters"), "effective") < 1.2);
    cr_expect_str_eq(text_of(c, "interval_basis"), "assumes_independent_impressions");
    cJSON_Delete(tree);
    free(csv.text);
}

Test(extremes, ads_alone_and_a_benchmark) {
    expect_sound("group,ad,impressions\na,A,0\nb,A,0\na,B,10\nb,B,0\nunknown,B,4\n",
                 "\"audience\": [\"group\"]");
    expect_sound("group,ad,day,impressions\na,A,2024-01-01,5\nb,A,2024-01-02,0\nc,B,2024-01-03,10\n",
                 "\"audience\": [\"group\"], \"benchmarks\": {\"group\": {\"a\": 0.5, \"b\": 0.5}}");
}

/* Person rows with weights of 1e-9 beside weights of 1. */
Test(extremes, weights_of_a_thousand_millionth) {
    lines csv = {NULL, 0, 0};
    uint64_t seed = 11;
    add_line(&csv, "group,selected,weight");
    for (int i = 0; i < 400; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "%c,%d,%s", i % 2 ? 'a' : 'b', draw(&seed) < 0.3,
                       i % 3 ? "0.000000001" : "1");
        add_line(&csv, line);
    }
    expect_sound(csv.text, "\"audience\": [\"group\"], \"decision\": \"selected\", \"weight\": \"weight\"");
    free(csv.text);
}

/* Two hundred ads by twelve groups: past the number that anybody reads. */
Test(extremes, many_ads_by_many_groups) {
    lines csv = {NULL, 0, 0};
    uint64_t seed = 3;
    add_line(&csv, "group,ad,impressions");
    for (int a = 0; a < 200; a++)
        for (int g = 0; g < 12; g++) {
            char line[64];
            (void)snprintf(line, sizeof line, "g%02d,ad%03d,%.0f", g, a, floor(5000 * draw(&seed)));
            add_line(&csv, line);
        }
    expect_sound(csv.text, "\"audience\": [\"group\"]");
    free(csv.text);
}
