/* report/json.c - result JSON in (cJSON trees) and out (text).
 *
 * The printer is our own because cJSON's prints 15 digits where 17 are needed, breaks lines where a table row
 * should stay whole, and copies bytes that are not UTF-8. Layout: a container that fits in LINE bytes stays
 * on one line, so that an estimate or a cell of the cube is one line to read and one line to compare.
 */
#include "report/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { LINE = 118 };

/* ---- parsing ---- */

/* Deepest nesting outside strings, so that cJSON's recursion is bounded before it starts. */
static size_t nesting(const char *text, size_t n) {
    size_t depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\') i++;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            depth++;
            if (depth > deepest) deepest = depth;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

static size_t line_of(const char *text, const char *end) {
    size_t line = 1;
    for (const char *p = text; p < end; p++) line += *p == '\n';
    return line;
}

static bool only_space(const char *text, const char *end) {
    for (; text < end; text++)
        if (*text != ' ' && *text != '\t' && *text != '\n' && *text != '\r') return false;
    return true;
}

cJSON *tilt__json_parse(const char *text, size_t n, tilt_error *err) {
    if (n > TILT__JSON_CEILING) {
        tilt__fail(err, TILT_ETOOBIG, "the JSON text has %zu bytes; at most %zu are read", n,
                   TILT__JSON_CEILING);
        return NULL;
    }
    if (nesting(text, n) > TILT__JSON_DEPTH) {
        tilt__fail(err, TILT_EUSAGE, "the JSON text is nested deeper than %d levels", TILT__JSON_DEPTH);
        return NULL;
    }
    const char *end = NULL;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, n, &end, false);
    if (tree == NULL) {
        size_t line = end != NULL && end >= text && end <= text + n ? line_of(text, end) : 1;
        tilt__fail(err, TILT_EUSAGE, "not valid JSON (line %zu)", line);
        return NULL;
    }
    if (!only_space(end, text + n)) {
        tilt__fail(err, TILT_EUSAGE, "text after the end of the JSON value (line %zu)", line_of(text, end));
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

/* ---- printing ---- */

/* snprintf and strtod follow the locale, so the round trip is tried in whatever locale rules and the decimal
 * mark is made a point afterwards: it is the only run of bytes that is neither digit, sign nor exponent
 * letter. */
static void put_point(const char *digits, tilt__buf *out) {
    bool in_mark = false;
    for (const char *p = digits; *p != '\0'; p++) {
        bool plain = strchr("0123456789+-e", *p) != NULL;
        if (plain) tilt__buf_char(out, *p);
        if (!plain && !in_mark) tilt__buf_char(out, '.');
        in_mark = !plain;
    }
}

/* The general road, for any number. */
static void print_any(double value, tilt__buf *out) {
    char digits[64];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break; /* NOLINT: exact on purpose */
    }
    put_point(digits, out);
}

static void print_whole(double value, tilt__buf *out) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = (uint64_t)fabs(value);
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) digits[--at] = '-';
    tilt__buf_add(out, digits + at, sizeof digits - at);
}

__extension__ typedef unsigned __int128 wide;

/* A number as fraction / 2^shift, and 10^power of the first digit. */
typedef struct binary {
    uint64_t fraction;
    int shift, power;
} binary;

/* Digits of the value rounded to that many (half to even, as printf does); 0 when these do not read back as
 * the same double, or when that cannot be said here. All products are below 2^127: fraction < 2^53, scale <=
 * 10^20, shift <= 66, digits < 10^17. */
static uint64_t digits_of(const binary *b, int precision) {
    wide scale = 1;
    for (int i = precision - 1 - b->power; i > 0; i--) scale *= 10;
    wide exact = b->fraction * scale, one = (wide)1 << b->shift, rest = exact & (one - 1);
    uint64_t digits = (uint64_t)(exact >> b->shift);
    if (rest * 2 > one || (rest * 2 == one && digits % 2 == 1)) digits++;
    wide rounded = (wide)digits << b->shift, off = rounded > exact ? rounded - exact : exact - rounded;
    return off * 2 < scale ? digits : 0;
}

/* Most numbers of a result are within 10^-4 and 10^14, where a %.15g, %.16g or %.17g is exact in 128 bits and
 * thirty times faster than the C library's. False: not one of them. */
static bool print_near_one(double value, tilt__buf *out) {
    static const double powers[] = {1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4, 1e5,
                                    1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14};
    static const size_t n_powers = sizeof powers / sizeof *powers;
    double size = fabs(value);
    int exponent;
    if (!(size > powers[0] && size < powers[n_powers - 1])) return false;
    binary b = {.fraction = (uint64_t)ldexp(frexp(size, &exponent), 53), .shift = 53 - exponent};
    if (b.fraction == (uint64_t)1 << 52) return false; /* neighbours at two distances */
    size_t p = 0;
    while (size >= powers[p + 1]) p++;
    b.power = (int)p - 4;
    uint64_t digits = 0;
    int precision = 14;
    while (digits == 0 && precision < 17) digits = digits_of(&b, ++precision);
    char text[40];
    size_t at = sizeof text;
    int n = 0;
    for (uint64_t left = digits; left > 0; left /= 10) n++;
    if (n != precision) return false; /* not read back, or rounded up to the next power of ten */
    while (digits % 10 == 0) digits /= 10, n--;
    int decimals = n - 1 - b.power; /* > 0: whole numbers went another way */
    for (int i = 0; digits > 0 || i <= decimals; i++) {
        if (i == decimals) text[--at] = '.';
        text[--at] = (char)('0' + digits % 10);
        digits /= 10;
    }
    if (value < 0) text[--at] = '-';
    tilt__buf_add(out, text + at, sizeof text - at);
    return true;
}

void tilt__json_print_number(double value, tilt__buf *out) {
    if (isnan(value))
        tilt__buf_text(out, "null");
    else if (isinf(value))
        tilt__buf_text(out, value > 0 ? "\"Inf\"" : "\"-Inf\"");
    else if (value == floor(value) && fabs(value) < 1e18) /* NOLINT: exact on purpose */
        print_whole(value, out);
    else if (!print_near_one(value, out))
        print_any(value, out);
}

/* Length of the UTF-8 sequence at p (1..4), or 0 when the bytes there are none: overlong forms, surrogates
 * and code points past U+10FFFF are refused. */
static size_t utf8_length(const unsigned char *p) {
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
    size_t length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    unsigned low = 0x80, high = 0xBF;
    if (p[0] == 0xE0) low = 0xA0;
    if (p[0] == 0xED) high = 0x9F;
    if (p[0] == 0xF0) low = 0x90;
    if (p[0] == 0xF4) high = 0x8F;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if (p[i] < 0x80 || p[i] > 0xBF) return 0;
    return length;
}

static void print_string(const char *text, tilt__buf *out) {
    const unsigned char *p = (const unsigned char *)(text == NULL ? "" : text);
    tilt__buf_char(out, '"');
    while (*p != '\0') {
        const unsigned char *start = p;
        while (*p >= 0x20 && *p < 0x7F && *p != '"' && *p != '\\') p++;
        if (p > start) {
            tilt__buf_add(out, (const char *)start, (size_t)(p - start));
            continue;
        }
        size_t length = utf8_length(p);
        if (length == 0) {
            tilt__buf_text(out, "\xEF\xBF\xBD");
            length = 1;
        } else if (*p == '"' || *p == '\\') {
            tilt__buf_char(out, '\\');
            tilt__buf_char(out, (char)*p);
        } else if (*p == '\n') {
            tilt__buf_text(out, "\\n");
        } else if (*p == '\t') {
            tilt__buf_text(out, "\\t");
        } else if (*p < 0x20 || *p == 0x7F) {
            tilt__buf_format(out, "\\u%04x", *p);
        } else {
            tilt__buf_add(out, (const char *)p, length);
        }
        p += length;
    }
    tilt__buf_char(out, '"');
}

static void print_scalar(const cJSON *node, tilt__buf *out) {
    if (cJSON_IsNumber(node))
        tilt__json_print_number(node->valuedouble, out);
    else if (cJSON_IsString(node))
        print_string(node->valuestring, out);
    else if (cJSON_IsRaw(node))
        tilt__buf_text(out, node->valuestring);
    else if (cJSON_IsBool(node))
        tilt__buf_text(out, cJSON_IsTrue(node) ? "true" : "false");
    else
        tilt__buf_text(out, "null");
}

static bool is_container(const cJSON *node) {
    return cJSON_IsArray(node) || cJSON_IsObject(node);
}

/* False when the node is longer than `room` however short its numbers are: then it need not be tried. */
static bool may_fit(const cJSON *node, size_t *room) {
    size_t least = cJSON_IsString(node) ? strlen(node->valuestring) + 2 : 1;
    for (const cJSON *child = node->child; child != NULL && least <= *room; child = child->next) {
        if (child->string != NULL) least += strlen(child->string) + 4;
        if (is_container(child)) {
            if (least > *room) break;
            *room -= least;
            least = 0;
            if (!may_fit(child, room)) return false;
        } else {
            least += cJSON_IsString(child) ? strlen(child->valuestring) + 2 : 1;
        }
    }
    if (least > *room) return false;
    *room -= least;
    return true;
}

/* Prints the node on one line; false (with a part written) as soon as the line would pass `limit` bytes. */
static bool print_flat(const cJSON *node, size_t limit, tilt__buf *out) {
    if (!is_container(node)) {
        print_scalar(node, out);
        return out->length <= limit;
    }
    bool object = cJSON_IsObject(node);
    tilt__buf_char(out, object ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (object) {
            print_string(child->string, out);
            tilt__buf_text(out, ": ");
        }
        if (!print_flat(child, limit, out)) return false;
        if (child->next != NULL) tilt__buf_text(out, ", ");
    }
    tilt__buf_char(out, object ? '}' : ']');
    return out->length <= limit;
}

static void new_line(tilt__buf *out, size_t level) {
    tilt__buf_char(out, '\n');
    for (size_t i = 0; i < level; i++) tilt__buf_char(out, ' ');
}

static void print_node(const cJSON *node, size_t level, tilt__buf *scratch, tilt__buf *out) {
    if (!is_container(node)) {
        print_scalar(node, out);
        return;
    }
    size_t room = LINE;
    tilt__buf_reset(scratch);
    bool flat = may_fit(node, &room) && print_flat(node, LINE, scratch);
    out->failed = out->failed || scratch->failed;
    if (flat) {
        tilt__buf_add(out, scratch->data, scratch->length);
        return;
    }
    bool object = cJSON_IsObject(node);
    tilt__buf_char(out, object ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        new_line(out, level + 1);
        if (object) {
            print_string(child->string, out);
            tilt__buf_text(out, ": ");
        }
        print_node(child, level + 1, scratch, out);
        if (child->next != NULL) tilt__buf_char(out, ',');
    }
    new_line(out, level);
    tilt__buf_char(out, object ? '}' : ']');
}

tilt_status tilt__json_print(const cJSON *tree, tilt__buf *out, tilt_error *err) {
    tilt__buf scratch = TILT__BUF_INIT;
    print_node(tree, 0, &scratch, out);
    tilt__buf_char(out, '\n');
    bool failed = scratch.failed || out->failed;
    tilt__buf_free(&scratch);
    return failed ? tilt__fail_memory(err) : TILT_OK;
}

/* ---- typed reading ---- */

const cJSON *tilt__json_get(const cJSON *object, const char *key) {
    if (!cJSON_IsObject(object)) return NULL;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return item == NULL || cJSON_IsNull(item) ? NULL : item;
}

const cJSON *tilt__json_array(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return cJSON_IsArray(item) ? item : NULL;
}

const cJSON *tilt__json_object(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return cJSON_IsObject(item) ? item : NULL;
}

size_t tilt__json_count(const cJSON *array) {
    size_t n = 0;
    for (const cJSON *item = tilt__json_first(array); item != NULL; item = item->next) n++;
    return n;
}

const cJSON *tilt__json_first(const cJSON *array) {
    return is_container(array) ? array->child : NULL;
}

const char *tilt__json_text(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return item != NULL && cJSON_IsString(item) ? item->valuestring : NULL;
}

const char *tilt__json_text_or(const cJSON *object, const char *key, const char *fallback) {
    const char *text = tilt__json_text(object, key);
    return text == NULL ? fallback : text;
}

bool tilt__json_true(const cJSON *object, const char *key) {
    return cJSON_IsTrue(tilt__json_get(object, key));
}

tilt__json_value tilt__json_node_number(const cJSON *node) {
    tilt__json_value value = {NAN, false, NULL};
    if (node == NULL) return value;
    if (cJSON_IsNumber(node)) {
        value.number = node->valuedouble;
    } else if (cJSON_IsString(node) && strcmp(node->valuestring, "Inf") == 0) {
        value.number = INFINITY;
    } else if (cJSON_IsString(node) && strcmp(node->valuestring, "-Inf") == 0) {
        value.number = -INFINITY;
    }
    value.known = !isnan(value.number);
    return value;
}

tilt__json_value tilt__json_number(const cJSON *object, const char *key) {
    tilt__json_value value = tilt__json_node_number(tilt__json_get(object, key));
    if (value.known) return value;
    char reason_key[80];
    snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    value.reason = tilt__json_text(object, reason_key);
    if (value.reason == NULL) value.reason = tilt__json_text(object, "reason");
    return value;
}

tilt__interval tilt__json_estimate(const cJSON *object, const char *key) {
    const cJSON *node = tilt__json_object(object, key);
    tilt__interval estimate = {.value = tilt__json_number(node, "value"),
                               .lower = tilt__json_number(node, "lower"),
                               .upper = tilt__json_number(node, "upper"),
                               .method = tilt__json_text(node, "method"),
                               .reason = tilt__json_text(node, "reason")};
    tilt__json_value level = tilt__json_number(node, "level");
    estimate.level = level.known ? level.number : 0;
    if (node == NULL) {
        estimate.reason = tilt__json_number(object, key).reason;
        estimate.value.reason = estimate.lower.reason = estimate.upper.reason = estimate.reason;
    }
    return estimate;
}
