/* report/json_print.c - a tree as text, whole or part by part.
 *
 * The printer is our own because cJSON's prints 15 digits where 17 are needed, breaks lines where a table row
 * should stay whole, and copies bytes that are not UTF-8. Layout: a container that fits in LINE bytes stays
 * on one line, so that an estimate or a cell of the cube is one line to read and one line to compare. Whether
 * it fits is tried on a line of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/json.h"

enum { LINE = 118, REMEMBERED = 256, ROOM = 512, MOST_BLANKS = 64 };

/* A number is often printed twice: where its line was too long, and where the same estimate stands again. */
typedef struct number_text {
    uint64_t bits;
    size_t n; /* 0: nothing yet */
    char text[TILT__JSON_NUMBER];
} number_text;

struct tilt__json_printer {
    tilt__buf *out;
    size_t level;      /* of the members that come next */
    bool any;          /* the open container has a member */
    char line[ROOM];   /* being put together */
    size_t used, most; /* of the line; it must not become longer */
    number_text numbers[REMEMBERED];
};

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

static inline bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* The same of eight at once: a byte of 0 to 0x7F is below n when taking n off borrows from its top bit, and
 * equal to c when it and c differ in nothing. */
static inline bool are_plain(const char *eight) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t w;
    memcpy(&w, eight, sizeof w);
    uint64_t quote = w ^ (ones * '"'), backslash = w ^ (ones * '\\');
    uint64_t bad = (w - ones * 0x20) | (w + ones) | w | (quote - ones) | (backslash - ones);
    return (bad & tops) == 0;
}

/* Leading characters that are plain, of n. */
static size_t count_plain(const char *text, size_t n) {
    size_t at = 0;
    while (n - at >= 8 && are_plain(text + at)) at += 8;
    if (n >= 8 && n - at < 8 && are_plain(text + n - 8)) return n;
    while (at < n && is_plain((unsigned char)text[at])) at++;
    return at;
}

/* One character that is not plain; its length in the text. */
static size_t print_character(const unsigned char *p, tilt__buf *out) {
    size_t length = utf8_length(p);
    if (length == 0) {
        tilt__buf_text(out, "\xEF\xBF\xBD");
        return 1;
    }
    if (*p == '"' || *p == '\\') {
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
    return length;
}

static void print_string(const char *text, tilt__buf *out) {
    const char *p = text == NULL ? "" : text, *end = p + strlen(p);
    tilt__buf_char(out, '"');
    while (p < end) {
        size_t n = count_plain(p, (size_t)(end - p));
        if (n > 0) tilt__buf_add(out, p, n);
        p += n;
        if (p < end) p += print_character((const unsigned char *)p, out);
    }
    tilt__buf_char(out, '"');
}

/* The text of a number, remembered. */
static const number_text *text_of_number(tilt__json_printer *p, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    number_text *known = &p->numbers[(bits * 0x9E3779B97F4A7C15u) >> 56];
    if (known->n == 0 || known->bits != bits) {
        known->bits = bits;
        known->n = tilt__json_write_number(value, known->text);
    }
    return known;
}

/* cJSON's own questions are calls into another library. */
static inline int kind_of(const cJSON *node) {
    return node->type & 0xFF;
}

static inline bool is_container(const cJSON *node) {
    return (kind_of(node) & (cJSON_Array | cJSON_Object)) != 0;
}

static const char *word_of(int kind) {
    return kind == cJSON_True ? "true" : kind == cJSON_False ? "false" : "null";
}

static void print_scalar(tilt__json_printer *p, const cJSON *node) {
    int kind = kind_of(node);
    if (kind == cJSON_Number) {
        const number_text *text = text_of_number(p, node->valuedouble);
        tilt__buf_add(p->out, text->text, text->n);
    } else if (kind == cJSON_String) {
        print_string(node->valuestring, p->out);
    } else {
        tilt__buf_text(p->out, kind == cJSON_Raw ? node->valuestring : word_of(kind));
    }
}

/* ---- on one line ---- */

static inline bool put(tilt__json_printer *p, const char *text, size_t n) {
    if (n > p->most - p->used) return false;
    memcpy(p->line + p->used, text, n);
    p->used += n;
    return true;
}

static bool put_string(tilt__json_printer *p, const char *text) {
    size_t n = text == NULL ? 0 : strlen(text), room = p->most - p->used;
    if (n + 2 > room) return false; /* no text becomes shorter */
    char *at = p->line + p->used;
    *at = '"';
    if (n > 0 && count_plain(text, n) == n) {
        memcpy(at + 1, text, n);
    } else if (n > 0) {
        tilt__buf whole = TILT__BUF_INIT;
        print_string(text, &whole);
        bool fits = !whole.failed && put(p, tilt__buf_get(&whole), whole.length);
        p->out->failed = p->out->failed || whole.failed;
        tilt__buf_free(&whole);
        return fits;
    }
    at[n + 1] = '"';
    p->used += n + 2;
    return true;
}

static bool put_scalar(tilt__json_printer *p, const cJSON *node) {
    int kind = kind_of(node);
    if (kind == cJSON_String) return put_string(p, node->valuestring);
    if (kind == cJSON_Number) {
        const number_text *text = text_of_number(p, node->valuedouble);
        return put(p, text->text, text->n);
    }
    const char *word = kind == cJSON_Raw ? node->valuestring : word_of(kind);
    return put(p, word, strlen(word));
}

/* Puts the node on the line; false when it does not fit. */
static bool put_flat(tilt__json_printer *p, const cJSON *node) {
    if (!is_container(node)) return put_scalar(p, node);
    bool object = kind_of(node) == cJSON_Object;
    if (!put(p, object ? "{" : "[", 1)) return false;
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (object && !(put_string(p, child->string) && put(p, ": ", 2))) return false;
        if (!put_flat(p, child)) return false;
        if (child->next != NULL && !put(p, ", ", 2)) return false;
    }
    return put(p, object ? "}" : "]", 1);
}

static void finish_line(tilt__json_printer *p) {
    tilt__buf_add(p->out, p->line, p->used);
    p->used = 0;
}

/* ---- on many lines ---- */

static void new_line(tilt__buf *out, size_t level) {
    static const char blanks[] = "\n                                                                ";
    _Static_assert(sizeof blanks == MOST_BLANKS + 2, "so many blanks");
    tilt__buf_add(out, blanks, 1 + (level < MOST_BLANKS ? level : MOST_BLANKS));
    for (; level > MOST_BLANKS; level--) tilt__buf_char(out, ' ');
}

/* A new line up to the value; false when it takes more room than there is, and then it is not begun. */
static bool begin_line(tilt__json_printer *p, const char *key, bool first, size_t level) {
    p->used = 0;
    p->most = ROOM - LINE;
    if (level > MOST_BLANKS) return false;
    if (!first) p->line[p->used++] = ',';
    p->line[p->used++] = '\n';
    memset(p->line + p->used, ' ', level);
    p->used += level;
    return key == NULL || (put_string(p, key) && put(p, ": ", 2));
}

static void print_open(tilt__json_printer *p, const cJSON *node, size_t level);

/* The value after what is on the line already. */
static void print_value(tilt__json_printer *p, const cJSON *node, size_t level) {
    size_t before = p->used;
    bool container = is_container(node);
    p->most = container ? before + LINE : ROOM;
    bool fits = put_flat(p, node);
    if (!fits) p->used = before;
    finish_line(p);
    if (fits) return;
    if (container)
        print_open(p, node, level);
    else
        print_scalar(p, node);
}

static void print_member(tilt__json_printer *p, const cJSON *node, const char *key, bool first,
                         size_t level) {
    if (!begin_line(p, key, first, level)) {
        p->used = 0;
        if (!first) tilt__buf_char(p->out, ',');
        new_line(p->out, level);
        if (key != NULL) {
            print_string(key, p->out);
            tilt__buf_add(p->out, ": ", 2);
        }
    }
    print_value(p, node, level);
}

static void print_open(tilt__json_printer *p, const cJSON *node, size_t level) {
    bool object = kind_of(node) == cJSON_Object;
    tilt__buf_char(p->out, object ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        print_member(p, child,
                     !object                 ? NULL
                     : child->string != NULL ? child->string
                                             : "",
                     child == node->child, level + 1);
    new_line(p->out, level);
    tilt__buf_char(p->out, object ? '}' : ']');
}

static void print_node(tilt__json_printer *p, const cJSON *node, size_t level) {
    p->used = 0;
    print_value(p, node, level);
}

tilt__json_printer *tilt__json_printer_new(tilt__buf *out, size_t level) {
    tilt__json_printer *p = tilt__alloc(1, sizeof *p);
    if (p == NULL) return NULL;
    p->out = out;
    p->level = level;
    return p;
}

void tilt__json_printer_free(tilt__json_printer *printer) {
    free(printer);
}

void tilt__json_begin(tilt__json_printer *p, char bracket) {
    tilt__buf_char(p->out, bracket);
    p->level++;
    p->any = false;
}

void tilt__json_key(tilt__json_printer *p, const char *key) {
    if (p->any) tilt__buf_char(p->out, ',');
    p->any = true;
    new_line(p->out, p->level);
    if (key == NULL) return;
    print_string(key, p->out);
    tilt__buf_add(p->out, ": ", 2);
}

void tilt__json_put(tilt__json_printer *p, const char *key, const cJSON *node) {
    if (node == NULL) return;
    tilt__json_key(p, key);
    print_node(p, node, p->level);
}

void tilt__json_value_alone(tilt__json_printer *p, const cJSON *node) {
    print_node(p, node, p->level);
}

void tilt__json_end(tilt__json_printer *p, char bracket) {
    p->level--;
    if (p->any) new_line(p->out, p->level);
    tilt__buf_char(p->out, bracket);
    p->any = true;
}

tilt_status tilt__json_print(const cJSON *tree, tilt__buf *out, tilt_error *err) {
    tilt__json_printer *p = tilt__json_printer_new(out, 0);
    if (p == NULL) return tilt__fail_memory(err);
    print_node(p, tree, 0);
    tilt__json_printer_free(p);
    tilt__buf_char(out, '\n');
    return out->failed ? tilt__fail_memory(err) : TILT_OK;
}
