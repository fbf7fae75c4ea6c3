/* Extreme inputs end in a value or a reason, quickly, never in a silent null. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "measure/small_audit.h"

/* Keys that are texts or whole parts, for which null means "none" and nothing was computed. */
static bool may_be_null(const char *key) {
    static const char *const keys[] = {
        "date",           "period",   "command",  "sha256",   "note",          "excluded",     "key",
        "unit",           "min_cell", "as",       "currency", "time_zone",     "decimal_mark", "by",
        "naive_interval", "relative", "language", "why",      "platform_name", "per",          "compression"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0) return true;
    }
    return false;
}

/* Every null of an object has a reason beside it. */
static void scan(const cJSON *node, const char *path) {
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, node) {
        char deeper[400], reason[128];
        const char *name = child->string != NULL ? child->string : "";
        (void)snprintf(deeper, sizeof deeper, "%.300s/%.80s", path, name);
        (void)snprintf(reason, sizeof reason, "%.100s_reason", name);
        if (cJSON_IsNull(child) && cJSON_IsObject(node) && !may_be_null(name))
            cr_expect(get(node, reason) != NULL || get(node, "reason") != NULL, "%s is null without a reason",
                      deeper);
        scan(child, deeper);
    }
}

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
    scan(get(tree, "views"), "views");
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
