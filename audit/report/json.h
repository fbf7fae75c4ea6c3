/* report/json.h - reading the result JSON with types and reasons, and printing a tree so that the same values
 * give the same bytes everywhere. Nothing here depends on the locale. */
#ifndef TILT_REPORT_JSON_H
#define TILT_REPORT_JSON_H

#include <cjson/cJSON.h>

#include "base/buf.h"

#define TILT__JSON_CEILING ((size_t)512 << 20) /* most bytes of a result text */
#define TILT__JSON_DEPTH 64                    /* most levels of nesting */

/* Parses n bytes of JSON text. NULL with TILT_EUSAGE when it is not JSON (the message names the line), is
 * nested deeper than TILT__JSON_DEPTH, or holds anything but white space after its value; TILT_ETOOBIG past
 * the ceiling. Caller frees with cJSON_Delete. */
cJSON *tilt__json_parse(const char *text, size_t n, tilt_error *err) TILT_NODISCARD;

/* Appends the tree to `out` as UTF-8 text with keys in the order they were added, one space per level, and
 * small containers on one line; ends with a newline. A number is printed with the fewest of 15, 16 or 17
 * significant digits that read back to the same double (integers plainly); infinities as the strings "Inf"
 * and "-Inf", NaN as null; bytes that are not UTF-8 as U+FFFD. TILT_ENOMEM when the buffer is full. */
tilt_status tilt__json_print(const cJSON *tree, tilt__buf *out, tilt_error *err) TILT_NODISCARD;

/* Appends one number as tilt__json_print would. */
void tilt__json_print_number(double value, tilt__buf *out);
/* The same into `out`; its length. */
#define TILT__JSON_NUMBER 40
size_t tilt__json_write_number(double value, char out[TILT__JSON_NUMBER]);

/* The same text part by part, for a tree that is never there as a whole: the outer containers, which do not
 * fit on one line, are begun and ended by hand. Whether memory ran out is asked of the buffer, at the end.
 * `level`: how many containers there are around it. */
typedef struct tilt__json_printer tilt__json_printer;
void tilt__json_printer_free(tilt__json_printer *printer);
/* Appends to `out`, which is borrowed. NULL when memory runs out. */
tilt__json_printer *tilt__json_printer_new(tilt__buf *out, size_t level)
    TILT_OWNED_BY(tilt__json_printer_free);
void tilt__json_begin(tilt__json_printer *printer, char bracket);
/* What comes next: a member of this name, or (NULL) an entry of a list. */
void tilt__json_key(tilt__json_printer *printer, const char *key);
/* The same with its value; `node` NULL prints nothing. */
void tilt__json_put(tilt__json_printer *printer, const char *key, const cJSON *node);
void tilt__json_end(tilt__json_printer *printer, char bracket);
/* A value alone. */
void tilt__json_value_alone(tilt__json_printer *printer, const cJSON *node);

/* A number that may be missing. When it is not known, `number` is NaN and `reason` is the name of a
 * tilt_reason or NULL when none was given. Infinities are known. */
typedef struct tilt__json_value {
    double number;
    bool known;
    const char *reason;
} tilt__json_value;

/* An estimate read back. When only the interval is missing, value is known and lower and upper are not. */
typedef struct tilt__interval {
    tilt__json_value value, lower, upper;
    double level; /* 0..1, 0 when not given */
    const char *method;
    const char *reason;
} tilt__interval;

/* The member `key` of an object (names are case-sensitive), NULL when it is absent, JSON null, or `object` is
 * NULL or not an object. Borrowed. */
const cJSON *tilt__json_get(const cJSON *object, const char *key);
/* The same, but NULL unless it is an array (or, for _object, an object). */
const cJSON *tilt__json_array(const cJSON *object, const char *key);
const cJSON *tilt__json_object(const cJSON *object, const char *key);
/* Number of members of an array or object; 0 for NULL. Walks the list once. */
size_t tilt__json_count(const cJSON *array);
/* First member, and the one after `item`; NULL at the end. For loops over arrays in linear time. */
const cJSON *tilt__json_first(const cJSON *array);
/* Text of a member, or NULL when it is not a string. Borrowed. */
const char *tilt__json_text(const cJSON *object, const char *key);
/* The same with `fallback` instead of NULL. */
const char *tilt__json_text_or(const cJSON *object, const char *key, const char *fallback);
/* True only when the member is JSON true. */
bool tilt__json_true(const cJSON *object, const char *key);
/* A number member; its reason is the neighbour "<key>_reason", else "reason". */
tilt__json_value tilt__json_number(const cJSON *object, const char *key);
/* A number node itself ("Inf" and "-Inf" count). */
tilt__json_value tilt__json_node_number(const cJSON *node);
/* An estimate member {value, lower, upper, level, method, reason}; all unknown when it is null. */
tilt__interval tilt__json_estimate(const cJSON *object, const char *key);

#endif
