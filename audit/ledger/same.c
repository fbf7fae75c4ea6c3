/* ledger/same.c - two results node by node. Numbers must be the same to the last bit: both are printed from
 * the same computation. */
#include <stdio.h>
#include <string.h>

#include "ledger/pack.h"
#include "report/json.h"

enum { MOST_LINES = 20, MOST_PATH = 400 };

typedef struct walk {
    tilt__sameness found;
    tilt__buf *out;
} walk;

/* What differs between two places though the audit is the same one. */
static bool left_out(const char *key) {
    static const char *const keys[] = {"ledger", "reviews", "change",  "change_reason", "trend",
                                       "file",   "version", "command", "detail"};
    for (size_t i = 0; key != NULL && i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0) return true;
    return false;
}

static void put_node(const cJSON *node, tilt__buf *out) {
    if (node == NULL)
        tilt__buf_text(out, "nothing");
    else if (cJSON_IsNumber(node))
        tilt__json_print_number(node->valuedouble, out);
    else if (cJSON_IsString(node))
        tilt__buf_format(out, "\"%.120s\"", node->valuestring);
    else
        tilt__buf_text(out, cJSON_IsNull(node)     ? "null"
                            : cJSON_IsTrue(node)   ? "true"
                            : cJSON_IsFalse(node)  ? "false"
                            : cJSON_IsArray(node)  ? "a list"
                            : cJSON_IsObject(node) ? "an object"
                                                   : "something else");
}

static void differ(walk *w, const char *path, const cJSON *recorded, const cJSON *now) {
    if (w->found.differences++ >= MOST_LINES) return;
    tilt__buf_format(w->out, "%s: ", path);
    put_node(recorded, w->out);
    tilt__buf_text(w->out, " recorded, ");
    put_node(now, w->out);
    tilt__buf_text(w->out, " now\n");
}

static void compare(walk *w, const char *path, const cJSON *recorded, const cJSON *now);

static void compare_members(walk *w, const char *path, const cJSON *recorded, const cJSON *now) {
    char inner[MOST_PATH];
    bool named = cJSON_IsObject(recorded);
    size_t i = 0;
    const cJSON *b = now->child;
    for (const cJSON *a = recorded->child; a != NULL; a = a->next, i++) {
        const cJSON *other = named ? cJSON_GetObjectItemCaseSensitive(now, a->string) : b;
        if (b != NULL) b = b->next;
        if (named && left_out(a->string)) continue;
        if (named)
            (void)snprintf(inner, sizeof inner, "%s%s%s", path, path[0] != '\0' ? "." : "", a->string);
        else
            (void)snprintf(inner, sizeof inner, "%s[%zu]", path, i);
        compare(w, inner, a, other);
    }
    for (const cJSON *extra = named ? now->child : b; extra != NULL; extra = extra->next) {
        if (named &&
            (left_out(extra->string) || cJSON_GetObjectItemCaseSensitive(recorded, extra->string) != NULL))
            continue;
        (void)snprintf(inner, sizeof inner, "%s.%s", path, named ? extra->string : "end");
        differ(w, inner, NULL, extra);
    }
}

static void compare(walk *w, const char *path, const cJSON *recorded, const cJSON *now) {
    if (now == NULL || (recorded->type & 0xff) != (now->type & 0xff)) {
        differ(w, path, recorded, now);
    } else if (cJSON_IsNumber(recorded)) {
        w->found.numbers++;
        if (recorded->valuedouble < now->valuedouble || recorded->valuedouble > now->valuedouble)
            differ(w, path, recorded, now);
    } else if (cJSON_IsString(recorded)) {
        w->found.texts++;
        if (strcmp(recorded->valuestring, now->valuestring) != 0) differ(w, path, recorded, now);
    } else if (recorded->child != NULL || now->child != NULL) {
        compare_members(w, path, recorded, now);
    }
}

tilt__sameness tilt__results_compare(const cJSON *recorded, const cJSON *now, tilt__buf *out) {
    walk w = {{0, 0, 0}, out};
    compare(&w, "", recorded, now);
    return w.found;
}
