/* base/error.c - status and reason names, and the one way to fill a tilt_error.
 * Messages are cut, never overrun: control bytes from files are shown as '?' so that a hostile
 * cell cannot write escape sequences to the terminal that prints the message. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {
    [TILT_OK] = "ok",          [TILT_EUSAGE] = "usage",       [TILT_EIO] = "io",
    [TILT_ENOMEM] = "memory",  [TILT_ECSV] = "csv",           [TILT_ETYPE] = "type",
    [TILT_ESPEC] = "spec",     [TILT_ETOOBIG] = "too_big",    [TILT_ENUMERIC] = "numeric",
    [TILT_ERENDER] = "render", [TILT_EINTERNAL] = "internal", [TILT_ECANCELLED] = "cancelled",
};
static_assert(sizeof status_names / sizeof *status_names == TILT_N_STATUS, "one name per status");

static const char *const reason_names[] = {
    [TILT_REASON_NONE] = "none",
    [TILT_EMPTY_GROUP] = "empty_group",
    [TILT_ZERO_MARGIN] = "zero_margin",
    [TILT_ZERO_REFERENCE] = "zero_reference",
    [TILT_SINGLE_GROUP] = "single_group",
    [TILT_SEPARATION] = "separation",
    [TILT_TOO_FEW_CLUSTERS] = "too_few_clusters",
    [TILT_NO_OVERLAP] = "no_overlap",
    [TILT_NOT_A_PROPORTION] = "not_a_proportion",
    [TILT_DEPENDS_ON_CLUSTER] = "depends_on_cluster",
    [TILT_NOT_INTEGER] = "not_integer",
    [TILT_NOT_REQUESTED] = "not_requested",
    [TILT_NO_BASE] = "no_base",
    [TILT_TOO_FEW] = "too_few",
    [TILT_OUT_OF_RANGE] = "out_of_range",
    [TILT_NOT_CONVERGED] = "not_converged",
    [TILT_NOT_ORDERED] = "not_ordered",
    [TILT_MIXED_SIGNS] = "mixed_signs",
    [TILT_UNREACHABLE] = "unreachable",
    [TILT_BELOW_MIN_BASE] = "below_min_base",
    [TILT_SUPPRESSED] = "suppressed",
    [TILT_NO_UNKNOWN] = "no_unknown",
    [TILT_GAP_UNCERTAIN] = "gap_uncertain",
    [TILT_OUT_OF_MEMORY] = "out_of_memory",
    [TILT_NO_LABEL] = "no_label",
    [TILT_NO_SCORE] = "no_score",
    [TILT_NO_PROBABILITY] = "no_probability",
    [TILT_ILL_CONDITIONED] = "ill_conditioned",
    [TILT_INFEASIBLE] = "infeasible",
    [TILT_TOO_MANY] = "too_many",
    [TILT_IS_REFERENCE] = "is_reference",
    [TILT_RANGE_ONLY] = "range_only",
    [TILT_SCORES_IN_BINS] = "scores_in_bins",
    [TILT_TIES] = "ties",
    [TILT_UNKNOWN_GROUP] = "unknown_group",
    [TILT_PART_OF_WHOLE] = "part_of_whole",
};
static_assert(sizeof reason_names / sizeof *reason_names == TILT_N_REASON, "one name per reason");

const char *tilt_status_name(tilt_status status) {
    return (unsigned)status < TILT_N_STATUS ? status_names[status] : "unknown";
}

const char *tilt_reason_name(tilt_reason reason) {
    return (unsigned)reason < TILT_N_REASON ? reason_names[reason] : "unknown";
}

const char *tilt_version(void) {
    return TILT_VERSION;
}

/* Length of the UTF-8 character at text[0..n), 0 when its bytes are none. */
static size_t character(const unsigned char *text, size_t n) {
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    if (length == 0 || text[0] > 0xf4 || length > n) return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80) return 0;
    return length;
}

/* Controls of the terminal, and those that turn the direction of what follows (a name could then read as part
 * of our own words): C0, DEL, C1 (c2 80 .. c2 9f), U+061C, U+200E, U+200F, U+2028 .. U+202E, U+2066 ..
 * U+2069. */
static bool is_control(const unsigned char *c, size_t length) {
    if (length == 1) return c[0] < 0x20 || c[0] == 0x7f;
    if (length == 2) return (c[0] == 0xc2 && c[1] < 0xa0) || (c[0] == 0xd8 && c[1] == 0x9c);
    if (length != 3 || c[0] != 0xe2) return false;
    if (c[1] == 0x80) return c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae);
    return c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9;
}

/* Only bytes that go on with a character, and fewer than finish one. */
static bool is_tail(const unsigned char *text, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((text[i] & 0xc0) != 0x80) return false;
    return n < 3;
}

/* Makes a message safe to print on a terminal: one line, no controls, and no bytes that are not UTF-8 (a
 * sequence cut in half at the end is one of these, and goes). */
static void make_printable(char *text) {
    size_t n = strlen(text), to = 0;
    for (size_t i = 0; i < n;) {
        const unsigned char *at = (const unsigned char *)text + i;
        size_t length = character(at, n - i);
        if (length == 0 && at[0] >= 0xc2 && is_tail(at + 1, n - i - 1)) break;
        if (length == 0 || is_control(at, length)) {
            text[to++] = '?';
            i += length == 0 ? 1 : length;
            continue;
        }
        memmove(text + to, at, length);
        to += length;
        i += length;
    }
    text[to] = '\0';
}

static void fill(tilt_error *err, tilt_status status, const tilt__place *place, const char *format,
                 va_list args) {
    size_t used = 0;
    *err = (tilt_error){.status = status};
    if (place != NULL) {
        err->row = place->row;
        err->column = place->column;
        const char *source = place->source != NULL ? place->source : "input";
        (void)snprintf(err->source, sizeof err->source, "%s", source);
        int n = snprintf(err->message, sizeof err->message, "%.200s", source);
        used = n < 0 ? 0 : (size_t)n;
        if (place->row > 0) {
            n = snprintf(err->message + used, sizeof err->message - used, " row %llu",
                         (unsigned long long)place->row);
            used += n < 0 ? 0 : (size_t)n;
        }
        if (place->column_name != NULL) {
            n = snprintf(err->message + used, sizeof err->message - used, "%s column \"%.80s\"",
                         place->row > 0 ? "," : "", place->column_name);
            used += n < 0 ? 0 : (size_t)n;
        }
        n = snprintf(err->message + used, sizeof err->message - used, ": ");
        used += n < 0 ? 0 : (size_t)n;
    }
    if (used < sizeof err->message) {
        (void)vsnprintf(err->message + used, sizeof err->message - used, format, args);
    }
    make_printable(err->message);
    make_printable(err->source);
}

tilt_status tilt__fail(tilt_error *err, tilt_status status, const char *format, ...) {
    if (err == NULL) return status;
    va_list args;
    va_start(args, format);
    fill(err, status, NULL, format, args);
    va_end(args);
    return status;
}

tilt_status tilt__fail_at(tilt_error *err, tilt_status status, const tilt__place *place, const char *format,
                          ...) {
    if (err == NULL) return status;
    va_list args;
    va_start(args, format);
    fill(err, status, place, format, args);
    va_end(args);
    return status;
}

tilt_status tilt__fail_memory(tilt_error *err) {
    return tilt__fail(err, TILT_ENOMEM, "memory ran out");
}
