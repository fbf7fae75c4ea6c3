/* cli/given.c - spec file, then exports, then options: the later replaces the earlier. */
#include "cli/given.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "map/spec.h"
#include "read/date.h"
#include "report/json.h"

enum { SPEC_CEILING = 16 << 20 };

static bool is_spec(const char *path) {
    size_t n = strlen(path);
    return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

static tilt_spec *read_spec(const char *path, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT, folder = TILT__BUF_INIT;
    tilt_spec *spec = NULL;
    const char *slash = strrchr(path, '/');
    if (slash != NULL) tilt__buf_add(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    if (tilt__read_file(path, SPEC_CEILING, &text, err) == TILT_OK) {
        tilt_error inner;
        spec = tilt_spec_from_json(tilt__buf_get(&text), text.length, tilt__buf_get(&folder), &inner);
        if (spec == NULL) (void)tilt__fail(err, inner.status, "%s: %s", path, inner.message);
    }
    tilt__buf_free(&text);
    tilt__buf_free(&folder);
    return spec;
}

/* A date for a build that must repeat: SOURCE_DATE_EPOCH, where neither the spec nor --date says one. */
bool tilt__epoch_date(char out[16]) {
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (epoch == NULL || *epoch == '\0') return false;
    int64_t seconds = 0;
    for (const char *at = epoch; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || seconds > INT64_MAX / 20) return false;
        seconds = seconds * 10 + (*at - '0');
    }
    tilt__day_print(seconds / 86400, out);
    return strlen(out) == 10;
}

static tilt_status lay_options(const tilt__cli *cli, tilt_spec *spec, tilt_error *err) {
    cJSON *overlay = tilt__cli_overlay(cli, err);
    if (overlay == NULL) return err->status;
    char date[16];
    bool dated = cJSON_GetObjectItemCaseSensitive(overlay, "date") != NULL;
    if (spec->date == NULL && !dated && tilt__epoch_date(date))
        (void)cJSON_AddStringToObject(overlay, "date", date);
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tilt__json_print(overlay, &text, err);
    cJSON_Delete(overlay);
    if (status == TILT_OK) status = tilt_spec_overlay(spec, tilt__buf_get(&text), text.length, err);
    tilt__buf_free(&text);
    return status;
}

tilt_spec *tilt__given_spec(const tilt__cli *cli, tilt_error *err) {
    bool from_file = cli->n_args > 0 && is_spec(cli->args[0]);
    tilt_spec *spec = from_file ? read_spec(cli->args[0], err) : tilt_spec_from_json("{}", 2, NULL, err);
    if (spec == NULL) return NULL;
    tilt_status status = TILT_OK;
    for (size_t i = from_file ? 1 : 0; i < cli->n_args && status == TILT_OK; i++) {
        if (is_spec(cli->args[i]))
            status = tilt__fail(err, TILT_EUSAGE, "%s: a spec must come first, and there can be only one",
                                cli->args[i]);
        else
            status = tilt_spec_add_source(spec, cli->args[i], err);
    }
    if (status == TILT_OK) status = lay_options(cli, spec, err);
    if (status == TILT_OK) return spec;
    tilt_spec_free(spec);
    return NULL;
}
