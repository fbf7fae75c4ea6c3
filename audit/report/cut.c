/* report/cut.c - a pass over the text that knows how deep it is and which member it is in. Views are at depth
 * 3 (result, list, view), comparisons at depth 5. */
#include "report/cut.h"

#include <string.h>

#include "report/json.h"

enum { RESULT = 1, VIEW = 3, COMPARISON = 5 };

bool tilt__cut_drops(const char *name) {
    static const char *const names[] = {
        "odds_ratio",   "cohens_h",   "tests",     "p_edge",       "p_edge_adjusted",
        "p_inside",     "p_edge_bh",  "p_edge_by", "family",       "probability_below_tau",
        "alternatives", "stratified", "campaigns", "drivers",      "levels",
        "standardised", "support",    "signals",   "neutralising", "adjusted",
        "methods",
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        size_t n = name[0] == names[k][0] ? strlen(names[k]) : 0;
        if (n == 0 || strncmp(name, names[k], n) != 0) continue;
        if (name[n] == '\0' || strcmp(name + n, "_reason") == 0) return true;
    }
    return false;
}

void tilt__cutter_start(tilt__cutter *cutter, tilt__buf *out) {
    *cutter = (tilt__cutter){.out = out, .name = TILT__BUF_INIT};
}

void tilt__cutter_free(tilt__cutter *cutter) {
    tilt__buf_free(&cutter->name);
}

static bool is_object(const tilt__cutter *c) {
    return c->depth > 0 && (c->objects >> (c->depth - 1) & 1) != 0;
}

static bool in_comparison(const tilt__cutter *c) {
    return c->in_comparisons && c->depth == COMPARISON;
}

static void keep(tilt__cutter *c, const char *text, size_t n) {
    if (!c->dropping) tilt__buf_add(c->out, text, n);
}

/* A list belongs to the member before it. */
static void open(tilt__cutter *c, char bracket) {
    const char *name = tilt__buf_get(&c->name);
    if (bracket == '[' && c->depth == RESULT) c->in_views = strcmp(name, "views") == 0;
    if (bracket == '[' && c->depth == VIEW && c->in_views)
        c->in_comparisons = strcmp(name, "comparisons") == 0;
    keep(c, &bracket, 1);
    uint64_t bit = (uint64_t)1 << c->depth++;
    c->objects = bracket == '{' ? c->objects | bit : c->objects & ~bit;
    c->key_next = bracket == '{';
    if (in_comparison(c)) c->any = false;
}

static void close(tilt__cutter *c, char bracket) {
    if (in_comparison(c)) c->dropping = false;
    keep(c, &bracket, 1);
    if (c->depth > 0) c->depth--;
    if (c->depth == VIEW) c->in_comparisons = false;
    if (c->depth == RESULT) c->in_views = false;
    c->key_next = false;
}

/* Commas of a comparison come with the members that are kept. */
static void next(tilt__cutter *c) {
    c->key_next = is_object(c);
    if (in_comparison(c))
        c->dropping = false;
    else
        keep(c, ",", 1);
}

static void begin_string(tilt__cutter *c) {
    c->in_string = true;
    c->naming = c->key_next && !c->dropping &&
                (c->depth == RESULT || (c->depth == VIEW && c->in_views) || in_comparison(c));
    if (c->naming)
        tilt__buf_reset(&c->name);
    else
        keep(c, "\"", 1);
}

static void end_string(tilt__cutter *c) {
    c->in_string = false;
    if (c->naming && in_comparison(c)) {
        c->dropping = tilt__cut_drops(tilt__buf_get(&c->name));
        if (c->any && !c->dropping) keep(c, ",", 1);
        c->any = c->any || !c->dropping;
    }
    if (c->naming) {
        keep(c, "\"", 1);
        keep(c, tilt__buf_get(&c->name), c->name.length);
    }
    c->naming = false;
    keep(c, "\"", 1);
}

/* From within a string on, to behind its end or that of the piece. */
static size_t pass_string(tilt__cutter *c, const char *text, size_t i, size_t n) {
    size_t from = i;
    bool ends = false;
    for (; i < n && !ends; i++) {
        ends = !c->escaped && text[i] == '"';
        c->escaped = !c->escaped && text[i] == '\\';
    }
    size_t length = i - from - (ends ? 1 : 0);
    if (c->naming)
        tilt__buf_add(&c->name, text + from, length);
    else
        keep(c, text + from, length);
    if (ends) end_string(c);
    return i;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Numbers and words. */
static size_t pass_plain(tilt__cutter *c, const char *text, size_t i, size_t n) {
    size_t from = i;
    while (i < n && !is_space(text[i]) && strchr(",]}:[{\"", text[i]) == NULL) i++;
    keep(c, text + from, i - from);
    return i;
}

static size_t pass_one(tilt__cutter *c, const char *text, size_t i, size_t n) {
    switch (text[i]) {
    case '{':
    case '[':
        open(c, text[i]);
        return i + 1;
    case '}':
    case ']':
        close(c, text[i]);
        return i + 1;
    case ',':
        next(c);
        return i + 1;
    case ':':
        c->key_next = false;
        keep(c, ":", 1);
        return i + 1;
    case '"':
        begin_string(c);
        return i + 1;
    default:
        return is_space(text[i]) ? i + 1 : pass_plain(c, text, i, n);
    }
}

bool tilt__cut_piece(void *cutter, const char *text, size_t n) {
    tilt__cutter *c = cutter;
    for (size_t i = 0; i < n && c->depth < TILT__JSON_DEPTH;)
        i = c->in_string ? pass_string(c, text, i, n) : pass_one(c, text, i, n);
    return c->depth < TILT__JSON_DEPTH && !c->out->failed && !c->name.failed;
}
