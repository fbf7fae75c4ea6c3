/* report/words_exposure.c - exposure to creatives that carry a tag, in words.
 * Said each time: whose tags they are, and what nobody reviewed. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static const cJSON *content_of(const cJSON *view) {
    return tilt__json_object(view, "content");
}

static const char *counted(const cJSON *view, bool many) {
    const tilt__stage_words *words =
        tilt__stage_words_of(tilt__json_text_or(content_of(view), "stage", "impressions"));
    return words == NULL ? "impressions" : many ? words->many : words->one;
}

bool tilt__words_tagged(const cJSON *view, tilt__buf *out) {
    if (content_of(view) == NULL) return false;
    tilt__buf_format(out, "%s of creatives tagged \xE2\x80\x9C", counted(view, true));
    tilt__name_put(tilt__json_text_or(content_of(view), "tag", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
    return true;
}

bool tilt__words_reviewed(const cJSON *view, bool plural, tilt__buf *out) {
    if (content_of(view) == NULL) return false;
    tilt__buf_format(out, "%s of reviewed creatives", counted(view, plural));
    return true;
}

void tilt__words_content(const cJSON *view, tilt__buf *out) {
    const cJSON *content = content_of(view);
    if (content == NULL) return;
    const char *key = tilt__json_text_or(content, "key", "creative");
    tilt__json_value delivered = tilt__json_number(content, "delivered"),
                     unlisted = tilt__json_number(content, "unlisted"),
                     tagged = tilt__json_number(content, "tagged"),
                     share = tilt__json_number(content, "share_not_reviewed"),
                     loose = tilt__json_number(content, "not_reviewed");
    tilt__buf_text(out, " The tags are those of ");
    tilt__name_put(tilt__json_text_or(content, "file", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, ", which people or their own tools made; here they are only counted.");
    if (tagged.known && delivered.known && unlisted.known) {
        tilt__buf_text(out, " Of the ");
        tilt__numeral_count(delivered.number, out);
        tilt__buf_text(out, " that were delivered (by ");
        tilt__words_plain_name(key, out);
        tilt__buf_text(out, "), that file lists ");
        tilt__numeral_count(delivered.number - unlisted.number, out);
        tilt__buf_text(out, " and gives this tag to ");
        tilt__numeral_count(tagged.number, out);
        tilt__buf_char(out, '.');
    }
    if (!loose.known || !(loose.number > 0)) return;
    tilt__buf_char(out, ' ');
    tilt__numeral_count(loose.number, out);
    tilt__buf_format(out, " %s", counted(view, true));
    if (share.known) {
        tilt__buf_text(out, " (");
        tilt__numeral_share(share.number, out);
        tilt__buf_char(out, ')');
    }
    tilt__buf_text(out,
                   " are of creatives that nobody reviewed for it; they stay out of the rates, and a verdict "
                   "stands only where it would hold whatever they carry.");
}

void tilt__words_unreviewed(const cJSON *comparison, double tau, tilt__buf *out) {
    const cJSON *loose = tilt__json_object(comparison, "unreviewed");
    tilt__json_value low = tilt__json_number(loose, "lower"), high = tilt__json_number(loose, "upper");
    if (loose == NULL || !low.known || !high.known) return;
    tilt__buf_text(out, " Whatever the creatives carry that nobody reviewed, the ratio lies between ");
    tilt__numeral_ratio(low.number, tau, out);
    tilt__buf_text(out, " and ");
    if (isinf(high.number))
        tilt__buf_text(out, "infinity");
    else
        tilt__numeral_ratio(high.number, tau, out);
    bool decides = tilt__notes_have(tilt__json_array(comparison, "notes"), "depends_on_unreviewed");
    tilt__buf_text(out, decides ? "; these could decide it either way, so it stays undetermined." : ".");
}
