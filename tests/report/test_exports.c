/* The corpus of exports from the file to the result: tests/data/exports/expected.tsv says what its writer put
 * in, and both `inspect` and `audit` must say the same. */
#include "run.h"

#include "corpus.h"

static cJSON *parsed(tilt_audit *audit) {
    cJSON *tree = audit != NULL ? cJSON_Parse(tilt_audit_result(audit, NULL)) : NULL;
    tilt_audit_free(audit);
    return tree;
}

/* The result of inspecting or auditing a file of the corpus; NULL with *err filled. */
static cJSON *result_of(const char *file, const char *keys, bool inspect, tilt_error *err) {
    char json[1024];
    (void)snprintf(json, sizeof json, "{\"sources\": [\"" EXPORTS "%s\"]%s}", file, keys);
    tilt_spec *spec = run_spec(json);
    cJSON *tree = parsed(inspect ? tilt_audit_inspect(spec, err) : tilt_audit_run(spec, NULL, err));
    tilt_spec_free(spec);
    return tree;
}

static const cJSON *column_of(const cJSON *input, const char *header, size_t n) {
    const cJSON *column;
    cJSON_ArrayForEach(column, run_at(input, "columns")) {
        const char *name = run_text(column, "name");
        size_t i = 0;
        while (i < n && name[i] != '\0' && (name[i] == ' ' ? '_' : name[i]) == header[i]) i++;
        if (i == n && name[n] == '\0') return column;
    }
    return NULL;
}

/* "Header=role:name": what is read is read as that; what is ignored may still say what another counts. */
static void check_role(const char *file, const cJSON *input, const char *item, size_t n) {
    char role[128];
    size_t header = n;
    while (header > 0 && item[header - 1] != '=') header--;
    const cJSON *column = column_of(input, item, header - 1);
    cr_assert(column != NULL, "%s: no column for %.*s", file, (int)n, item);
    if (!cJSON_IsString(run_at(column, "as")) || strncmp(item + header, "ignore:", 7) == 0) return;
    if (strcmp(run_text(input, "dialect/kind"), "persons") == 0)
        return; /* roles depend on each other there */
    (void)snprintf(role, sizeof role, "%s:%s", run_text(column, "role"), run_text(column, "as"));
    cr_expect(strlen(role) == n - header && memcmp(role, item + header, n - header) == 0,
              "%s: %.*s is read as %s", file, (int)n, item, role);
}

/* "name=sum" */
static void check_sum(const char *file, const cJSON *input, const char *item, size_t n, size_t *told) {
    char name[128];
    size_t equals = 0;
    while (equals < n && item[equals] != '=') equals++;
    (void)snprintf(name, sizeof name, "%.*s", (int)equals, item);
    const cJSON *sum = cJSON_GetObjectItemCaseSensitive(run_at(input, "sums"), name);
    if (sum == NULL) return; /* a column that is not read */
    double expected = strtod(item + equals + 1, NULL);
    cr_expect(tilt_close(sum->valuedouble, expected, 1e-12), "%s: sum of %s is %.17g, expected %.17g", file,
              name, sum->valuedouble, expected);
    ++*told;
}

static void check_input(char *const f[FIELDS], const cJSON *input) {
    expect_text(input, "dialect/platform", f[1]);
    expect_text(input, "dialect/kind", f[2]);
    expect_text(input, "dialect/language", f[3]);
    expect_text(input, "dialect/encoding", f[4]);
    cr_expect_eq(run_number(input, "rows"), strtod(f[7], NULL), "%s: rows", f[0]);
    cr_expect_eq(run_number(input, "dialect/totals_rows"), strtod(f[8], NULL), "%s: totals rows", f[0]);
    size_t told = 0, sums = 0;
    for (const char *at = f[10]; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        check_role(f[0], input, at, n);
        at += n;
    }
    for (const char *at = f[11]; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        check_sum(f[0], input, at, n, &told);
        sums++;
        at += n;
    }
    cr_expect(told > 0 || sums == 0 || run_count(input, "sums") == 0, "%s: no sum was found", f[0]);
}

#define EVENTS(audience) ", \"audience\": \"" audience "\", \"rates\": \"clicks/impressions\""

/* Some exports need one option before there is something to compare; true when an audit was made. */
static bool check_file(char *const f[FIELDS]) {
    static const char *const keys[] = {"",
                                       ", \"rates\": \"hits/base\"",
                                       ", \"rates\": \"hits/rows\"",
                                       ", \"rates\": \"selected/applicants\"",
                                       ", \"rates\": \"approved/applications\"",
                                       EVENTS("campaign"),
                                       EVENTS("placement"),
                                       EVENTS("device"),
                                       EVENTS("ad_set"),
                                       EVENTS("ad"),
                                       EVENTS("week"),
                                       EVENTS("day")};
    tilt_error err = {.status = TILT_OK};
    cJSON *plain = result_of(f[0], "", true, &err);
    cr_assert(plain != NULL, "%s: %s", f[0], err.message);
    check_input(f, run_at(plain, "inputs/0"));
    cJSON_Delete(plain);
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        cJSON *audited = result_of(f[0], keys[k], false, &err);
        if (audited == NULL) {
            cr_expect(err.status == TILT_ESPEC, "%s: %s", f[0], err.message);
            continue;
        }
        cJSON *inspected = result_of(f[0], keys[k], true, &err);
        cr_assert(inspected != NULL, "%s: %s", f[0], err.message);
        cr_expect(cJSON_Compare(run_at(inspected, "inputs"), run_at(audited, "inputs"), true),
                  "%s: inspect and audit differ in what they read", f[0]);
        cJSON_Delete(inspected);
        cJSON_Delete(audited);
        return true;
    }
    return false;
}

Test(exports, every_file_is_read_the_same_by_inspect_and_audit) {
    size_t n, audited;
    n = corpus_each(check_file, &audited);
    cr_expect(n >= 40, "the corpus has %zu files", n);
    cr_expect(n - audited <= 5 /* no count, one group, audience sizes only, ranges */,
              "%zu of %zu files could be audited", audited, n);
}

/* ---- headers in other languages ---- */

/* Same shape and the same numbers; words differ. Ids are hashes of words. */
static size_t differing(const cJSON *a, const cJSON *b, char *where, size_t size) {
    size_t n = 0;
    if (cJSON_IsNumber(a) || cJSON_IsNumber(b) || cJSON_IsNull(a) || cJSON_IsNull(b))
        n = !cJSON_Compare(a, b, true);
    else if (cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
        n = 1;
    if (n > 0) {
        (void)snprintf(where, size, "\"%s\"", a != NULL && a->string != NULL ? a->string : "item");
        return n;
    }
    const cJSON *x = a->child, *y = b->child;
    for (; x != NULL && y != NULL && n == 0; x = x->next, y = y->next) n += differing(x, y, where, size);
    return n;
}

Test(exports, headers_in_other_languages_give_the_numbers_of_the_english_file) {
    static const char *const files[] = {"meta-de.csv", "meta-fr.csv", "meta-es.csv", "meta-nl.csv"};
    static const char *const parts[] = {"views", "cost", "headline", "findings"};
    tilt_error err = {.status = TILT_OK};
    cJSON *english = result_of("meta-summary-last.csv", "", false, &err);
    cr_assert(english != NULL, "%s", err.message);
    expect_number(english, "inputs/0/sums/impressions", 3650.0);
    cr_assert(run_count(english, "views") > 0);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        cJSON *other = result_of(files[f], "", false, &err);
        cr_assert(other != NULL, "%s: %s", files[f], err.message);
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            char where[128] = "";
            cr_expect_eq(differing(run_at(english, parts[p]), run_at(other, parts[p]), where, sizeof where),
                         0u, "%s: %s differ at %s", files[f], parts[p], where);
        }
        cr_expect(cJSON_Compare(run_at(english, "inputs/0/sums"), run_at(other, "inputs/0/sums"), true),
                  "%s: sums differ", files[f]);
        cJSON_Delete(other);
    }
    cJSON_Delete(english);
}

static double count_of(const cJSON *tree, const char *key) {
    const cJSON *group;
    cJSON_ArrayForEach(group, run_at(tree, "views/0/groups")) {
        if (strcmp(run_text(group, "key/0"), key) == 0) return run_number(group, "count");
    }
    return (double)NAN;
}

/* Google also writes the values in the reader's language: Weiblich 7,067, Unbekannt 7,986. */
Test(exports, values_in_german_are_groups_and_unbekannt_is_unknown) {
    tilt_error err = {.status = TILT_OK};
    cJSON *german = result_of("google-de.csv", "", false, &err);
    cr_assert(german != NULL, "%s", err.message);
    cr_expect_eq(count_of(german, "Weiblich"), 7067.0);
    cr_expect_eq(run_number(german, "views/0/unknown/count"), 7986.0);
    cJSON_Delete(german);
}

/* ---- wide files ---- */

#define LONG_ROWS                                                                                            \
    "campaign,gender,age,impressions\nA,f,18-24,1000\nA,f,25-34,3000\nA,m,18-24,2500\nA,m,25-34,900\n"       \
    "B,f,18-24,800\nB,f,25-34,700\nB,m,18-24,4000\nB,m,25-34,5000\n"
#define WIDE_ROWS                                                                                            \
    "campaign,imp_f_18-24,imp_f_25-34,imp_m_18-24,imp_m_25-34\nA,1000,3000,2500,900\nB,800,700,4000,5000\n"

Test(exports, a_wide_file_gives_the_result_of_the_long_one, FOLDER) {
    folder_put("long.csv", LONG_ROWS);
    folder_put("wide.csv", WIDE_ROWS);
    cJSON *tall = run_audit("{\"sources\": [\"long.csv\"]}");
    cJSON *wide = run_audit("{\"sources\": [{\"file\": \"wide.csv\", \"melt\": {\"imp_{gender}_{age}\": "
                            "\"impressions\"}}]}");
    cr_assert(run_count(tall, "views") > 0);
    cr_expect(cJSON_Compare(run_at(tall, "views"), run_at(wide, "views"), true), "views differ");
    cr_expect(cJSON_Compare(run_at(tall, "findings"), run_at(wide, "findings"), true), "findings differ");
    expect_text(wide, "inputs/0/columns/1/as", "impressions");
    expect_text(wide, "inputs/0/columns/1/melt", "imp_{gender}_{age}");
    cr_expect(run_at(wide, "inputs/0/columns/0/melt") == NULL, "campaign is no wide column");
    expect_number(wide, "inputs/0/sums/impressions", 17900.0);
    cJSON_Delete(tall);
    cJSON_Delete(wide);
}

/* The shares of the ad library shape, said to be of the bounds beside them: 0.285 * 10,000 + 0.365 * 10,000
 * of women in "Spring" at least, and at most 0.295 and 0.375 of 14,999. */
Test(exports, shares_of_bounds_are_bounds_of_counts) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec =
        run_spec("{\"sources\": [{\"file\": \"" EXPORTS
                 "plain-shares.csv\", \"columns\": {\"percentage\": \"stage:impressions:share\", "
                 "\"impressions_lower_bound\": \"stage:impressions:whole_min\", \"impressions_upper_bound\": "
                 "\"stage:impressions:whole_max\"}}], \"audience\": \"gender\"}");
    cJSON *tree = parsed(tilt_audit_run(spec, NULL, &err));
    tilt_spec_free(spec);
    cr_assert(tree != NULL, "%s", err.message);
    const cJSON *spring = run_at(tree, "views/0/relative/1");
    expect_text(spring, "unit", "Spring");
    expect_number(spring, "groups/0/count_range/lower", 6500.0);
    expect_number(spring, "groups/0/count_range/upper", 10049.33);
    expect_text(tree, "views/0/mode", "relative");
    cJSON_Delete(tree);
}
