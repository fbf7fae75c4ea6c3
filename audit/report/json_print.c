/* report/json_print.c - a tree as text, whole or part by part.
 *
 * The printer is our own because cJSON's prints 15 digits where 17 are needed, breaks lines where a table row
 * should stay whole, and copies bytes that are not UTF-8. Layout: a container that fits in LINE bytes stays
 * on one line, so that an estimate or a cell of the cube is one line to read and one line to compare. Whether
 * it fits is tried where it is to stand, and taken back where it does not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/json.h"

enum { LINE = 118, REMEMBERED = 256 };

/* A number is often printed twice: where its line was too long, and where the same estimate stands again. */
typedef struct number_text {
    uint64_t bits;
    size_t n; /* 0: nothing yet */
    char text[TILT__JSON_NUMBER];
} number_text;

struct tilt__json_printer {
    tilt__buf *out;
    size_t level; /* of the members that come next */
    bool any;     /* the open container has a member */
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

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
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
    const unsigned char *p = (const unsigned char *)(text == NULL ? "" : text);
    tilt__buf_char(out, '"');
    while (*p != '\0') {
        const unsigned char *start = p;
        while (is_plain(*p)) p++;
        if (p > start) tilt__buf_add(out, (const char *)start, (size_t)(p - start));
        if (*p != '\0') p += print_character(p, out);
    }
    tilt__buf_char(out, '"');
}

static void print_number(tilt__json_printer *p, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    number_text *known = &p->numbers[(bits * 0x9E3779B97F4A7C15u) >> 56];
    if (known->n == 0 || known->bits != bits) {
        known->bits = bits;
        known->n = tilt__json_write_number(value, known->text);
    }
    tilt__buf_add(p->out, known->text, known->n);
}

static bool is_container(const cJSON *node) {
    return cJSON_IsArray(node) || cJSON_IsObject(node);
}

static void print_scalar(tilt__json_printer *p, const cJSON *node) {
    if (cJSON_IsNumber(node))
        print_number(p, node->valuedouble);
    else if (cJSON_IsString(node))
        print_string(node->valuestring, p->out);
    else if (cJSON_IsRaw(node))
        tilt__buf_text(p->out, node->valuestring);
    else if (cJSON_IsBool(node))
        tilt__buf_text(p->out, cJSON_IsTrue(node) ? "true" : "false");
    else
        tilt__buf_add(p->out, "null", 4);
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

/* Prints the node on one line; false (with a part written) as soon as the text would pass `limit` bytes. */
static bool print_flat(tilt__json_printer *p, const cJSON *node, size_t limit) {
    tilt__buf *out = p->out;
    if (!is_container(node)) {
        print_scalar(p, node);
        return out->length <= limit;
    }
    bool object = cJSON_IsObject(node);
    tilt__buf_char(out, object ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (object) {
            print_string(child->string, out);
            tilt__buf_add(out, ": ", 2);
        }
        if (!print_flat(p, child, limit)) return false;
        if (child->next != NULL) tilt__buf_add(out, ", ", 2);
    }
    tilt__buf_char(out, object ? '}' : ']');
    return out->length <= limit;
}

/* The same where it is to stand; false, and nothing written, when it does not fit. */
static bool print_line(tilt__json_printer *p, const cJSON *node) {
    size_t room = LINE, before = p->out->length;
    if (!may_fit(node, &room)) return false;
    if (print_flat(p, node, before + LINE)) return true;
    if (!p->out->failed) tilt__buf_cut(p->out, before);
    return false;
}

static void new_line(tilt__buf *out, size_t level) {
    static const char blanks[] = "\n                                                                ";
    size_t most = sizeof blanks - 2;
    tilt__buf_add(out, blanks, 1 + (level < most ? level : most));
    for (; level > most; level--) tilt__buf_char(out, ' ');
}

static void print_node(tilt__json_printer *p, const cJSON *node, size_t level) {
    tilt__buf *out = p->out;
    if (!is_container(node)) {
        print_scalar(p, node);
        return;
    }
    if (print_line(p, node)) return;
    bool object = cJSON_IsObject(node);
    tilt__buf_char(out, object ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        new_line(out, level + 1);
        if (object) {
            print_string(child->string, out);
            tilt__buf_add(out, ": ", 2);
        }
        print_node(p, child, level + 1);
        if (child->next != NULL) tilt__buf_char(out, ',');
    }
    new_line(out, level);
    tilt__buf_char(out, object ? '}' : ']');
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
