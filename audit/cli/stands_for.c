/* cli/stands_for.c - the command a written spec stands for. The digest is over the spec as it is printed by
 * us, so that white space does not matter and anything else does. */
#include "cli/stands_for.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "report/json.h"

enum { SPEC_CEILING = 16 << 20 };

static const char key[] = "stands_for";

static tilt_status digest_of(const cJSON *spec, char out[TILT__SHA256_HEX], tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tilt__json_print(spec, &text, err);
    if (status == TILT_OK && !tilt__sha256_hex(tilt__buf_get(&text), text.length, out))
        status = tilt__fail_memory(err);
    tilt__buf_free(&text);
    return status;
}

tilt_status tilt__stands_for_put(cJSON *spec, const char *command, tilt_error *err) {
    char digest[TILT__SHA256_HEX];
    tilt_status status = digest_of(spec, digest, err);
    if (status != TILT_OK) return status;
    cJSON *object = cJSON_AddObjectToObject(spec, key);
    bool whole = object != NULL && cJSON_AddStringToObject(object, "command", command) != NULL &&
                 cJSON_AddStringToObject(object, "sha256", digest) != NULL;
    return whole ? TILT_OK : tilt__fail_memory(err);
}

/* One argument, a spec, and no option that a result depends on. */
static bool is_spec_alone(const tilt__cli *cli) {
    size_t n = cli->n_args == 1 ? strlen(cli->args[0]) : 0;
    if (n <= 5 || strcmp(cli->args[0] + n - 5, ".json") != 0) return false;
    for (size_t i = 0; i < cli->n_given; i++)
        if (cli->given[i].opt->spec_key != NULL && !cli->given[i].opt->aside) return false;
    return true;
}

/* Appends the command of an unchanged spec, or nothing. */
static tilt_status take_command(const char *path, tilt__buf *out, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    char digest[TILT__SHA256_HEX];
    tilt_status status = tilt__read_file(path, SPEC_CEILING, &text, err);
    cJSON *spec = status == TILT_OK ? tilt__json_parse(tilt__buf_get(&text), text.length, err) : NULL;
    if (status == TILT_OK && spec == NULL) status = err->status;
    cJSON *said = spec != NULL ? cJSON_DetachItemFromObjectCaseSensitive(spec, key) : NULL;
    if (said != NULL) status = digest_of(spec, digest, err);
    if (said != NULL && status == TILT_OK && strcmp(tilt__json_text_or(said, "sha256", ""), digest) == 0)
        tilt__buf_text(out, tilt__json_text_or(said, "command", ""));
    cJSON_Delete(said);
    cJSON_Delete(spec);
    tilt__buf_free(&text);
    return status;
}

tilt_status tilt__stands_for_command(const tilt__cli *cli, tilt__buf *out, tilt_error *err) {
    tilt_status status = is_spec_alone(cli) ? take_command(cli->args[0], out, err) : TILT_OK;
    if (status == TILT_OK && out->length == 0) tilt__cli_command_line(cli, cli->usage->command, out);
    return status;
}
