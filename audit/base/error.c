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

/* Makes a message safe to print on a terminal: one line, no control bytes, and no multi-byte
 * sequence cut in half at the end. */
static void make_printable(char *text) {
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f) text[i] = '?';
        /* C1 controls in UTF-8: c2 80 .. c2 9f */
        if (c == 0xc2 && i + 1 < n && (unsigned char)text[i + 1] < 0xa0) text[i] = text[i + 1] = '?';
    }
    size_t i = n;
    while (i > 0 && ((unsigned char)text[i - 1] & 0xc0) == 0x80) i--;
    if (i == 0 || (unsigned char)text[i - 1] < 0xc0) return;
    unsigned char lead = (unsigned char)text[i - 1];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (n - (i - 1) < want) text[i - 1] = '\0';
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
