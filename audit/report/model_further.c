/* report/model_further.c - the part of "Where the gap arises" that stands before the drivers: experiments
 * found in the data, and what cannot be separated. */
#include <string.h>

#include "report/build.h"
#include "report/model_further.h"
#include "report/words_further.h"

enum { MOST_SENTENCES = 6 };

static bool has_designs(const cJSON *view) {
    return tilt__json_first(tilt__json_array(view, "designed")) != NULL;
}

static void add_designs(tilt__doc *doc, tilt__section *section, const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Ads that differ in one thing: ");
    tilt__buf title = TILT__BUF_INIT;
    tilt__words_of(view, &title);
    tilt__buf_text(&text, tilt__buf_get(&title));
    tilt__doc_heading(doc, section, tilt__doc_text(doc, "designed"), &text);
    tilt__words_designed_widest(view, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    size_t n = 0;
    const cJSON *design;
    cJSON_ArrayForEach(design, tilt__json_array(view, "designed")) {
        if (n++ == MOST_SENTENCES) break;
        tilt__words_designed(view, design, &text);
        if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    }
    tilt__doc_drop(doc, &title);
    tilt__doc_drop(doc, &text);
}

void tilt__model_designs(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *view, *shown = NULL;
    tilt__buf text = TILT__BUF_INIT;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        tilt__words_separable(result, view, &text);
        if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        if (shown != NULL || !has_designs(view)) continue;
        add_designs(doc, section, view);
        shown = view;
    }
    tilt__doc_drop(doc, &text);
}

void tilt__model_levels(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                        const cJSON *comparison) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *set;
    cJSON_ArrayForEach(set, tilt__json_array(comparison, "neutralising")) {
        tilt__words_neutralising(result, set, &text);
        if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    }
    tilt__words_signals(view, comparison, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
}

void tilt__model_standins(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *standin, *view;
    size_t n = 0;
    cJSON_ArrayForEach(standin, tilt__json_array(result, "proxies")) {
        const cJSON *own = NULL;
        cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
            if (strcmp(tilt__json_text_or(view, "id", ""), tilt__json_text_or(standin, "view", "-")) == 0)
                own = view;
        }
        if (own == NULL) continue;
        tilt__words_standin(own, standin, &text);
        if (text.length > 0 && n++ < MOST_SENTENCES)
            tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        tilt__doc_clear(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}
