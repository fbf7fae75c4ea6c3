/* cube/allowed.c - rules of a library against delivered groups.
 * An age bracket may be open ("18+", "35++") and brackets of one cell may overlap: a bin is allowed where one
 * of them holds it whole, allowed in part where one touches it, and else not. */
#include "cube/allowed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cube/harmonise.h"
#include "read/chars.h"
#include "read/vocabulary.h"

enum { MOST_TOLD = 50, LONGEST_RULE = 80 };

static const char ad_key[] = "ad_id";
static const char excluded_regions[] = "regions_excluded";

typedef enum standing { ALLOWED, IN_PART, NOT_ALLOWED, NOT_KNOWN, N_STANDING } standing;

bool tilt__is_library(const tilt_source *source) {
    for (size_t i = 0; i < tilt_source_n_columns(source); i++) {
        const tilt_column *column = tilt_source_column(source, i);
        if (column->role == TILT_ROLE_AUDIENCE && column->empty == TILT_EMPTY_UNRESTRICTED) return true;
    }
    return false;
}

void tilt__allowed_map(tilt__mapping *m, bool library) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(m->source, i);
        tilt__mapped *mapped = &m->columns[i];
        if (mapped->named_by_user || mapped->read || column->guarded) continue;
        const char *name = NULL;
        if (column->role == TILT_ROLE_IDENTIFIER && strcmp(column->name, ad_key) == 0) name = ad_key;
        if (library && strcmp(column->normal, "regions (excluded)") == 0) name = excluded_regions;
        if (name != NULL) *mapped = (tilt__mapped){.role = TILT_ROLE_FACTOR, .name = name, .read = true};
    }
}

/* The label that a cell has in a dimension by name; NULL when it has none. */
static const char *label_in(const tilt_cube *cube, size_t cell, const char *dim, size_t *out_n) {
    size_t d = tilt__cube_find_dim(cube, dim);
    if (d == SIZE_MAX || tilt__cube_key(cube, cell)[d] == 0) return NULL;
    return tilt__cube_label(cube, d, tilt__cube_key(cube, cell)[d], out_n);
}

static bool is_everybody(const char *rule, size_t n) {
    return rule == NULL || n == 0 ||
           (n == strlen(TILT__EVERYBODY) && memcmp(rule, TILT__EVERYBODY, n) == 0) ||
           (n == strlen("(empty)") && memcmp(rule, "(empty)", n) == 0);
}

/* The next of the parts that commas set apart. */
static bool next_part(const char **at, size_t *n, const char **out, size_t *out_n) {
    if (*n == 0) return false;
    const char *comma = memchr(*at, ',', *n);
    *out = *at;
    *out_n = comma != NULL ? (size_t)(comma - *at) : *n;
    size_t used = comma != NULL ? *out_n + 1 : *n;
    *at += used;
    *n -= used;
    tilt__trim(out, out_n);
    return true;
}

static bool alike(const char *a, size_t n, const char *b, size_t n_b) {
    char text[256];
    if (n != n_b || n >= sizeof text) return false;
    memcpy(text, b, n);
    text[n] = '\0';
    return tilt__same_word(a, n, text);
}

static bool lists(const char *rule, size_t n, const char *label, size_t n_label) {
    const char *part;
    size_t n_part;
    while (next_part(&rule, &n, &part, &n_part))
        if (alike(part, n_part, label, n_label)) return true;
    return false;
}

/* "35++" is "35+". */
static bool read_bracket(const char *text, size_t n, int *from, int *to) {
    while (n > 1 && text[n - 1] == '+' && text[n - 2] == '+') n--;
    return tilt__age_parse(text, n, from, to);
}

static standing age_standing(const char *rule, size_t n, const char *label, size_t n_label) {
    int from, to, low, high;
    const char *part;
    size_t n_part;
    standing best = NOT_ALLOWED;
    if (!tilt__age_parse(label, n_label, &from, &to)) return NOT_KNOWN;
    while (next_part(&rule, &n, &part, &n_part)) {
        if (!read_bracket(part, n_part, &low, &high)) return NOT_KNOWN;
        if (low <= from && to <= high) return ALLOWED;
        if (low <= to && from <= high) best = IN_PART;
    }
    return best;
}

/* Whether an ad with this rule was allowed to reach a group. */
static standing standing_of(const char *dim, const char *rule, size_t n, const char *label, size_t n_label) {
    if (is_everybody(rule, n)) return ALLOWED;
    if (tilt__value_is_unknown(label, n_label)) return NOT_KNOWN;
    if (strcmp(dim, "age") == 0) return age_standing(rule, n, label, n_label);
    return lists(rule, n, label, n_label) ? ALLOWED : NOT_ALLOWED;
}

/* ---- what the rules say ---- */

static void put_rule(const tilt_cube *cube, size_t cell, const char *dim, const char *word, tilt__buf *out) {
    size_t n = 0;
    const char *rule = label_in(cube, cell, dim, &n);
    if (tilt__cube_find_dim(cube, dim) == SIZE_MAX) return;
    tilt__buf_format(out, "; %s ", word);
    if (is_everybody(rule, n)) {
        tilt__buf_text(out, strcmp(dim, excluded_regions) == 0 ? "none" : "any");
        return;
    }
    size_t shown = n > LONGEST_RULE ? LONGEST_RULE : n;
    while (shown < n && shown > 0 && ((unsigned char)rule[shown] & 0xc0u) == 0x80u) shown--;
    tilt__buf_add(out, rule, shown);
    if (shown == n) return;
    size_t parts = 1;
    for (size_t i = 0; i < n; i++) parts += rule[i] == ',';
    tilt__buf_format(out, " ... (%zu in all)", parts);
}

bool tilt__allowed_rules(const tilt__loaded *library, tilt__arena *arena, tilt__checks *checks) {
    const tilt_cube *cube = library->cube;
    const char *file = library->mapping->source_spec->name;
    tilt__buf text = TILT__BUF_INIT;
    bool ok = true;
    size_t n_cells = tilt__cube_n_cells(cube);
    for (size_t c = 0; c < n_cells && c < MOST_TOLD && ok; c++) {
        size_t n = 0;
        const char *ad = label_in(cube, c, ad_key, &n);
        tilt__buf_reset(&text);
        put_rule(cube, c, "gender", "gender", &text);
        put_rule(cube, c, "age", "age", &text);
        put_rule(cube, c, "country", "country", &text);
        put_rule(cube, c, "region", "regions", &text);
        put_rule(cube, c, excluded_regions, "regions left out", &text);
        const char *rules = tilt__buf_get(&text);
        ok = !text.failed &&
             tilt__check_add(arena, checks, "allowed_groups", true,
                             "%.100s: ad %.*s was allowed to reach%.700s.", file, (int)(n > 70 ? 70 : n),
                             ad != NULL ? ad : "", *rules == ';' ? rules + 1 : rules);
    }
    tilt__buf_free(&text);
    if (ok && n_cells > MOST_TOLD)
        ok = tilt__check_add(arena, checks, "allowed_groups", true,
                             "%.100s: %zu further ads have rules of their own.", file, n_cells - MOST_TOLD);
    return ok;
}

/* ---- delivery against the rules ---- */

typedef struct tally {
    size_t key;                          /* dimension of delivery that names the ad */
    size_t ads, ads_known;               /* delivered; of them in the library */
    tilt__decimal delivered[N_STANDING]; /* to groups of each standing */
    const char *first[N_STANDING];       /* "ad X, gender male" */
    tilt__arena *arena;
} tally;

/* The rule of an ad: a cell of the library, SIZE_MAX. */
static size_t find_rule(const tilt_cube *library, const char *ad, size_t n) {
    size_t d = tilt__cube_find_dim(library, ad_key);
    uint32_t label = d != SIZE_MAX ? tilt__cube_find_label(library, d, ad, n) : 0;
    for (size_t c = 0; label != 0 && c < tilt__cube_n_cells(library); c++)
        if (tilt__cube_key(library, c)[d] == label) return c;
    return SIZE_MAX;
}

/* The factor whose names are ads of the library, most of them. */
static size_t find_key(const tilt_cube *delivery, const tilt_cube *library, size_t *out_known) {
    size_t best = SIZE_MAX, most = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(delivery); d++) {
        size_t known = 0;
        if (tilt__cube_dim(delivery, d)->kind != TILT__DIM_FACTOR) continue;
        for (uint32_t l = 1; l <= tilt__cube_n_labels(delivery, d); l++) {
            size_t n;
            const char *text = tilt__cube_label(delivery, d, l, &n);
            known += find_rule(library, text, n) != SIZE_MAX;
        }
        if (known > most) best = d, most = known;
    }
    *out_known = most;
    return best;
}

/* The worst standing of a delivered cell over its audiences, and which one that is. */
static standing stand(const tilt_cube *delivery, size_t cell, const tilt_cube *library, size_t rule_cell,
                      const char **out_dim, const char **out_label) {
    static const standing order[] = {ALLOWED, NOT_KNOWN, IN_PART, NOT_ALLOWED};
    size_t worst = 0;
    *out_dim = *out_label = "";
    for (size_t d = 0; d < tilt__cube_n_dims(delivery); d++) {
        const tilt__dim *dim = tilt__cube_dim(delivery, d);
        size_t n = 0, n_label = 0;
        if (dim->kind != TILT__DIM_AUDIENCE || tilt__cube_key(delivery, cell)[d] == 0) continue;
        const char *label = tilt__cube_label(delivery, d, tilt__cube_key(delivery, cell)[d], &n_label);
        const char *rule = label_in(library, rule_cell, dim->name, &n);
        standing s = standing_of(dim->name, rule, n, label, n_label);
        const char *out =
            strcmp(dim->name, "region") == 0 ? label_in(library, rule_cell, excluded_regions, &n) : NULL;
        if (out != NULL && !is_everybody(out, n) && lists(out, n, label, n_label)) s = NOT_ALLOWED;
        for (size_t k = worst + 1; k < N_STANDING; k++) {
            if (order[k] != s) continue;
            worst = k;
            *out_dim = dim->name;
            *out_label = label;
        }
    }
    return order[worst];
}

static bool take_cell(tally *t, const tilt_cube *delivery, size_t cell, const tilt_cube *library,
                      size_t measure) {
    size_t n = 0;
    uint32_t key = tilt__cube_key(delivery, cell)[t->key];
    const char *ad = key != 0 ? tilt__cube_label(delivery, t->key, key, &n) : NULL, *dim, *label;
    size_t rule = ad != NULL ? find_rule(library, ad, n) : SIZE_MAX;
    if (rule == SIZE_MAX) return true;
    tilt__decimal value = tilt__cube_value(delivery, cell, measure);
    standing s = stand(delivery, cell, library, rule, &dim, &label);
    if (tilt__decimal_is_zero(value)) return true;
    if (t->first[s] == NULL) {
        t->first[s] = tilt__arena_format(t->arena, "ad %.70s, %.40s %.50s", ad, dim, label);
        if (t->first[s] == NULL) return false;
    }
    return tilt__decimal_add(t->delivered[s], value, &t->delivered[s]);
}

static bool tell(const tally *t, const char *file, const char *rules, const char *measure,
                 tilt__checks *checks) {
    bool none = tilt__decimal_is_zero(t->delivered[NOT_ALLOWED]);
    bool in_part = !tilt__decimal_is_zero(t->delivered[IN_PART]);
    const char *outside = tilt__decimal_words(t->arena, t->delivered[NOT_ALLOWED]);
    const char *part = tilt__decimal_words(t->arena, t->delivered[IN_PART]);
    const char *inside = tilt__decimal_words(t->arena, t->delivered[ALLOWED]);
    const char *unknown = tilt__decimal_words(t->arena, t->delivered[NOT_KNOWN]);
    bool ok = tilt__check_add(t->arena, checks, "allowed_joined", t->ads_known == t->ads,
                              "%.100s has the rules of %zu of the %zu ads in %.100s.", rules, t->ads_known,
                              t->ads, file);
    ok = ok && tilt__check_add(
                   t->arena, checks, "delivered_as_allowed", none,
                   "%.100s: %s %.40s went to groups that their ad was allowed to reach, %s to groups it was "
                   "not allowed to reach%s%.180s%s, %s to people of unknown audience.",
                   file, inside, measure, outside, none ? "" : " (first: ", none ? "" : t->first[NOT_ALLOWED],
                   none ? "" : ")", unknown);
    if (ok && in_part)
        ok = tilt__check_add(
            t->arena, checks, "allowed_in_part", true,
            "%.100s: %s %.40s went to age bins that a bracket of the rules covers in part only (first: "
            "%.180s); the data cannot tell on which side of its edge.",
            file, part, measure, t->first[IN_PART]);
    return ok;
}

bool tilt__allowed_check(const tilt__loaded *library, const tilt__loaded *delivery, tilt__arena *arena,
                         tilt__checks *checks) {
    const char *rules = library->mapping->source_spec->name, *file = delivery->mapping->source_spec->name;
    tally t = {.arena = arena};
    size_t measure = tilt__cube_find_measure(delivery->cube, "impressions");
    if (measure == SIZE_MAX) measure = 0;
    if (tilt__cube_n_measures(delivery->cube) == 0) return true;
    t.key = find_key(delivery->cube, library->cube, &t.ads_known);
    if (t.key == SIZE_MAX)
        return tilt__check_add(
            arena, checks, "allowed_joined", false,
            "No ad of %.100s is named in %.100s, so what was delivered cannot be held against its "
            "rules; give the column of ad ids the role factor:ad_id in a spec.",
            file, rules);
    t.ads = tilt__cube_n_labels(delivery->cube, t.key);
    for (size_t c = 0; c < tilt__cube_n_cells(delivery->cube); c++)
        if (!take_cell(&t, delivery->cube, c, library->cube, measure)) return false;
    return tell(&t, file, rules, tilt__cube_measure(delivery->cube, measure)->name, checks);
}

/* One audience: how much of what was counted went to ads that everybody could see, and how much to others. */
static bool tell_rules(const tilt__loaded *library, size_t d, size_t measure, tilt__arena *arena,
                       tilt__checks *checks) {
    const tilt_cube *cube = library->cube;
    tilt__decimal open = {0}, limited = {0};
    const char *first = NULL;
    size_t n_rules = 0, n;
    for (size_t label = 1; label <= tilt__cube_n_labels(cube, d); label++) {
        const char *rule = tilt__cube_label(cube, d, (uint32_t)label, &n);
        if (is_everybody(rule, n)) continue;
        n_rules++;
        if (first == NULL || strcmp(rule, first) < 0) first = rule;
    }
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        const char *rule = label_in(cube, c, tilt__cube_dim(cube, d)->name, &n);
        tilt__decimal *sum = rule == NULL || is_everybody(rule, n) ? &open : &limited;
        if (!tilt__decimal_add(*sum, tilt__cube_value(cube, c, measure), sum)) return false;
    }
    const char *a = tilt__decimal_words(arena, open), *b = tilt__decimal_words(arena, limited);
    if (a == NULL || b == NULL) return false;
    size_t shown = first != NULL ? strlen(first) : 0;
    if (shown > LONGEST_RULE) shown = LONGEST_RULE;
    while (shown > 0 && ((unsigned char)first[shown] & 0xc0u) == 0x80u) shown--;
    char rules[2 * LONGEST_RULE] = "";
    if (first != NULL)
        (void)snprintf(rules, sizeof rules, " (%zu %s, \"%.*s\")", n_rules,
                       n_rules == 1 ? "rule" : "rules, one of them", (int)shown, first);
    return tilt__check_add(
        arena, checks, "addressed_to", true,
        "%.100s: by %.60s, %s %.40s are of ads addressed to everybody and %s of ads limited to "
        "some%s. It says whom ads were addressed to, not who saw them.",
        library->mapping->source_spec->name, tilt__cube_dim(cube, d)->name, a,
        tilt__cube_measure(cube, measure)->name, b, rules);
}

bool tilt__allowed_tell(const tilt__loaded *library, tilt__arena *arena, tilt__checks *checks) {
    const tilt_cube *cube = library->cube;
    bool ok = true;
    size_t measure = tilt__cube_find_measure(cube, "impressions");
    if (!tilt__is_library(library->mapping->source) || tilt__cube_n_measures(cube) == 0) return true;
    for (size_t d = 0; d < tilt__cube_n_dims(cube) && ok; d++)
        if (tilt__cube_dim(cube, d)->kind == TILT__DIM_AUDIENCE)
            ok = tell_rules(library, d, measure != SIZE_MAX ? measure : 0, arena, checks);
    return ok;
}
