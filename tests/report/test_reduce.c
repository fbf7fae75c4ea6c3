/* tests/report/test_reduce.c - exports reduced to cube files: audited alone, together, in any order, damaged.
 */
#include "run.h"

static const char rows[] = "campaign,gender,day,eligible,clicks,Spend (EUR)\n"
                           "\"Autumn, one\",female,2026-01-01,1000,10,1.25\n"
                           "\"Autumn, one\",male,2026-01-01,1000,12,2.5\n"
                           "\"Autumn, one\",,2026-01-01,50,1,0.5\n"
                           "Total,female,2026-01-02,800,9,3\n"
                           "Total,male,2026-01-02,900,20,4.125\n";

/* The cube of the files that a list names, as text (caller frees); NULL with *err. */
static char *reduce(const char *json, tilt_error *err) {
    tilt_spec *spec = run_spec(json);
    tilt_audit *audit = tilt_audit_reduce(spec, err);
    size_t n = 0;
    const char *text = audit != NULL ? tilt_audit_result(audit, &n) : NULL;
    char *copy = text != NULL ? malloc(n + 1) : NULL;
    if (copy != NULL) memcpy(copy, text, n + 1);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return copy;
}

static void expect_refused(const char *json, tilt_error *err) {
    char *text = reduce(json, err);
    cr_expect(text == NULL);
    free(text);
}

static void reduce_to(const char *name, const char *json) {
    tilt_error err = {.status = TILT_OK};
    char *text = reduce(json, &err);
    cr_assert(text != NULL, "%s", err.message);
    folder_put(name, text);
    free(text);
}

/* What must be the same whatever the counts were read from. */
static char *without_inputs(const char *json) {
    static const char *const aside[] = {"inputs", "data_use", "command", "checks", "title"};
    cJSON *tree = run_audit(json);
    for (size_t i = 0; i < sizeof aside / sizeof *aside; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(tree, aside[i]);
    char *text = cJSON_Print(tree);
    cJSON_Delete(tree);
    cr_assert(text != NULL);
    return text;
}

Test(reduce, an_audit_of_the_cube_says_what_the_audit_of_the_export_says, FOLDER) {
    folder_put("export.csv", rows);
    reduce_to("cube.csv", "{\"sources\": [\"export.csv\"]}");
    char *direct = without_inputs("{\"sources\": [\"export.csv\"]}");
    char *cube = without_inputs("{\"sources\": [\"cube.csv\"]}");
    cr_expect_str_eq(direct, cube);
    free(direct);
    free(cube);
}

Test(reduce, a_cube_of_a_cube_is_the_cube, FOLDER) {
    tilt_error err = {.status = TILT_OK};
    folder_put("export.csv", rows);
    reduce_to("cube.csv", "{\"sources\": [\"export.csv\"]}");
    char *once = reduce("{\"sources\": [\"export.csv\"]}", &err);
    char *twice = reduce("{\"sources\": [\"cube.csv\"]}", &err);
    cr_assert(once != NULL && twice != NULL, "%s", err.message);
    cr_expect_str_eq(once, twice);
    free(once);
    free(twice);
}

enum { PARTS = 1000, PART_TEXT = 1024 };

static const char head[] = "campaign,gender,eligible,clicks\n";

/* Rows of part k of a made-up log: keys come again in other parts, so that cells add up. */
static void part_rows(unsigned k, char out[PART_TEXT]) {
    size_t n = 0;
    for (unsigned i = 0; i < 12; i++)
        n += (size_t)snprintf(out + n, PART_TEXT - n, "c%u,%s,%u,%u\n", (k + i) % 7,
                              (k * i) % 3 == 0 ? "female" : "male", 100 + k * 13 % 50, (k * 31 + i) % 90);
}

/* {"sources": ["c0.csv", ...]} in the order first, first + step ... modulo PARTS. */
static void list_parts(char *out, size_t size, unsigned step) {
    size_t n = (size_t)snprintf(out, size, "{\"sources\": [");
    for (unsigned i = 0; i < PARTS; i++)
        n += (size_t)snprintf(out + n, size - n, "%s\"c%u.csv\"", i > 0 ? ", " : "", i * step % PARTS);
    (void)snprintf(out + n, size - n, "]}");
}

Test(reduce, parts_merge_to_the_same_bytes_in_any_order, FOLDER) {
    static const unsigned steps[] = {1, 3, 777, 999}; /* prime to 1,000: each visits every part */
    static char json[PARTS * 16], all[PARTS * PART_TEXT];
    char name[32], own[PART_TEXT + sizeof head], part[PART_TEXT];
    tilt_error err = {.status = TILT_OK};
    (void)snprintf(all, sizeof all, "%s", head);
    for (unsigned k = 0; k < PARTS; k++) {
        part_rows(k, part);
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s", part);
        (void)snprintf(own, sizeof own, "%s%s", head, part);
        folder_put("part.csv", own);
        (void)snprintf(name, sizeof name, "c%u.csv", k);
        reduce_to(name, "{\"sources\": [\"part.csv\"]}");
    }
    folder_put("all.csv", all);
    char *expected = reduce("{\"sources\": [\"all.csv\"]}", &err);
    cr_assert(expected != NULL, "%s", err.message);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        list_parts(json, sizeof json, steps[s]);
        char *merged = reduce(json, &err);
        cr_assert(merged != NULL, "%s", err.message);
        cr_expect_str_eq(merged, expected, "order %u", steps[s]);
        free(merged);
    }
    free(expected);
}

/* No change of one character to any row may give numbers: each is refused, or changes nothing that counts. */
Test(reduce, a_part_that_was_altered_or_cut_is_refused, FOLDER) {
    tilt_error err = {.status = TILT_OK};
    folder_put("export.csv", rows);
    char *cube = reduce("{\"sources\": [\"export.csv\"]}", &err);
    cr_assert(cube != NULL, "%s", err.message);
    size_t n = strlen(cube), header = strcspn(cube, "\n") + 1, refused = 0, tried = 0;
    for (size_t i = header; i < n; i++) {
        char was = cube[i];
        if (was == '"' || was == '\n') continue; /* taken off: the same cells */
        cube[i] = was == '7' ? '8' : '7';
        folder_put("altered.csv", cube);
        cube[i] = was;
        char *text = reduce("{\"sources\": [\"altered.csv\"]}", &err);
        refused += text == NULL;
        tried++;
        free(text);
    }
    cr_expect_eq(refused, tried, "%zu of %zu", refused, tried);
    for (size_t i = header; i < n; i++) {
        if (cube[i - 1] != '\n') continue;
        char was = cube[i];
        cube[i] = '\0';
        folder_put("cut.csv", cube);
        cube[i] = was;
        char *text = reduce("{\"sources\": [\"cut.csv\"]}", &err);
        cr_expect(text == NULL, "cut at %zu", i);
        free(text);
    }
    free(cube);
}

/* Another breakdown of the same ads is another view in exports; a part of a cube would be missing from its
 * sums. */
Test(reduce, cubes_with_other_columns_are_refused_by_the_column, FOLDER) {
    folder_put("a.csv", "gender,campaign,eligible,clicks\nfemale,c1,100,10\nmale,c1,100,12\n");
    folder_put("b.csv", "gender,eligible,clicks\nfemale,200,10\nmale,200,12\n");
    reduce_to("cube_a.csv", "{\"sources\": [\"a.csv\"]}");
    reduce_to("cube_b.csv", "{\"sources\": [\"b.csv\"]}");
    run_fails("{\"sources\": [\"cube_a.csv\", \"cube_b.csv\"]}", TILT_ESPEC,
              "their columns differ (only cube_a.csv has \"campaign\")");
    run_fails("{\"sources\": [\"cube_b.csv\", \"cube_a.csv\"]}", TILT_ESPEC,
              "their columns differ (only cube_a.csv has \"campaign\")");
}

Test(reduce, the_same_part_twice_is_a_failed_check, FOLDER) {
    folder_put("export.csv", rows);
    reduce_to("a.csv", "{\"sources\": [\"export.csv\"]}");
    reduce_to("b.csv", "{\"sources\": [\"export.csv\"]}");
    cJSON *tree = run_audit("{\"sources\": [\"a.csv\", \"b.csv\"]}");
    bool told = false;
    const cJSON *check;
    cJSON_ArrayForEach(check, cJSON_GetObjectItemCaseSensitive(tree, "checks")) {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(check, "id"));
        if (id == NULL || strcmp(id, "same_cube") != 0) continue;
        told = cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(check, "ok"));
    }
    cr_expect(told);
    cJSON_Delete(tree);
}

Test(reduce, a_part_that_ends_within_a_mark_is_called_cut, FOLDER) {
    tilt_error err = {.status = TILT_OK};
    folder_put("export.csv", rows);
    char *cube = reduce("{\"sources\": [\"export.csv\"]}", &err);
    cr_assert(cube != NULL, "%s", err.message);
    cube[strlen(cube) - 4] = '\0';
    folder_put("cut.csv", cube);
    free(cube);
    run_fails("{\"sources\": [\"cut.csv\"]}", TILT_ECSV, "expected the whole file");
}

#define WHERE(column, value) ", \"where\": [{\"column\": \"" column "\", \"value\": \"" value "\"}]"

/* The cube lacks the column that its filter looked at: what it was made with is in its mark. */
Test(reduce, filters_that_a_cube_was_made_with_are_named_in_its_audit_and_others_refused, FOLDER) {
    folder_put("export.csv",
               "gender,live,eligible,clicks\nfemale,yes,100,10\nmale,yes,100,12\nmale,no,100,50\n");
    reduce_to("cube.csv", "{\"sources\": [\"export.csv\"]" WHERE("live", "yes") "}");
    char *direct = without_inputs("{\"sources\": [\"export.csv\"]" WHERE("live", "yes") "}");
    char *cube = without_inputs("{\"sources\": [\"cube.csv\"]" WHERE("live", "yes") "}");
    cr_expect_str_eq(direct, cube);
    free(direct);
    free(cube);
    tilt_error err = {.status = TILT_OK};
    expect_refused("{\"sources\": [\"cube.csv\"]" WHERE("live", "no") "}", &err);
    cr_expect(strstr(err.message, "was not made with these filters") != NULL, "%s", err.message);
}

/* A coarse group hides the label that the filter looked for, and the filter has been applied all the same. */
Test(reduce, a_filter_is_not_applied_twice, FOLDER) {
    static const char coarse[] =
        ", \"groups\": {\"age\": {\"18-34\": [\"18-24\", \"25-34\"]}}" WHERE("age", "18-24");
    char spec[256];
    folder_put("export.csv",
               "gender,age,eligible,clicks\nfemale,18-24,100,10\nmale,18-24,100,12\nmale,25-34,100,50\n");
    (void)snprintf(spec, sizeof spec, "{\"sources\": [\"export.csv\"]%s}", coarse);
    reduce_to("cube.csv", spec);
    char *direct = without_inputs(spec);
    char *cube = without_inputs("{\"sources\": [\"cube.csv\"]" WHERE("age", "18-24") "}");
    cr_expect_str_eq(direct, cube);
    free(direct);
    free(cube);
}

/* Or a part of the counts could be added to the whole. */
Test(reduce, a_cube_that_is_reduced_further_is_another_reduction, FOLDER) {
    static const char *const further[] = {WHERE("gender", "male"),
                                          ", \"groups\": {\"gender\": {\"all\": [\"male\"]}}"};
    static const char *const differs[] = {"filters", "groups"};
    tilt_error err = {.status = TILT_OK};
    folder_put("export.csv", rows);
    reduce_to("a.csv", "{\"sources\": [\"export.csv\"]}");
    for (size_t i = 0; i < 2; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, "{\"sources\": [\"a.csv\"]%s}", further[i]);
        reduce_to("b.csv", json);
        expect_refused("{\"sources\": [\"a.csv\", \"b.csv\"]}", &err);
        cr_expect(strstr(err.message, differs[i]) != NULL, "%s", err.message);
    }
}

Test(reduce, cubes_of_different_reductions_are_refused_by_what_differs, FOLDER) {
    folder_put("export.csv", rows);
    reduce_to("a.csv", "{\"sources\": [\"export.csv\"]}");
    reduce_to("b.csv",
              "{\"sources\": [\"export.csv\"], \"where\": [{\"column\": \"gender\", \"value\": \"male\"}]}");
    reduce_to("c.csv",
              "{\"sources\": [\"export.csv\"], \"groups\": {\"gender\": {\"women\": [\"female\"]}}}");
    reduce_to("d.csv", "{\"sources\": [\"export.csv\"], \"unit\": \"day\"}");
    run_fails("{\"sources\": [\"a.csv\", \"b.csv\"]}", TILT_ESPEC, "their filters differ");
    run_fails("{\"sources\": [\"a.csv\", \"c.csv\"]}", TILT_ESPEC, "their groups differ");
    run_fails("{\"sources\": [\"a.csv\", \"d.csv\"]}", TILT_ESPEC, "their unit differs");
}

Test(reduce, a_header_without_a_role_is_refused, FOLDER) {
    static const char text[] = "gender,stage:clicks,cube_spec\nfemale,3,x\n";
    folder_put("bad.csv", text);
    run_fails("{\"sources\": [\"bad.csv\"]}", TILT_ECSV, "names the role of every column");
}

/* ---- people ---- */

static const char people_head[] = "gender,site,day,hired,score,second,outcome,weight\n";
#define KEYS                                                                                                 \
    "\"decision\": [\"hired\", \"second\"], \"score\": [\"score\"], \"label\": \"outcome\", \"weight\": "    \
    "\"weight\", "                                                                                           \
    "\"positive\": \"good\", \"missing\": [\"n/a\"], \"threshold\": 0.4321"

/* n made-up people of one day; scores of every length, some at the ends of bins and at the threshold. */
static size_t put_people(char *out, size_t size, unsigned seed, unsigned n, unsigned day) {
    static const char *const genders[] = {"female", "male", "male", "female", ""};
    static const char *const odd[] = {"", "n/a", "0.4321", "0.43209999999999", "0.5", "1", "0"};
    static const char *const labels[] = {"good", "bad", "good", "", "n/a"};
    static const char *const weights[] = {"1", "1", "0.5", "2.25", ""};
    size_t at = 0;
    for (unsigned i = 0; i < n; i++) {
        char score[32];
        seed = seed * 1103515245u + 12345u;
        unsigned r = seed >> 8;
        (void)snprintf(score, sizeof score, "0.%0*u", 1 + (int)(r % 6), r % 7919 % 10 + r % 100000);
        at += (size_t)snprintf(out + at, size - at, "%s,s%u,2026-01-%02u,%u,%s,%u,%s,%s\n", genders[r % 5],
                               r / 7 % 3, day, r / 11 % 3 == 0, r % 13 == 0 ? odd[r / 13 % 7] : score,
                               r / 5 % 2, labels[r / 3 % 5], weights[r / 17 % 5]);
    }
    return at;
}

static void put_people_file(const char *name, unsigned seed, unsigned n, unsigned day) {
    static char text[1 << 20];
    size_t at = (size_t)snprintf(text, sizeof text, "%s", people_head);
    put_people(text + at, sizeof text - at, seed, n, day);
    folder_put(name, text);
}

Test(reduce, an_audit_of_the_cube_of_people_says_what_the_audit_of_the_rows_says, FOLDER) {
    put_people_file("people.csv", 7, 3000, 1);
    reduce_to("cube.csv", "{\"sources\": [\"people.csv\"], \"score_bins\": 100, " KEYS "}");
    char *direct = without_inputs("{\"sources\": [\"people.csv\"], \"score_bins\": 100, " KEYS "}");
    char *cube = without_inputs("{\"sources\": [\"cube.csv\"], \"threshold\": 0.4321}");
    cr_expect_str_eq(direct, cube);
    cr_expect(strstr(direct, "\"bins\":\t100") != NULL);
    free(direct);
    free(cube);
}

/* A cube has 1,000 bins unless the spec says how many; counts are those of the rows all the same. */
Test(reduce, counts_of_people_do_not_depend_on_bins, FOLDER) {
    static const char *const same[] = {"views", "findings", "headline"};
    put_people_file("people.csv", 8, 3000, 1);
    reduce_to("cube.csv", "{\"sources\": [\"people.csv\"], " KEYS "}");
    cJSON *direct = run_audit("{\"sources\": [\"people.csv\"], " KEYS "}");
    cJSON *cube = run_audit("{\"sources\": [\"cube.csv\"], \"threshold\": 0.4321}");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        cr_expect(cJSON_Compare(run_at(direct, same[i]), run_at(cube, same[i]), true), "%s", same[i]);
    cr_expect_eq(run_number(cube, "model/rows"), run_number(direct, "model/rows"));
    cr_expect_eq(run_number(cube, "model/score_rounding/bins"), 1000);
    cr_expect_eq(run_number(cube, "model/score_rounding/absolute_error"), 0.001);
    cJSON_Delete(direct);
    cJSON_Delete(cube);
}

Test(reduce, days_of_people_merge_to_the_window_in_any_order, FOLDER) {
    static char all[1 << 20];
    tilt_error err = {.status = TILT_OK};
    size_t at = (size_t)snprintf(all, sizeof all, "%s", people_head);
    for (unsigned day = 1; day <= 5; day++) {
        char name[32];
        put_people_file("one.csv", 100 + day, 400, day);
        (void)snprintf(name, sizeof name, "day%u.csv", day);
        reduce_to(name, "{\"sources\": [\"one.csv\"], " KEYS "}");
        if (day >= 2 && day <= 4) at += put_people(all + at, sizeof all - at, 100 + day, 400, day);
    }
    folder_put("window.csv", all);
    char *expected = reduce("{\"sources\": [\"window.csv\"], " KEYS "}", &err);
    char *merged = reduce("{\"sources\": [\"day4.csv\", \"day2.csv\", \"day3.csv\"]}", &err);
    cr_assert(expected != NULL && merged != NULL, "%s", err.message);
    cr_expect_str_eq(merged, expected);
    folder_put("whole.csv", expected);
    char *one = without_inputs("{\"sources\": [\"whole.csv\"]}");
    char *days = without_inputs("{\"sources\": [\"day4.csv\", \"day2.csv\", \"day3.csv\"]}");
    cr_expect_str_eq(days, one);
    free(expected);
    free(merged);
    free(one);
    free(days);
}

Test(reduce, a_threshold_inside_a_bin_is_refused, FOLDER) {
    put_people_file("people.csv", 9, 500, 1);
    reduce_to("cube.csv", "{\"sources\": [\"people.csv\"], " KEYS "}");
    run_fails("{\"sources\": [\"cube.csv\"], \"threshold\": 0.43215}", TILT_ESPEC,
              "cube made for this threshold");
    cJSON_Delete(run_audit("{\"sources\": [\"cube.csv\"], \"threshold\": 0.25}")); /* the end of a bin */
}

Test(reduce, a_cube_of_people_that_was_altered_is_refused, FOLDER) {
    tilt_error err = {.status = TILT_OK};
    put_people_file("people.csv", 10, 30, 1);
    char *cube = reduce("{\"sources\": [\"people.csv\"], " KEYS "}", &err);
    cr_assert(cube != NULL, "%s", err.message);
    size_t n = strlen(cube), tried = 0;
    for (size_t i = strcspn(cube, "\n") + 1; i < n; i++) {
        char was = cube[i];
        if (was < '0' || was > '9' || i % 3 > 0) continue;
        cube[i] = was == '7' ? '8' : '7';
        folder_put("altered.csv", cube);
        cube[i] = was;
        char *text = reduce("{\"sources\": [\"altered.csv\"]}", &err);
        cr_expect(text == NULL, "at %zu", i);
        free(text);
        tried++;
    }
    cr_expect(tried > 300);
    free(cube);
}
