/* report/words_scan.c - what a search over all intersections found, in words.
 * Always said: that it was searched for, what was expected and by whom, and how it fares on clusters that had
 * no part in the search. The p-value of the search stands beside the sentence. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"

enum { MOST_LEVELS = 4 };
static const double surprising = 0.05;

static const cJSON *view_of(const cJSON *result, const char *id) {
    const cJSON *view;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        if (id != NULL && strcmp(tilt__json_text_or(view, "id", ""), id) == 0) return view;
    }
    return NULL;
}

static void put_levels(const cJSON *levels, tilt__buf *out) {
    size_t n = tilt__json_count(levels), shown = n <= MOST_LEVELS + 1 ? n : MOST_LEVELS, i = 0;
    for (const cJSON *level = tilt__json_first(levels); level != NULL && i < shown;
         level = level->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " or " : ", ");
        tilt__buf_text(out, "\xE2\x80\x9C");
        tilt__name_put(cJSON_IsString(level) ? level->valuestring : "", TILT__NAME_COLUMNS, out);
        tilt__buf_text(out, "\xE2\x80\x9D");
    }
    if (shown < n) tilt__buf_format(out, " or %zu more", n - shown);
}

void tilt__words_subset(const cJSON *find, tilt__buf *out) {
    const cJSON *subset = tilt__json_object(find, "subset"), *first = subset != NULL ? subset->child : NULL;
    if (first == NULL) {
        tilt__buf_text(out, "over everything that was searched");
        return;
    }
    for (const cJSON *part = first; part != NULL; part = part->next) {
        tilt__buf_text(out, part == first ? "where " : " and ");
        tilt__words_plain_name(part->string, out);
        tilt__buf_text(out, " is ");
        put_levels(part, out);
    }
}

static void put_counts(const cJSON *find, tilt__buf *out) {
    tilt__numeral_count(tilt__json_number(find, "observed").number, out);
    tilt__buf_text(out, " where ");
    tilt__numeral_about(tilt__json_number(find, "expected").number, out);
    tilt__buf_text(out, " would be expected");
}

static void put_against(const cJSON *search, const cJSON *view, tilt__buf *out) {
    const cJSON *reference = tilt__json_array(search, "reference");
    if (strcmp(tilt__json_text_or(search, "against", ""), "overall") == 0) {
        tilt__buf_text(out, " from the share over all ads");
    } else if (reference != NULL) {
        tilt__buf_text(out, " from the rate of ");
        tilt__name_group(tilt__json_get(view, "audience"), reference, out);
        tilt__buf_text(out, " in the same cells");
    }
}

static void put_held_out(const cJSON *search, tilt__buf *out) {
    const cJSON *held = tilt__json_object(search, "held_out");
    if (held == NULL) return;
    tilt__buf_text(out, " The same search on one half of the clusters found the subset ");
    tilt__words_subset(held, out);
    tilt__buf_text(out, "; on the other half, which had no part in the search, it has ");
    put_counts(held, out);
    tilt__buf_char(out, '.');
}

void tilt__words_scan(const cJSON *result, const cJSON *scan, tilt__buf *out) {
    const cJSON *searches = tilt__json_array(scan, "searches");
    const cJSON *search = cJSON_GetArrayItem(searches, (int)fmax(0, tilt__json_number(scan, "best").number));
    const cJSON *find = tilt__json_first(tilt__json_array(search, "finds"));
    const cJSON *view = view_of(result, tilt__json_text(search, "view"));
    tilt__json_value p = tilt__json_number(scan, "p");
    if (find == NULL || view == NULL) return;
    bool over = strcmp(tilt__json_text_or(search, "direction", ""), "over") == 0;
    bool found = p.known && p.number < surprising;
    tilt__buf_text(out, found ? "Not listed beforehand but searched for: "
                              : "The search over intersections found nothing that chance would not give; "
                                "the farthest is ");
    tilt__buf_text(out, over ? "more " : "fewer ");
    tilt__words_of(view, out);
    tilt__buf_text(out, " than expected");
    const cJSON *group = tilt__json_array(search, "group");
    if (group != NULL) {
        tilt__buf_text(out, " for ");
        tilt__name_group(tilt__json_get(view, "audience"), group, out);
    }
    tilt__buf_char(out, ' ');
    tilt__words_subset(find, out);
    tilt__buf_text(out, ", ");
    put_counts(find, out);
    put_against(search, view, out);
    tilt__buf_char(out, '.');
    if (found) put_held_out(search, out);
}
