/* Nothing is published that nobody said may be: numbers put anywhere into a result, and what hidden counts
 * leave behind in any format. */
#include "audited.h"

#include "report/json.h"
#include "report/publish.h"
#include "stat/random.h"
#include "tiltmeter/report.h"

TestSuite(deny, FOLDER);

static const char secret_text[] = "secret 31415926";
static const double secret = 31415926.5;

/* Labels by names that the data choose: texts stay in them, numbers do not. */
static bool has_names_of_data(const cJSON *node) {
    static const char *const names[] = {"slice", "fixed", "subset"};
    for (size_t i = 0; node->string != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], node->string) == 0) return true;
    return false;
}

/* Puts a number, a text, a list and an object that nobody knows into every object of the tree. */
static size_t put_secrets(cJSON *node) {
    size_t n = 0;
    cJSON *child;
    cJSON_ArrayForEach(child, node) n += put_secrets(child);
    if (!cJSON_IsObject(node)) return n;
    /* its names are measures: a sum of one that was not counted stays out, which needs the counts */
    if (node->string != NULL && strcmp(node->string, "sums") == 0) return n;
    if (has_names_of_data(node)) {
        cr_assert(cJSON_AddNumberToObject(node, "new_number", secret) != NULL);
        return n + 1;
    }
    cr_assert(cJSON_AddNumberToObject(node, "new_number", secret) != NULL);
    cr_assert(cJSON_AddNumberToObject(node, "value_reason", secret) != NULL);
    cr_assert(cJSON_AddStringToObject(node, "new_text", secret_text) != NULL);
    cJSON *list = cJSON_AddArrayToObject(node, "new_list"),
          *object = cJSON_AddObjectToObject(node, "new_object");
    cr_assert(cJSON_AddItemToArray(list, cJSON_CreateNumber(secret)));
    cr_assert(cJSON_AddNumberToObject(object, "value", secret) != NULL);
    return n + 1;
}

static const char data[] = "ad,gender,age,impressions,clicks,spend\n"
                           "a,f,y,1200,40,3.1\na,m,y,900,31,2.2\na,f,o,640,20,1.5\na,m,o,700,25,1.6\n"
                           "b,f,y,300,12,0.9\nb,m,y,820,30,2.0\nb,f,o,410,17,1.1\nb,m,o,380,15,1.0\n"
                           "a,unknown,y,150,11,0.2\nb,unknown,o,160,12,0.3\n";
static const char columns[] =
    "\"ad\": \"factor:ad\", \"gender\": \"audience:gender\", \"age\": \"audience:age\", "
    "\"impressions\": \"stage:impressions\", \"clicks\": \"stage:clicks\", \"spend\": "
    "\"cost\"";

static cJSON *audit_data(const char *more) {
    char spec[2048];
    folder_put("data.csv", data);
    (void)snprintf(spec, sizeof spec,
                   "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {%s}}], \"audience\": [\"gender\", "
                   "\"age\", [\"gender\", \"age\"]], \"pairs\": [[\"a\", \"b\"]]%s}",
                   columns, more);
    return audited(spec);
}

Test(deny, a_number_that_no_rule_knows_is_not_published) {
    cJSON *tree = audit_data("");
    size_t n = put_secrets(tree);
    tilt_error err = {.status = TILT_OK};
    cr_assert(n > 200, "only %zu objects", n);
    /* even with nothing to hide */
    tilt__publishing *publishing = tilt__publishing_new(tree, NULL, &err);
    cr_assert(publishing != NULL);
    cr_assert_eq(tilt__publish_frame(publishing, tree, &err), TILT_OK);
    tilt__publishing_free(publishing);
    tilt__buf text = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &text, &err), TILT_OK);
    const char *found = strstr(tilt__buf_get(&text), "31415926");
    cr_expect(found == NULL, "published: %.200s",
              found != NULL && found - tilt__buf_get(&text) > 80 ? found - 80 : found);
    /* and something is left */
    cr_expect(strstr(tilt__buf_get(&text), "\"impact_ratio\"") != NULL);
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}

Test(deny, what_is_added_to_a_published_result_later_goes) {
    cJSON *tree = audit_data(", \"privacy\": {\"publish\": true}");
    tilt_error err = {.status = TILT_OK};
    cr_assert(cJSON_AddNumberToObject(tree, "new_number", secret) != NULL);
    cJSON *reviews = cJSON_GetObjectItemCaseSensitive(tree, "reviews");
    cr_assert(cJSON_AddItemToArray(reviews, cJSON_CreateString(secret_text)));
    cr_assert(cJSON_ReplaceItemInObjectCaseSensitive(tree, "change", cJSON_CreateString(secret_text)));
    cr_assert_eq(tilt__publish_added(tree, &err), TILT_OK);
    char *text = cJSON_PrintUnformatted(tree);
    cr_expect(strstr(text, "31415926") == NULL);
    cr_expect(strstr(text, "\"findings\":[{") != NULL);
    free(text);
    cJSON_Delete(tree);
}

Test(deny, every_rule_has_a_path_of_its_own) {
    tilt__map *paths = tilt__map_new();
    size_t n = 0;
    for (size_t i = 0; i < tilt__n_publish_rules; i++, n++) {
        const char *path = tilt__publish_rules[i].path;
        cr_expect_eq(tilt__map_add(paths, path, strlen(path)), n, "%s twice", path);
    }
    for (size_t i = 0; i < tilt__n_publish_model_rules; i++, n++) {
        const char *path = tilt__publish_model_rules[i].path;
        cr_expect_eq(tilt__map_add(paths, path, strlen(path)), n, "%s twice", path);
    }
    tilt__map_free(paths);
}

/* ---- what a hidden count leaves behind ---- */

enum { MOST_NUMBERS = 200000 };
typedef struct numbers {
    double *values;
    size_t n;
} numbers;

static void collect(const cJSON *node, numbers *to) {
    if (cJSON_IsNumber(node) && to->n < MOST_NUMBERS) to->values[to->n++] = node->valuedouble;
    const cJSON *child;
    cJSON_ArrayForEach(child, node) collect(child, to);
}

static bool is_hidden(const cJSON *published, const char *key) {
    return cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(published, key)) &&
           strcmp(
               tilt__json_text_or(published, strcmp(key, "count") == 0 ? "count_reason" : "base_reason", ""),
               "suppressed") == 0;
}

static bool shows(const cJSON *published_view, const cJSON *key) {
    const cJSON *group = tilt__json_first(tilt__json_array(published_view, "groups"));
    while (group != NULL && !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(group, "key"), key, true))
        group = group->next;
    return group != NULL && !is_hidden(group, "count") && !is_hidden(group, "base");
}

/* Adds the numbers made of one key of a view: its group, and its comparisons (hidden: those in which it is
 * one side; else those of which both sides are shown). */
static void collect_about(const cJSON *view, const cJSON *published_view, const cJSON *key, bool hidden,
                          numbers *to) {
    const cJSON *node;
    cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(view, "groups")) {
        if (cJSON_Compare(cJSON_GetObjectItemCaseSensitive(node, "key"), key, true))
            collect(cJSON_GetObjectItemCaseSensitive(node, "rate"), to);
    }
    cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(view, "comparisons")) {
        static const char *const made[] = {"impact_ratio", "difference",      "odds_ratio", "cohens_h",
                                           "shortfall",    "tests",           "p_edge",     "naive_interval",
                                           "needed_base",  "detectable_ratio"};
        const cJSON *one = cJSON_GetObjectItemCaseSensitive(node, "group"),
                    *other = cJSON_GetObjectItemCaseSensitive(node, "reference");
        bool about = cJSON_Compare(one, key, true) || cJSON_Compare(other, key, true);
        about = about && (hidden || (shows(published_view, one) && shows(published_view, other)));
        for (size_t k = 0; about && k < sizeof made / sizeof *made; k++)
            collect(cJSON_GetObjectItemCaseSensitive(node, made[k]), to);
    }
}

/* Numbers with a fraction of many digits: none of them stands in a text by chance. */
static bool is_telling(double value) {
    double scaled = value * 1e4;
    return isfinite(value) && fabs(scaled - floor(scaled + 0.5)) > 1e-7;
}

static size_t scan_text(const char *what, const char *text, const numbers *telling) {
    size_t found = 0;
    for (size_t i = 0; i < telling->n; i++) {
        char exact[64];
        (void)snprintf(exact, sizeof exact, "%.12g", telling->values[i]);
        if (strstr(text, exact) == NULL) continue;
        cr_expect(false, "%s tells %s", what, exact);
        found++;
    }
    return found;
}

static bool is_of_bytes(const char *format) {
    return strcmp(format, "pdf") == 0 || strcmp(format, "png") == 0 || strcmp(format, "xlsx") == 0;
}

static void scan_formats(const cJSON *tree, const numbers *telling) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf json = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &json, &err), TILT_OK);
    (void)scan_text("json", tilt__buf_get(&json), telling);
    tilt_report *report = tilt_report_from_json(tilt__buf_get(&json), json.length, &err);
    cr_assert(report != NULL, "%s", err.message);
    const tilt_format_info *format;
    for (size_t i = 0; (format = tilt_format_at(i)) != NULL; i++) {
        if (is_of_bytes(format->name)) continue; /* made of the same document; their own tests compare them */
        char *text = NULL;
        size_t n = 0;
        cr_assert_eq(tilt_report_render(report, format->format, NULL, &text, &n, &err), TILT_OK, "%s",
                     err.message);
        (void)scan_text(format->name, text, telling);
        free(text);
    }
    for (size_t t = 0; t < tilt_report_table_count(report); t++) {
        const char *name = NULL;
        char *text = NULL;
        size_t n = 0;
        cr_assert_eq(tilt_report_table_csv(report, t, &name, &text, &n, &err), TILT_OK);
        (void)scan_text(name, text, telling);
        free(text);
    }
    tilt_report_free(report);
    tilt__buf_free(&json);
}

static double draw(tilt__random *random) {
    double u = tilt__random_uniform(random);
    return u < 0.25 ? 1 + floor(tilt__random_uniform(random) * 9)
                    : 10 + floor(tilt__random_uniform(random) * 400);
}

static cJSON *audit_people(const char *csv, bool publish) {
    char spec[1024];
    folder_put("people.csv", csv);
    (void)snprintf(
        spec, sizeof spec,
        "{\"sources\": [{\"file\": \"people.csv\", \"columns\": {\"sex\": \"audience:sex\", \"region\": "
        "\"audience:region\", \"applicants\": \"stage:applicants\", \"selected\": "
        "\"stage:selected\"}}], \"audience\": [\"sex\", \"region\", [\"sex\", \"region\"]], \"rates\": "
        "[\"selected/applicants\"], \"summary\": [\"four-fifths\"]%s}",
        publish ? ", \"privacy\": {\"publish\": true}" : "");
    return audited(spec);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Everything made of a hidden group in the internal result, but what is made of shown ones as well. */
static size_t hidden_numbers(const cJSON *internal, const cJSON *published, numbers *out) {
    static double of_hidden[MOST_NUMBERS], of_shown[MOST_NUMBERS];
    numbers hidden = {of_hidden, 0}, shown = {of_shown, 0};
    size_t n_groups = 0;
    const cJSON *view = tilt__json_first(tilt__json_array(internal, "views")),
                *own = tilt__json_first(tilt__json_array(published, "views"));
    for (; view != NULL && own != NULL; view = view->next, own = own->next) {
        const cJSON *group = tilt__json_first(tilt__json_array(own, "groups"));
        for (; group != NULL; group = group->next) {
            const cJSON *key = cJSON_GetObjectItemCaseSensitive(group, "key");
            bool gone = !shows(own, key);
            collect_about(view, own, key, gone, gone ? &hidden : &shown);
            n_groups += gone;
        }
    }
    qsort(shown.values, shown.n, sizeof *shown.values, by_value);
    out->n = 0;
    for (size_t i = 0; i < hidden.n; i++) {
        double value = hidden.values[i];
        if (!is_telling(value) || bsearch(&value, shown.values, shown.n, sizeof value, by_value) != NULL)
            continue;
        out->values[out->n++] = value;
    }
    return n_groups;
}

Test(deny, nothing_made_of_a_hidden_count_is_in_any_format) {
    tilt__random random = tilt__random_stream(77, 0, 0);
    static double room[MOST_NUMBERS];
    size_t n_groups = 0, n_numbers = 0;
    for (size_t number = 0; number < 16; number++) {
        char csv[4096];
        int used = snprintf(csv, sizeof csv, "sex,region,applicants,selected\n");
        for (int s = 0; s < 2; s++) {
            for (int r = 0; r < 5; r++) {
                double all = draw(&random), some = floor(all * tilt__random_uniform(&random));
                used +=
                    snprintf(csv + used, sizeof csv - (size_t)used, "s%d,r%d,%.0f,%.0f\n", s, r, all, some);
            }
        }
        cJSON *internal = audit_people(csv, false), *published = audit_people(csv, true);
        numbers telling = {room, 0};
        n_groups += hidden_numbers(internal, published, &telling);
        n_numbers += telling.n;
        scan_formats(published, &telling);
        cJSON_Delete(internal);
        cJSON_Delete(published);
    }
    printf("%zu hidden groups, %zu numbers looked for\n", n_groups, n_numbers);
    cr_assert(n_groups > 60 && n_numbers > 1500);
}

/* What identifies the file, and lists everything in it. */
Test(deny, no_hash_no_cells_no_folder_and_no_command) {
    cJSON *tree = audit_data(", \"privacy\": {\"publish\": true}");
    const cJSON *input = tilt__json_first(tilt__json_array(tree, "inputs"));
    cr_expect(tilt__json_text(input, "sha256") == NULL);
    cr_expect_not(tilt__json_number(input, "bytes").known);
    cr_expect(tilt__json_object(tree, "cube") == NULL);
    cr_expect(tilt__json_text(tree, "command") == NULL);
    cr_expect(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(tilt__json_object(tree, "privacy"), "publish")));
    cJSON_Delete(tree);
}

Test(deny, the_internal_result_says_what_publishing_would_hide) {
    folder_put("people.csv", "sex,applicants,selected\na,400,100\nb,300,90\nc,80,4\n");
    const char *spec =
        "{\"sources\": [{\"file\": \"people.csv\", \"columns\": {\"sex\": \"audience:sex\", "
        "\"applicants\": \"stage:applicants\", \"selected\": \"stage:selected\"}}], \"rates\": "
        "[\"selected/applicants\"]}";
    cJSON *tree = audited(spec);
    const cJSON *privacy = tilt__json_object(tree, "privacy"),
                *would = tilt__json_object(privacy, "would_hide");
    cr_expect_not(tilt__json_true(privacy, "publish"));
    cr_expect(tilt__json_number(would, "small").number > 0);
    const cJSON *first = tilt__json_first(tilt__json_array(would, "list"));
    cr_expect_str_eq(tilt__json_text_or(first, "measure", ""), "selected");
    cr_expect_str_eq(tilt__json_text_or(first, "why", ""), "small");
    cJSON_Delete(tree);
}
