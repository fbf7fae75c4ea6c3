/* report/model_method.c - checks of the data, and method and data use: what was read and why, what was not,
 * how numbers were made, and the command that makes them again. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

/* ---- checks ---- */

static void add_checks(tilt__doc *doc, tilt__list *list, const cJSON *checks, const char *file, bool passed,
                       size_t *n) {
    tilt__buf text = TILT__BUF_INIT, lead = TILT__BUF_INIT;
    for (const cJSON *check = tilt__json_first(checks); check != NULL; check = check->next) {
        bool ok = !cJSON_IsFalse(tilt__json_get(check, "ok"));
        if (ok != passed) continue;
        tilt__words_check(check, &text);
        /* many a check names the file itself */
        bool named = file != NULL && strstr(tilt__json_text_or(check, "detail", ""), file) != NULL;
        if (file != NULL && !named) {
            tilt__name_put(file, TILT__NAME_COLUMNS, &lead);
            tilt__buf_char(&lead, ':');
        }
        tilt__list_add(doc, list, ok ? TILT__MARK_PASSED : TILT__MARK_FAILED,
                       file == NULL || named ? NULL : tilt__buf_get(&lead), tilt__buf_get(&text), NULL);
        tilt__doc_clear(doc, &text);
        tilt__doc_clear(doc, &lead);
        ++*n;
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &lead);
}

void tilt__model_checks(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "checks", "Checks of the data");
    const cJSON *inputs = tilt__json_array(result, "inputs");
    bool several = tilt__json_count(inputs) > 1;
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_CHECKS);
    size_t n = 0;
    for (int passed = 0; passed < 2; passed++) {
        add_checks(doc, list, tilt__json_array(result, "checks"), NULL, passed == 1, &n);
        for (const cJSON *input = tilt__json_first(inputs); input != NULL; input = input->next)
            add_checks(doc, list, tilt__json_array(input, "checks"),
                       several ? tilt__json_text(input, "file") : NULL, passed == 1, &n);
    }
    if (n == 0) tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH, "No check applied to these data.");
}

/* ---- files ---- */

static const tilt__column file_columns[] = {
    {"File", "file", TILT__COLUMN_NAME},         {"Platform", "platform", TILT__COLUMN_TEXT},
    {"Rows", "rows", TILT__COLUMN_NUMBER},       {"Bytes", "bytes", TILT__COLUMN_NUMBER},
    {"Encoding", "encoding", TILT__COLUMN_TEXT}, {"Lines skipped", "skipped", TILT__COLUMN_TEXT},
    {"SHA-256", "sha256", TILT__COLUMN_TEXT},
};

static void put_skipped(const cJSON *dialect, tilt__buf *out) {
    static const struct {
        const char *key, *one, *many;
    } parts[] = {{"preamble_lines", "before the header", "before the header"},
                 {"totals_rows", "totals row", "totals rows"},
                 {"footer_lines", "footer line", "footer lines"}};
    for (size_t i = 0; i < 3; i++) {
        tilt__json_value n = tilt__json_number(dialect, parts[i].key);
        if (!n.known || n.number < 1) continue;
        tilt__buf_format(out, "%s%.0f %s", out->length > 0 ? ", " : "", n.number,
                         n.number > 1 ? parts[i].many : parts[i].one);
    }
    if (out->length == 0) tilt__buf_text(out, "none");
}

static void add_files(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *inputs = tilt__json_array(result, "inputs");
    if (tilt__json_first(inputs) == NULL) return;
    tilt__sheet *table = tilt__doc_sheet(doc, section, "files", "Files read", file_columns, 7);
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *input = tilt__json_first(inputs); input != NULL && table != NULL; input = input->next) {
        const cJSON *dialect = tilt__json_object(input, "dialect");
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__name_put(tilt__json_text_or(input, "file", ""), TILT__NAME_COLUMNS, &text);
        row[0].text = tilt__doc_take(doc, &text);
        tilt__words_plain_name(tilt__json_text_or(dialect, "platform", "not recognised"), &text);
        row[1].text = tilt__doc_take(doc, &text);
        tilt__cell_count(doc, &row[2], tilt__json_number(input, "rows"));
        tilt__cell_count(doc, &row[3], tilt__json_number(input, "bytes"));
        tilt__words_plain_name(tilt__json_text_or(dialect, "encoding", "not known"), &text);
        row[4].text = tilt__doc_take(doc, &text);
        put_skipped(dialect, &text);
        row[5].text = tilt__doc_take(doc, &text);
        const char *sha = tilt__json_text(input, "sha256");
        tilt__name_put(sha != NULL ? sha : "not computed", 70, &text);
        row[6].text = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* ---- columns ---- */

/* Names with blanks for underscores; a dash for none. */
static void put_plain(tilt__doc *doc, const char *name, tilt__cell *cell) {
    tilt__buf text = TILT__BUF_INIT;
    if (name != NULL)
        tilt__words_plain_name(name, &text);
    else
        tilt__buf_text(&text, "\xE2\x80\x93");
    cell->text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

static const tilt__column use_columns[] = {
    {"File", "file", TILT__COLUMN_TEXT},   {"Column", "column", TILT__COLUMN_NAME},
    {"Use", "use", TILT__COLUMN_TEXT},     {"Role", "role", TILT__COLUMN_TEXT},
    {"Taken as", "as", TILT__COLUMN_TEXT}, {"Why", "why", TILT__COLUMN_TEXT},
};

static void put_name(tilt__doc *doc, const char *name, tilt__cell *cell) {
    tilt__buf text = TILT__BUF_INIT;
    if (name != NULL)
        tilt__name_put(name, TILT__NAME_COLUMNS, &text);
    else
        tilt__buf_text(&text, "\xE2\x80\x93");
    cell->text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

static bool listed(const cJSON *result, const char *key, const char *name) {
    const cJSON *entry = tilt__json_first(tilt__json_array(tilt__json_object(result, "data_use"), key));
    for (; entry != NULL; entry = entry->next) {
        const char *own = cJSON_IsString(entry) ? entry->valuestring : tilt__json_text(entry, "column");
        if (own != NULL && name != NULL && strcmp(own, name) == 0) return true;
    }
    return false;
}

/* Role words: "stage", "factor"; what the column is taken as: "impressions", "ad set". */
static void add_column(tilt__doc *doc, tilt__sheet *table, bool several, const cJSON *result,
                       const cJSON *input, const cJSON *column) {
    const char *name = tilt__json_text(column, "name"), *role = tilt__json_text_or(column, "role", "ignore");
    const char *as = tilt__json_text(column, "as");
    bool ignored = strcmp(role, "ignore") == 0;
    bool guarded = ignored && listed(result, "guarded", name),
         checked = ignored && listed(result, "checked", name);
    const cJSON *assumed = tilt__json_get(column, "assumed");
    tilt__cell *row = tilt__sheet_row(doc, table);
    if (several) put_name(doc, tilt__json_text(input, "file"), row++);
    put_name(doc, name, &row[0]);
    tilt__cell_text(doc, &row[1],
                    guarded   ? "guarded, not read"
                    : checked ? "read for a check"
                    : ignored ? "not read"
                              : "read");
    put_plain(doc, ignored ? NULL : role, &row[2]);
    put_plain(doc, ignored ? NULL : as, &row[3]);
    const char *why = tilt__json_text(column, "why");
    if (why == NULL && ignored && !guarded) why = tilt__json_text(column, "why_not_read");
    if (why == NULL && ignored) why = guarded ? "it may identify people" : "nothing here needs it";
    if (why == NULL && cJSON_IsTrue(assumed)) why = "recognised by its name";
    if (why == NULL && cJSON_IsFalse(assumed)) why = "named in the spec or by an option";
    put_name(doc, why, &row[4]);
}

static void add_columns(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *inputs = tilt__json_array(result, "inputs");
    if (tilt__json_first(inputs) == NULL) return;
    bool several = tilt__json_count(inputs) > 1; /* one file needs no column of its own */
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "data-use", "Columns, and what was done with them",
                        use_columns + !several, sizeof use_columns / sizeof *use_columns - !several);
    for (const cJSON *input = tilt__json_first(inputs); input != NULL; input = input->next) {
        const cJSON *column = tilt__json_first(tilt__json_array(input, "columns"));
        for (; column != NULL && table != NULL; column = column->next)
            add_column(doc, table, several, result, input, column);
    }
}

/* ---- methods ---- */

typedef struct source {
    const char *method, *words;
} source;

static const source sources[] = {
    {"wilson", "Rates: score interval (Wilson 1927)."},
    {"agresti-coull", "Rates: adjusted Wald interval (Agresti and Coull 1998)."},
    {"clopper-pearson", "Rates: exact interval (Clopper and Pearson 1934)."},
    {"jeffreys", "Rates: Jeffreys interval (Brown, Cai and DasGupta 2001)."},
    {"miettinen-nurminen", "Ratios of rates: score interval (Miettinen and Nurminen 1985)."},
    {"koopman", "Ratios of rates: score interval (Koopman 1984)."},
    {"katz", "Ratios of rates: log interval (Katz and others 1978)."},
    {"newcombe", "Differences of rates: method 10 of Newcombe (1998)."},
    {"cluster_jackknife",
     "Clustered intervals: delete-one-cluster jackknife, Student\xE2\x80\x99s t with effective clusters."},
    {"sandwich", "Beside clustered intervals: linearised over clusters (Binder 1983)."},
    {"quasi_binomial",
     "Beside clustered intervals: quasi-binomial dispersion over cells (McCullagh and Nelder 1989)."},
    {"misclassification", "Inferred groups: counts corrected by a matrix of error rates (Greenland 1988)."},
    {"weighted_membership", "Inferred groups: rates weighted by membership probability (Chen and others "
                            "2019), segments left out one by "
                            "one; limits of Kallus, Mao and Zhou (2022)."},
    {"quasi_poisson",
     "Counts without clusters: quasi-Poisson dispersion over cells (McCullagh and Nelder 1989)."},
    {"quasi-poisson",
     "Counts without clusters: quasi-Poisson dispersion over cells (McCullagh and Nelder 1989)."},
    {"wilson-given-total", "Ratios that are no proportions, as if events were independent: score interval of "
                           "one count given the total (Wilson 1927)."},
    {"delta", "Factors: errors by the delta method, units taken as independent."},
    {"delta-design-effect",
     "Factors: errors by the delta method, widened by the design effect of the comparison."},
    {"delta-assumed-design-effect",
     "Factors: errors by the delta method, widened by the policy\xE2\x80\x99s assumed design effect."},
    {"numerator",
     "Factors that only the counts have: each level\xE2\x80\x99s count per base, focal less reference."},
    {"mantel-haenszel", "Stratified ratios: Mantel and Haenszel, errors of Greenland and Robins (1985)."},
    {"shapley",
     "Factors: Shapley values (1953) of standardised rates on the common support (\xC3\x91opo 2008)."},
    {"kitagawa", "Levels: composition and rate parts (Kitagawa 1955)."},
};

enum { N_SOURCES = sizeof sources / sizeof *sources };

/* Names are written with hyphens or underscores. */
static bool same_method(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if ((*a == '_' ? '-' : *a) != *b) return false;
    return *a == *b;
}

/* Marks the methods named anywhere in the tree. Depth is bounded by the parser. */
static void find_methods(const cJSON *node, bool found[N_SOURCES]) {
    for (const cJSON *child = tilt__json_first(node); child != NULL; child = child->next) {
        bool named = child->string != NULL &&
                     (strcmp(child->string, "method") == 0 || strcmp(child->string, "basis") == 0);
        if (named && cJSON_IsString(child))
            for (size_t i = 0; i < N_SOURCES; i++)
                if (same_method(child->valuestring, sources[i].method)) found[i] = true;
        find_methods(child, found);
    }
}

/* Which p-values were adjusted together, with the sizes of the families in the order of the views. */
static void put_families(const cJSON *result, tilt__buf *out) {
    const cJSON *view;
    size_t n = 0;
    tilt__buf_text(out,
                   "Families: p-values are adjusted together within a view, by Holm (1979): the comparisons "
                   "that may be judged, and apart from them the residuals of its groups. Crossings are views "
                   "of their own. False discovery rates (Benjamini and Hochberg 1995; Benjamini and "
                   "Yekutieli 2001) stand beside them in the result for screening; no verdict rests on "
                   "them.");
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        tilt__json_value size =
            tilt__json_number(tilt__json_first(tilt__json_array(view, "families")), "size");
        if (!size.known) continue;
        tilt__buf_text(out, n++ == 0 ? " Comparisons judged together, view by view: " : ", ");
        tilt__numeral_count(size.number, out);
    }
    if (n > 0) tilt__buf_char(out, '.');
}

static void add_methods(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    bool found[N_SOURCES] = {false};
    find_methods(tilt__json_array(result, "views"), found);
    find_methods(tilt__json_array(result, "inferred"), found);
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    for (size_t i = 0; i < N_SOURCES; i++)
        if (found[i]) tilt__list_add(doc, list, TILT__MARK_NONE, NULL, sources[i].words, NULL);
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Verdicts: tilted when the ratio is shown to lie outside the band ");
    tilt__words_band(tilt__words_tau(result), &text);
    tilt__buf_text(
        &text, " (one-sided p at the nearer edge below 0.025 after Holm\xE2\x80\x99s adjustment over the "
               "view), level when it is "
               "shown to lie inside (two one-sided tests at 0.05: Schuirmann 1987), undetermined otherwise.");
    tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
    tilt__doc_clear(doc, &text);
    put_families(result, &text);
    tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
    tilt__doc_clear(doc, &text);
    tilt__list_add(
        doc, list, TILT__MARK_NONE, NULL,
        "Unknown segments: bounds over all the ways their members could belong to the groups (Manski 1990).",
        NULL);
    tilt__list_add(doc, list, TILT__MARK_NONE, NULL,
                   "The four-fifths rule is computed in whole numbers as written (29 CFR 1607.4 D); it is "
                   "not the verdict.",
                   NULL);
    tilt__doc_drop(doc, &text);
}

/* ---- provenance ---- */

static const tilt__column fact_columns[] = {{"Setting", "setting", TILT__COLUMN_NAME},
                                            {"Value", "value", TILT__COLUMN_TEXT}};

static void add_fact(tilt__doc *doc, tilt__sheet *table, const char *name, const cJSON *value) {
    if (value == NULL || table == NULL) return;
    tilt__buf text = TILT__BUF_INIT, plain = TILT__BUF_INIT;
    if (cJSON_IsString(value))
        tilt__name_put(value->valuestring, 400, &text);
    else if (cJSON_IsNumber(value))
        tilt__numeral_exact(value->valuedouble, &text);
    else if (cJSON_IsBool(value))
        tilt__buf_text(&text, cJSON_IsTrue(value) ? "yes" : "no");
    for (const cJSON *part = tilt__json_first(value); part != NULL; part = part->next) {
        const char *column = tilt__json_text(part, "column"), *wanted = tilt__json_text(part, "value");
        if (!cJSON_IsString(part) && !cJSON_IsNumber(part) && column == NULL) continue;
        if (text.length > 0) tilt__buf_text(&text, ", ");
        if (column != NULL) {
            tilt__name_put(column, 100, &text);
            tilt__buf_text(&text, " = ");
            tilt__name_put(wanted == NULL ? "" : wanted, 100, &text);
            continue;
        }
        if (cJSON_IsString(part))
            tilt__name_put(part->valuestring, 100, &text);
        else
            tilt__numeral_exact(part->valuedouble, &text);
    }
    if (text.length > 0) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__words_plain_name(name, &plain);
        row[0].text = tilt__doc_take(doc, &plain);
        row[1].text = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &plain);
}

static void add_own(tilt__doc *doc, tilt__sheet *table, const char *what, tilt__buf *text) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    row[0].text = tilt__doc_text(doc, what);
    row[1].text = tilt__doc_take(doc, text);
}

/* What a policy file says for one attribute or rate, and whom it leaves out and why. */
static void add_policy_rows(tilt__doc *doc, tilt__sheet *table, const cJSON *policy) {
    static const char *const keys[] = {"threshold", "min_base", "min_share"};
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *o = tilt__json_first(tilt__json_array(policy, "overrides")); o != NULL; o = o->next) {
        tilt__name_put(tilt__json_text_or(o, "attribute", tilt__json_text_or(o, "rate", "")), 100, &text);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            tilt__json_value value = tilt__json_number(o, keys[k]);
            if (!value.known) continue;
            tilt__buf_text(&text, ", ");
            tilt__words_plain_name(keys[k], &text);
            tilt__buf_char(&text, ' ');
            tilt__numeral_exact(value.number, &text);
        }
        add_own(doc, table, "policy: apart from that", &text);
    }
    for (const cJSON *e = tilt__json_first(tilt__json_array(policy, "exclusions")); e != NULL; e = e->next) {
        tilt__name_put(tilt__json_text_or(e, "attribute", ""), 100, &text);
        tilt__buf_char(&text, ' ');
        tilt__name_put(tilt__json_text_or(e, "group", ""), 100, &text);
        tilt__buf_text(&text, ": ");
        tilt__name_put(tilt__json_text_or(e, "reason", ""), 400, &text);
        add_own(doc, table, "policy: left out of the judgement", &text);
    }
    tilt__doc_drop(doc, &text);
}

static void add_facts(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    tilt__sheet *table = tilt__doc_sheet(doc, section, "settings", "Policy and settings", fact_columns, 2);
    static const char *const groups[] = {"policy", "settings"};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        const cJSON *member = tilt__json_first(tilt__json_object(result, groups[i]));
        for (; member != NULL; member = member->next) {
            tilt__buf name = TILT__BUF_INIT;
            tilt__buf_format(&name, i == 0 ? "policy: %s" : "%s", member->string);
            add_fact(doc, table, tilt__buf_get(&name), member);
            tilt__doc_drop(doc, &name);
        }
        if (i == 0) add_policy_rows(doc, table, tilt__json_object(result, groups[i]));
    }
    add_fact(doc, table, "seed", tilt__json_get(result, "seed"));
    add_fact(doc, table, "made with", tilt__json_get(tilt__json_get(result, "tool"), "version"));
}

void tilt__model_method(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "method", "Method and data use");
    tilt__buf text = TILT__BUF_INIT;
    add_columns(doc, section, result);
    add_files(doc, section, result);
    tilt__buf_text(&text, "How the numbers were made");
    tilt__doc_heading(doc, section, NULL, &text);
    add_methods(doc, section, result);
    tilt__add_privacy(doc, section, result);
    add_facts(doc, section, result);
    const char *command = tilt__json_text(result, "command");
    if (command != NULL) {
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH, "This makes the report again:");
        tilt__name_put(command, 0, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_CODE, &text);
    }
    tilt__doc_drop(doc, &text);
}
