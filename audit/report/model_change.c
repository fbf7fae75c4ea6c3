/* report/model_change.c - what changed since an earlier audit. */
#include "report/model_change.h"

#include "report/name.h"

void tilt__add_change(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *change = tilt__json_object(result, "change");
    const char *sentence = tilt__json_text(change, "sentence");
    tilt__buf text = TILT__BUF_INIT;
    if (change == NULL)
        tilt__buf_text(&text, "This audit was not compared with an earlier one.");
    else if (sentence != NULL)
        tilt__name_put(sentence, 0, &text);
    else
        tilt__buf_text(&text, "The comparison with the earlier audit is in the result file.");
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
}
