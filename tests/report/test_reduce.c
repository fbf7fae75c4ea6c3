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

enum { PARTS = 8, PART_TEXT = 1024 };

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
    static const unsigned steps[] = {1, 3, 5, 7}; /* prime to 8: each visits every part */
    char json[1024], name[32], own[PART_TEXT + sizeof head], all[PARTS * PART_TEXT], part[PART_TEXT];
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
    run_fails("{\"sources\": [\"a.csv\", \"d.csv\"]}", TILT_ESPEC, "their unit differ");
}

Test(reduce, a_header_without_a_role_is_refused, FOLDER) {
    static const char text[] = "gender,stage:clicks,cube_spec\nfemale,3,x\n";
    folder_put("bad.csv", text);
    run_fails("{\"sources\": [\"bad.csv\"]}", TILT_ECSV, "names the role of every column");
}
