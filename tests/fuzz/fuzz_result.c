/* Fuzz target: a damaged or forged result.json in `render` and `compare`. The input is read in two ways: as
 * the text itself, and as a list of changes (4 bytes each: where, what) to a result that tiltmeter made,
 * since bytes at random seldom are JSON. Whatever comes: a refusal with words, or a report. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "fuzz/fuzz.h"
#include "ledger/compare.h"
#include "report/json.h"
#include "tiltmeter/report.h"

static const char *const fixtures[] = {"funnel", "relative", "share", "undetermined", "hostile", "level"};
enum { N_FIXTURES = sizeof fixtures / sizeof *fixtures, CHANGE = 4, MOST_CHANGES = 32, MOST_NODES = 50000 };

/* The result number `at`, read once. */
static const cJSON *fixture(size_t at) {
    static cJSON *read[N_FIXTURES];
    tilt__buf text = TILT__BUF_INIT;
    char path[512];
    if (read[at] != NULL) return read[at];
    (void)snprintf(path, sizeof path, "%s/report/fixtures/%s.json", TILT_TEST_DIR, fixtures[at]);
    if (tilt__read_file(path, 1 << 20, &text, NULL) == TILT_OK)
        read[at] = tilt__json_parse(tilt__buf_get(&text), text.length, NULL);
    tilt__buf_free(&text);
    if (read[at] == NULL) abort();
    return read[at];
}

static size_t count_nodes(const cJSON *node) {
    size_t n = 1;
    const cJSON *child;
    cJSON_ArrayForEach(child, node) n += count_nodes(child);
    return n;
}

/* Node number `at` of the tree in the order of the text, and what holds it. */
static cJSON *find_node(cJSON *node, cJSON *parent, size_t *at, cJSON **out_parent) {
    if ((*at)-- == 0) {
        *out_parent = parent;
        return node;
    }
    for (cJSON *child = node->child; child != NULL; child = child->next) {
        cJSON *found = find_node(child, node, at, out_parent);
        if (found != NULL) return found;
    }
    return NULL;
}

/* A value that does not belong where it is put; NULL: the node goes. */
static cJSON *strange_value(const cJSON *node, unsigned what) {
    static const double numbers[] = {0, -1, 1e300, -1e300, 0.5, 1e15, 9007199254740993.0, 1e-320};
    static const char *const texts[] = {"",
                                        "Inf",
                                        "-Inf",
                                        "suppressed",
                                        "\x1b[31m\xff\xfe",
                                        "2024-13-99",
                                        "</script><script>alert(1)</script>",
                                        "=1+1",
                                        "\xE2\x80\xAE"};
    enum { N_NUMBERS = sizeof numbers / sizeof *numbers, N_TEXTS = sizeof texts / sizeof *texts };
    unsigned which = what / 8;
    switch (what % 8) {
    case 0:
        return NULL;
    case 1:
        return cJSON_CreateNull();
    case 2:
        return cJSON_CreateNumber(numbers[which % N_NUMBERS]);
    case 3:
        return cJSON_CreateString(texts[which % N_TEXTS]);
    case 4:
        return which % 2 == 0 ? cJSON_CreateArray() : cJSON_CreateObject();
    case 5:
        return cJSON_CreateBool(which % 2 == 0);
    case 6:
        return cJSON_CreateNumber(node->valuedouble * (which % 2 == 0 ? -1 : 1e6));
    default:
        return cJSON_Duplicate(node, true); /* stands there twice */
    }
}

static void change(cJSON *root, const uint8_t *bytes) {
    size_t nodes = count_nodes(root);
    if (nodes < 2 || nodes > MOST_NODES) return; /* nothing is left, or doubled again and again */
    size_t at = 1 + (bytes[0] + 256u * bytes[1] + 65536u * (bytes[2] & 1u)) % (nodes - 1);
    cJSON *parent = NULL, *node = find_node(root, NULL, &at, &parent);
    if (node == NULL || parent == NULL) return;
    cJSON *put = strange_value(node, bytes[3]);
    bool done = true;
    if (put == NULL)
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
    else if (cJSON_IsObject(parent))
        done = cJSON_ReplaceItemInObjectCaseSensitive(parent, node->string, put);
    else if (bytes[3] % 8 == 7)
        done = cJSON_AddItemToArray(parent, put);
    else
        done = cJSON_ReplaceItemViaPointer(parent, node, put);
    if (!done) cJSON_Delete(put);
}

static void render_all(const char *text, size_t n, bool pages) {
    static const tilt_format formats[] = {TILT_FORMAT_HTML, TILT_FORMAT_MARKDOWN, TILT_FORMAT_TERMINAL,
                                          TILT_FORMAT_CSV,  TILT_FORMAT_PDF,      TILT_FORMAT_XLSX};
    tilt_error err = {.status = TILT_OK};
    tilt_report *report = tilt_report_from_json(text, n, &err);
    if (report == NULL) {
        if (err.status == TILT_OK || err.message[0] == '\0') abort();
        return;
    }
    for (size_t f = 0; f < (pages ? 6 : 4); f++) {
        char *out = NULL;
        size_t length = 0;
        if (tilt_report_render(report, formats[f], NULL, &out, &length, &err) != TILT_OK) abort();
        free(out);
    }
    tilt_report_free(report);
}

static void compare_both(const cJSON *before, const cJSON *after) {
    tilt_error err = {.status = TILT_OK};
    tilt__compared sides[2] = {{before, NULL, "0", 0}, {after, NULL, "1", 0}};
    for (size_t i = 0; i < 2; i++) {
        cJSON *found = tilt__compare(&sides[i], &sides[1 - i], NULL, &err);
        if (found == NULL && err.message[0] == '\0') abort();
        cJSON_Delete(found);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (n == 0) return 0;
    render_all((const char *)data, n, false);
    const cJSON *from = fixture(data[0] % N_FIXTURES);
    cJSON *tree = cJSON_Duplicate(from, true);
    if (tree == NULL) abort();
    for (size_t i = 1, k = 0; i + CHANGE <= n && k < MOST_CHANGES; i += CHANGE, k++) change(tree, data + i);
    tilt__buf text = TILT__BUF_INIT;
    if (tilt__json_print(tree, &text, NULL) != TILT_OK) abort();
    render_all(tilt__buf_get(&text), text.length, data[0] >= 250 && n < 24);
    tilt__buf_free(&text);
    compare_both(from, tree);
    cJSON_Delete(tree);
    return 0;
}
