/* report/sentences.c - every comparison becomes a finding with one sentence; the worst of those that may be
 * judged is the headline (tilted, then undetermined, then level). */
#include "report/sentences.h"

#include <string.h>

#include "base/error.h"
#include "report/words.h"
#include "report/words_further.h"

static const char *const by_rank[] = {"tilted", "undetermined", "level"};

static bool add_finding(cJSON *findings, const cJSON *result, const cJSON *view,
                        const tilt__view_index *index, const cJSON *comparison) {
    tilt__buf sentence = TILT__BUF_INIT;
    tilt__words_finding_in(result, view, index, comparison, &sentence);
    cJSON *finding = cJSON_CreateObject();
    bool handed_over = finding != NULL && cJSON_AddItemToArray(findings, finding);
    if (!handed_over) cJSON_Delete(finding);
    bool ok = handed_over && !sentence.failed &&
              cJSON_AddStringToObject(finding, "id", tilt__json_text_or(comparison, "id", "")) != NULL &&
              cJSON_AddStringToObject(finding, "view", tilt__json_text_or(view, "id", "")) != NULL &&
              cJSON_AddStringToObject(finding, "verdict",
                                      tilt__json_text_or(comparison, "verdict", "undetermined")) != NULL &&
              cJSON_AddStringToObject(finding, "sentence", tilt__buf_get(&sentence)) != NULL;
    tilt__buf_free(&sentence);
    return ok;
}

/* Those of one view with this verdict, or those that were not judged. */
static bool add_of_view(cJSON *findings, const cJSON *result, const cJSON *view, const char *verdict,
                        bool excluded) {
    tilt__view_index index;
    if (!tilt__view_index_make(view, &index)) return false;
    const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
    bool ok = true;
    for (; ok && comparison != NULL; comparison = comparison->next) {
        bool out = tilt__comparison_excluded(comparison);
        if (out != excluded) continue;
        if (!excluded && strcmp(tilt__json_text_or(comparison, "verdict", ""), verdict) != 0) continue;
        ok = add_finding(findings, result, view, &index, comparison);
    }
    tilt__view_index_free(&index);
    return ok;
}

/* One pass per rank keeps the order of views within a rank. */
static bool add_rank(cJSON *findings, const cJSON *result, const char *verdict, bool excluded) {
    const cJSON *view;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        if (!add_of_view(findings, result, view, verdict, excluded)) return false;
    }
    return true;
}

static const char *worst_verdict(const cJSON *findings, size_t n_judged) {
    for (size_t r = 0; r < sizeof by_rank / sizeof *by_rank; r++) {
        size_t i = 0;
        const cJSON *finding;
        cJSON_ArrayForEach(finding, findings) {
            if (i++ >= n_judged) break;
            if (strcmp(tilt__json_text_or(finding, "verdict", ""), by_rank[r]) == 0) return by_rank[r];
        }
    }
    return "undetermined";
}

/* What the search over intersections found, where there was one. */
static bool add_scan(const cJSON *result) {
    cJSON *scan = cJSON_GetObjectItemCaseSensitive(result, "scan");
    if (!cJSON_IsObject(scan)) return true;
    tilt__buf sentence = TILT__BUF_INIT;
    tilt__words_scan(result, scan, &sentence);
    bool ok = !sentence.failed && cJSON_AddStringToObject(scan, "sentence", tilt__buf_get(&sentence)) != NULL;
    tilt__buf_free(&sentence);
    return ok;
}

tilt_status tilt__sentences_add(cJSON *result, tilt_error *err) {
    cJSON *findings = cJSON_AddArrayToObject(result, "findings");
    bool ok = findings != NULL;
    for (size_t r = 0; ok && r < sizeof by_rank / sizeof *by_rank; r++)
        ok = add_rank(findings, result, by_rank[r], false);
    size_t n_judged = ok ? (size_t)cJSON_GetArraySize(findings) : 0;
    ok = ok && add_rank(findings, result, "", true);
    cJSON *headline = ok ? cJSON_AddObjectToObject(result, "headline") : NULL;
    ok = headline != NULL &&
         cJSON_AddStringToObject(headline, "verdict", worst_verdict(findings, n_judged)) != NULL;
    tilt__buf sentence = TILT__BUF_INIT;
    if (ok) tilt__words_headline(result, &sentence);
    ok = ok && !sentence.failed &&
         cJSON_AddStringToObject(headline, "sentence", tilt__buf_get(&sentence)) != NULL;
    tilt__buf_free(&sentence);
    ok = ok && add_scan(result);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

tilt_status tilt__sentences_print(const cJSON *result, tilt__buf *out, tilt_error *err) {
    return tilt__json_print(result, out, err);
}
