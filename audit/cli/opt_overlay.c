/* cli/opt_overlay.c - options as a spec object, and as a command line that can be run again.
 * A list is split at commas, a crossing at '*'; an item in double quotes keeps both ("" is a quote), so that
 * a column called "a, b*c" can be named. */
#include <assert.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/mem.h"
#include "cli/opt.h"

/* Length of the first item of text[0..n): up to a separator outside double quotes. */
static size_t item_length(const char *text, size_t n, char separator) {
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == separator && !quoted) return i;
    }
    return n;
}

/* The item without surrounding blanks and quotes. NULL when memory runs out. Caller frees. */
static char *unquote(const char *text, size_t n) {
    while (n > 0 && text[0] == ' ') text++, n--;
    while (n > 0 && text[n - 1] == ' ') n--;
    bool quoted = n >= 2 && text[0] == '"' && text[n - 1] == '"';
    if (!quoted) return tilt__copy_text(text, n);
    char *out = tilt__copy_text(text + 1, n - 2);
    if (out == NULL) return NULL;
    size_t used = 0;
    for (size_t i = 0; i < n - 2; i++) {
        out[used++] = out[i];
        if (out[i] == '"' && out[i + 1] == '"') i++;
    }
    out[used] = '\0';
    return out;
}

/* Hands `item` over to the array; false (and the item freed) when either is missing or memory runs out. */
static bool append(cJSON *array, cJSON *item) {
    if (item != NULL && array != NULL && cJSON_AddItemToArray(array, item)) return true;
    cJSON_Delete(item);
    return false;
}

static bool put(cJSON *object, const char *key, cJSON *item) {
    if (item != NULL && object != NULL && cJSON_AddItemToObject(object, key, item)) return true;
    cJSON_Delete(item);
    return false;
}

static cJSON *string_item(const tilt__opt *opt, const char *text, size_t n, tilt_error *err) {
    char *item = unquote(text, n);
    cJSON *out = NULL;
    if (item != NULL && item[0] == '\0')
        (void)tilt__fail(err, TILT_EUSAGE, "--%s has an empty item; it takes %s", opt->name, opt->metavar);
    else if (item == NULL || (out = cJSON_CreateString(item)) == NULL)
        (void)tilt__fail_memory(err);
    free(item);
    return out;
}

/* "a" as a string, "a*b" as an array. */
static cJSON *crossing_item(const tilt__opt *opt, const char *text, size_t n, tilt_error *err) {
    size_t first = item_length(text, n, '*');
    if (first == n) return string_item(opt, text, n, err);
    cJSON *crossing = cJSON_CreateArray();
    for (size_t at = 0;;) {
        size_t length = item_length(text + at, n - at, '*');
        if (!append(crossing, string_item(opt, text + at, length, err))) {
            cJSON_Delete(crossing);
            return NULL;
        }
        at += length;
        if (at >= n) return crossing;
        at++;
    }
}

typedef cJSON *item_fn(const tilt__opt *opt, const char *text, size_t n, tilt_error *err);

/* The array under `key`, made when it is not there yet. Borrowed from spec. */
static cJSON *array_of(cJSON *spec, const char *key) {
    cJSON *array = cJSON_GetObjectItemCaseSensitive(spec, key);
    if (array != NULL) return array;
    return cJSON_AddArrayToObject(spec, key);
}

static bool write_items(cJSON *spec, const tilt__opt *opt, const char *text, item_fn *make, tilt_error *err) {
    cJSON *array = array_of(spec, opt->spec_key);
    size_t n = strlen(text);
    for (size_t at = 0;;) {
        size_t length = item_length(text + at, n - at, ',');
        if (!append(array, make(opt, text + at, length, err))) return false;
        at += length;
        if (at >= n) return true;
        at++;
    }
}

/* The object that holds a key, made when it is not there yet, and the key in it: "privacy.publish" is
 * "publish" of "privacy". */
static cJSON *holder_of(cJSON *spec, const char *key, const char **out_leaf) {
    const char *dot = strchr(key, '.');
    *out_leaf = dot == NULL ? key : dot + 1;
    if (dot == NULL) return spec;
    char *name = tilt__copy_text(key, (size_t)(dot - key));
    cJSON *holder = name == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(spec, name);
    if (holder == NULL && name != NULL) holder = cJSON_AddObjectToObject(spec, name);
    free(name);
    return holder;
}

static bool write_flag(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    const char *leaf;
    cJSON *holder = holder_of(spec, opt->spec_key, &leaf);
    (void)text;
    (void)err;
    cJSON_DeleteItemFromObjectCaseSensitive(holder, leaf); /* the same flag twice is the flag */
    return put(holder, leaf, cJSON_CreateTrue());
}

static bool write_text(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    (void)err;
    if (opt->repeatable) return append(array_of(spec, opt->spec_key), cJSON_CreateString(text));
    return put(spec, opt->spec_key, cJSON_CreateString(text));
}

static bool write_number(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    tilt__decimal value;
    if (!tilt__decimal_parse(text, strlen(text), &value)) {
        (void)tilt__fail(err, TILT_EINTERNAL, "--%s was not checked", opt->name);
        return false;
    }
    const char *leaf;
    cJSON *holder = holder_of(spec, opt->spec_key, &leaf);
    return put(holder, leaf, cJSON_CreateNumber(tilt__decimal_to_double(value)));
}

static bool write_list(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    return write_items(spec, opt, text, string_item, err);
}

static bool write_crossings(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    return write_items(spec, opt, text, crossing_item, err);
}

static bool write_crossing(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    return put(spec, opt->spec_key, crossing_item(opt, text, strlen(text), err));
}

static bool write_pair(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err) {
    size_t n = strcspn(text, "=");
    cJSON *pair = cJSON_CreateObject();
    bool made = put(pair, "column", string_item(opt, text, n, err)) &&
                put(pair, "value", cJSON_CreateString(text + n + (text[n] == '=')));
    if (made) return append(array_of(spec, opt->spec_key), pair);
    cJSON_Delete(pair);
    return false;
}

typedef bool write_fn(cJSON *spec, const tilt__opt *opt, const char *text, tilt_error *err);
static write_fn *const writers[] = {
    [TILT__OPT_FLAG] = write_flag,         [TILT__OPT_TEXT] = write_text,
    [TILT__OPT_NUMBER] = write_number,     [TILT__OPT_INTEGER] = write_number,
    [TILT__OPT_LIST] = write_list,         [TILT__OPT_CROSSINGS] = write_crossings,
    [TILT__OPT_CROSSING] = write_crossing, [TILT__OPT_PAIR] = write_pair,
};
static_assert(sizeof writers / sizeof *writers == TILT__N_OPT_KIND, "one writer per kind");

cJSON *tilt__cli_overlay(const tilt__cli *cli, tilt_error *err) {
    if (err != NULL) *err = (tilt_error){0};
    cJSON *spec = cJSON_CreateObject();
    for (size_t i = 0; i < cli->n_given; i++) {
        const tilt__opt *opt = cli->given[i].opt;
        if (opt->spec_key == NULL || spec == NULL) continue;
        if (writers[opt->kind](spec, opt, cli->given[i].text, err)) continue;
        cJSON_Delete(spec);
        spec = NULL;
    }
    if (spec == NULL && err != NULL && err->status == TILT_OK) (void)tilt__fail_memory(err);
    return spec;
}

static bool is_plain(const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
    return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

static void add_word(tilt__buf *out, const char *text) {
    tilt__buf_char(out, ' ');
    if (is_plain(text)) {
        tilt__buf_text(out, text);
        return;
    }
    tilt__buf_char(out, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            tilt__buf_text(out, "'\\''");
        else
            tilt__buf_char(out, *at);
    }
    tilt__buf_char(out, '\'');
}

void tilt__cli_command_line(const tilt__cli *cli, const char *command, tilt__buf *out) {
    tilt__buf_format(out, "tiltmeter %s", command);
    for (size_t i = 0; i < cli->n_args; i++) {
        if (i == 0 && cli->args[i][0] == '-' && cli->args[i][1] != '\0') tilt__buf_text(out, " --");
        add_word(out, cli->args[i]);
    }
    for (size_t i = 0; i < cli->n_given; i++) {
        const tilt__opt *opt = cli->given[i].opt;
        if (opt->spec_key == NULL || opt->aside) continue;
        tilt__buf_format(out, " --%s", opt->name);
        if (opt->kind != TILT__OPT_FLAG) add_word(out, cli->given[i].text);
    }
}
