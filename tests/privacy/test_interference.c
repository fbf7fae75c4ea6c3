/* Two files that differ only in what is hidden give the same bytes in every format: JSON, HTML, PDF, PNG,
 * XLSX, Markdown, CSV, the terminal, and every table and chart. Nothing made of a hidden number, rounded or
 * drawn, can then be in any of them. */
#include "audited.h"

#include "report/json.h"
#include "stat/random.h"
#include "tiltmeter/report.h"

TestSuite(interference, FOLDER);

enum { SEXES = 2, REGIONS = 5, FILES = 60, RENDERED = 3 };

typedef struct table {
    double all[SEXES][REGIONS], some[SEXES][REGIONS];
} table;

static double draw(tilt__random *random) {
    double u = tilt__random_uniform(random);
    return u < 0.3 ? 2 + floor(tilt__random_uniform(random) * 7)
                   : 20 + floor(tilt__random_uniform(random) * 400);
}

static table draw_table(tilt__random *random) {
    table t;
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++) {
            t.all[s][r] = draw(random);
            t.some[s][r] = floor(t.all[s][r] * (0.2 + 0.6 * tilt__random_uniform(random)));
        }
    return t;
}

static cJSON *audit_table(const table *t) {
    char csv[4096];
    int used = snprintf(csv, sizeof csv, "sex,region,applicants,selected\n");
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++)
            used += snprintf(csv + used, sizeof csv - (size_t)used, "s%d,r%d,%.0f,%.0f\n", s, r, t->all[s][r],
                             t->some[s][r]);
    folder_put("people.csv", csv);
    return audited(
        "{\"sources\": [{\"file\": \"people.csv\", \"columns\": {\"sex\": \"audience:sex\", \"region\": "
        "\"audience:region\", \"applicants\": \"stage:applicants\", \"selected\": \"stage:selected\"}}], "
        "\"audience\": [\"sex\", \"region\", [\"sex\", \"region\"]], \"rates\": [\"selected/applicants\"], "
        "\"summary\": [\"four-fifths\", \"ll144\"], \"date\": \"2026-01-31\", \"privacy\": {\"publish\": "
        "true}}");
}

/* The group of the crossing at these labels, in the last view. */
static const cJSON *group_at(const cJSON *result, int s, int r) {
    const cJSON *view, *group;
    char sex[8], region[8];
    (void)snprintf(sex, sizeof sex, "s%d", s);
    (void)snprintf(region, sizeof region, "r%d", r);
    cJSON_ArrayForEach(view, item(result, "views")) {
        if (cJSON_GetArraySize(item(view, "audience")) != 2) continue;
        cJSON_ArrayForEach(group, item(view, "groups")) {
            const cJSON *key = item(group, "key");
            if (strcmp(cJSON_GetArrayItem(key, 0)->valuestring, sex) == 0 &&
                strcmp(cJSON_GetArrayItem(key, 1)->valuestring, region) == 0)
                return group;
        }
    }
    return NULL;
}

static bool is_hidden(const cJSON *result, int s, int r, const char *what) {
    return cJSON_IsNull(item(group_at(result, s, r), what));
}

/* Moves one from two hidden cells to the two across, so that every sum stays: a four-cornered cycle of hidden
 * counts (or bases). False when there is none that keeps all numbers possible. */
static bool shift_hidden(const cJSON *result, const char *what, table *t) {
    bool base = strcmp(what, "base") == 0;
    for (int a = 0; a < REGIONS; a++) {
        for (int b = 0; b < REGIONS; b++) {
            if (a == b || !is_hidden(result, 0, a, what) || !is_hidden(result, 1, a, what) ||
                !is_hidden(result, 0, b, what) || !is_hidden(result, 1, b, what))
                continue;
            table moved = *t;
            double(*cells)[REGIONS] = base ? moved.all : moved.some;
            cells[0][a] += 1, cells[1][b] += 1, cells[1][a] -= 1, cells[0][b] -= 1;
            bool possible = true;
            for (int s = 0; s < SEXES; s++)
                for (int r = 0; r < REGIONS; r++)
                    possible = possible && moved.some[s][r] >= 1 && moved.some[s][r] <= moved.all[s][r] - 1;
            if (!possible) continue;
            *t = moved;
            return true;
        }
    }
    return false;
}

typedef struct output {
    char *name;
    char *bytes;
    size_t n;
} output;

enum { MOST_OUTPUTS = 120 };

static void take(output *outs, size_t *n, const char *name, char *bytes, size_t length) {
    cr_assert(*n < MOST_OUTPUTS);
    outs[*n] = (output){strdup(name), bytes, length};
    ++*n;
}

/* Everything that can be made of a result. */
static size_t render_all(const cJSON *result, output *outs) {
    tilt__buf json = TILT__BUF_INIT;
    tilt_error err = {.status = TILT_OK};
    size_t n = 0;
    cr_assert_eq(tilt__json_print(result, &json, &err), TILT_OK);
    tilt_report *report = tilt_report_from_json(tilt__buf_get(&json), json.length, &err);
    cr_assert(report != NULL, "%s", err.message);
    for (size_t f = 0; tilt_format_at(f) != NULL; f++) {
        char *text = NULL;
        size_t length = 0;
        cr_assert_eq(tilt_report_render(report, tilt_format_at(f)->format, NULL, &text, &length, &err),
                     TILT_OK, "%s", err.message);
        take(outs, &n, tilt_format_at(f)->name, text, length);
    }
    for (size_t t = 0; t < tilt_report_table_count(report); t++) {
        const char *name = NULL;
        char *text = NULL;
        size_t length = 0;
        cr_assert_eq(tilt_report_table_csv(report, t, &name, &text, &length, &err), TILT_OK);
        take(outs, &n, name, text, length);
    }
    for (size_t c = 0; c < tilt_report_chart_count(report); c++) {
        const char *name = NULL;
        char *bytes = NULL;
        size_t length = 0;
        cr_assert_eq(tilt_report_chart_png(report, c, &name, &bytes, &length, &err), TILT_OK);
        take(outs, &n, name, bytes, length);
    }
    take(outs, &n, "json", strdup(tilt__buf_get(&json)), json.length);
    tilt_report_free(report);
    tilt__buf_free(&json);
    return n;
}

/* SIZE_MAX: none. */
static size_t first_difference(const output *a, const output *b) {
    size_t n = a->n < b->n ? a->n : b->n;
    for (size_t i = 0; i < n; i++)
        if (a->bytes[i] != b->bytes[i]) return i;
    return a->n == b->n ? SIZE_MAX : n;
}

static void free_all(output *outs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(outs[i].name);
        free(outs[i].bytes);
    }
}

/* The same places are empty in both: the choice of what to hide may depend on the numbers, and where it does
 * the two cannot be compared. */
static bool same_pattern(const cJSON *a, const cJSON *b) {
    if (cJSON_IsNull(a) != cJSON_IsNull(b) || cJSON_GetArraySize(a) != cJSON_GetArraySize(b)) return false;
    const cJSON *x = a->child, *y = b->child;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        if (!same_pattern(x, y)) return false;
    return true;
}

Test(interference, files_that_differ_in_hidden_numbers_only_give_the_same_bytes_in_every_format) {
    tilt__random random = tilt__random_stream(415, 0, 0);
    size_t compared = 0, formats = 0, skipped = 0;
    for (size_t number = 0; number < FILES; number++) {
        table t = draw_table(&random);
        cJSON *one = audit_table(&t);
        bool counts = shift_hidden(one, "count", &t), bases = shift_hidden(one, "base", &t);
        cJSON *other = counts || bases ? audit_table(&t) : NULL;
        bool same = other != NULL && same_pattern(item(one, "views"), item(other, "views"));
        skipped += other != NULL && !same;
        output texts[2] = {{.bytes = cJSON_Print(one)}, {.bytes = cJSON_Print(other)}};
        for (int i = 0; i < 2; i++) texts[i].n = texts[i].bytes == NULL ? 0 : strlen(texts[i].bytes);
        if (same) {
            size_t at = first_difference(&texts[0], &texts[1]);
            cr_expect(at == SIZE_MAX, "file %zu: hidden numbers change the result: %.160s", number,
                      at == SIZE_MAX ? "" : texts[0].bytes + (at > 80 ? at - 80 : 0));
            compared++;
        }
        for (int i = 0; i < 2; i++) free(texts[i].bytes);
        if (same && compared <= RENDERED) {
            static output a[MOST_OUTPUTS], b[MOST_OUTPUTS];
            size_t n = render_all(one, a), m = render_all(other, b);
            cr_assert_eq(n, m);
            for (size_t i = 0; i < n; i++) {
                size_t at = first_difference(&a[i], &b[i]);
                cr_expect(at == SIZE_MAX, "file %zu: hidden numbers change %s: %.160s", number, a[i].name,
                          at == SIZE_MAX || strlen(a[i].bytes) < a[i].n
                              ? ""
                              : a[i].bytes + (at > 80 ? at - 80 : 0));
            }
            free_all(a, n);
            free_all(b, m);
            formats += n;
        }
        cJSON_Delete(one);
        cJSON_Delete(other);
    }
    printf("%zu pairs of files, %zu outputs compared; %zu pairs hide different cells\n", compared, formats,
           skipped);
    cr_assert(compared >= 30 && formats > 50);
}
