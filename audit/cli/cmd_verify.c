/* cli/cmd_verify.c - an evidence pack: whole by itself, and, with the exports it was made from, computed
 * again and held number by number against what it says. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "cli/command.h"
#include "ledger/finding.h"
#include "ledger/pack.h"
#include "map/policy.h"
#include "map/spec.h"
#include "tiltmeter/audit.h"

/* ---- the exports ---- */

static tilt_status hash_file(const char *path, char out[TILT__SHA256_HEX], tilt_error *err) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return tilt__fail(err, TILT_EIO, "%s: cannot open", path);
    tilt__hasher *hasher = tilt__hasher_new();
    char chunk[1 << 14];
    bool ok = hasher != NULL;
    for (size_t n; ok && (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        ok = tilt__hasher_add(hasher, chunk, n);
    bool read = !ferror(file);
    ok = ok && read && tilt__hasher_hex(hasher, out);
    tilt__hasher_free(hasher);
    (void)fclose(file);
    if (ok) return TILT_OK;
    return read ? tilt__fail_memory(err) : tilt__fail(err, TILT_EIO, "%s: cannot read", path);
}

/* The given export with this hash, or NULL. */
static const char *find_export(const tilt__cli *cli, char (*hashes)[TILT__SHA256_HEX], const char *wanted) {
    for (size_t i = 1; i < cli->n_args; i++)
        if (strcmp(hashes[i - 1], wanted) == 0) return cli->args[i];
    return NULL;
}

enum { MOST_EXPORTS = 256 };

/* Puts the given files where the spec names the recorded ones; the names stay as they were. */
static tilt_status place_exports(const tilt__cli *cli, const cJSON *result, tilt_spec *spec,
                                 tilt_error *err) {
    static char hashes[MOST_EXPORTS][TILT__SHA256_HEX];
    if (cli->n_args - 1 > MOST_EXPORTS)
        return tilt__fail(err, TILT_ETOOBIG, "%zu exports; at most %d", cli->n_args - 1, MOST_EXPORTS);
    for (size_t i = 1; i < cli->n_args; i++) {
        tilt_status status = hash_file(cli->args[i], hashes[i - 1], err);
        if (status != TILT_OK) return status;
    }
    const cJSON *inputs = tilt__json_array(result, "inputs"), *input = tilt__json_first(inputs);
    if (tilt__json_count(inputs) !=
        spec->n_sources) /* a source without an input would be read from its path */
        return tilt__fail(err, TILT_ESPEC, "the spec of the pack names %zu files, its result %zu inputs",
                          spec->n_sources, tilt__json_count(inputs));
    for (size_t i = 0; i < spec->n_sources && input != NULL; i++, input = input->next) {
        const char *wanted = tilt__json_text_or(input, "sha256", "none"),
                   *found = find_export(cli, hashes, wanted);
        if (found == NULL)
            return tilt__fail(
                err, TILT_EUSAGE,
                "none of the given files is the recorded \"%.80s\" (sha256 %.64s); give every input "
                "of the pack, unchanged",
                tilt__json_text_or(input, "file", ""), wanted);
        spec->sources[i].file = tilt__arena_copy(&spec->arena, found);
    }
    return spec->arena.failed ? tilt__fail_memory(err) : TILT_OK;
}

/* What a pack's audit reads stands in the pack or is one of its inputs. A spec that names another file would
 * have us open it wherever the pack is checked. */
static tilt_status check_alone(const tilt_spec *spec, tilt_error *err) {
    const char *file = spec->benchmark_file != NULL ? spec->benchmark_file : spec->targeting_file;
    if (file == NULL && spec->content != NULL) file = spec->content->file;
    for (size_t i = 0; i < spec->n_inferred && file == NULL; i++)
        if (!spec->inferred[i].read) file = spec->inferred[i].file;
    if (file == NULL && spec->policy_text == NULL && tilt__policy_is_file(spec->policy)) file = spec->policy;
    if (file == NULL) return TILT_OK;
    return tilt__fail(err, TILT_ESPEC,
                      "the spec of the pack names the file \"%.200s\"; expected one that names its inputs "
                      "only, as `tiltmeter ledger export` writes it",
                      file);
}

/* References that were kept from an earlier audit stay the ones the result names. */
static tilt_status keep_references(const cJSON *result, tilt_spec *spec, tilt_error *err) {
    tilt_status status = TILT_OK;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views"));
         view != NULL && status == TILT_OK; view = view->next) {
        const cJSON *first = tilt__json_first(tilt__json_array(view, "comparisons"));
        if (strcmp(tilt__json_text_or(view, "reference_rule", ""), "pinned") != 0) continue;
        const char *labels[TILT__MAX_CROSSING];
        size_t n = 0;
        const cJSON *label = tilt__json_first(tilt__json_array(first, "reference"));
        for (; label != NULL && n < TILT__MAX_CROSSING; label = label->next)
            labels[n++] = cJSON_IsString(label) ? label->valuestring : "";
        status = tilt__spec_pin(spec, tilt__json_text_or(view, "id", ""), labels, n, err);
    }
    return status;
}

/* ---- again ---- */

static tilt_status compute(const tilt__cli *cli, const tilt__members *members, const cJSON *result,
                           cJSON **out_now, tilt_error *err) {
    const tilt__member *text = tilt__member_find(members, "spec.json");
    if (text == NULL)
        return tilt__fail(err, TILT_ESPEC, "%s: the pack has no spec, so nothing can be computed again",
                          cli->args[0]);
    tilt_spec *spec = tilt_spec_from_json(text->bytes, text->n, NULL, err);
    if (spec == NULL) return err->status;
    const tilt__member *policy = tilt__member_find(members, "policy-file.json");
    if (policy != NULL) {
        spec->policy_text = policy->bytes;
        spec->n_policy_text = policy->n;
    }
    tilt_status status = check_alone(spec, err);
    if (status == TILT_OK) status = place_exports(cli, result, spec, err);
    if (status == TILT_OK) {
        tilt_spec_keep(spec);
        status = keep_references(result, spec, err);
    }
    tilt_audit *audit =
        status == TILT_OK ? tilt_audit_run(spec, tilt__json_text(result, "command"), err) : NULL;
    if (status == TILT_OK && audit == NULL) status = err->status;
    if (status == TILT_OK) {
        size_t n;
        const char *again = tilt_audit_result(audit, &n);
        *out_now = tilt__result_parse("the audit", again, n, err);
        if (*out_now == NULL) status = err->status;
    }
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return status;
}

static tilt_status recompute(const tilt__cli *cli, const tilt__members *members, tilt__buf *out,
                             bool *out_same, tilt_error *err) {
    const tilt__member *text = tilt__member_find(members, "result.json");
    cJSON *result = tilt__result_parse("result.json", text->bytes, text->n, err), *now = NULL;
    if (result == NULL) return err->status;
    tilt_status status = compute(cli, members, result, &now, err);
    if (status == TILT_OK) {
        tilt__buf lines = TILT__BUF_INIT;
        tilt__sameness found = tilt__results_compare(result, now, &lines);
        *out_same = found.differences == 0;
        if (*out_same)
            tilt__buf_format(out, "Computed again: every number is the same (%zu numbers, %zu texts).\n",
                             found.numbers, found.texts);
        else
            tilt__buf_format(out, "Computed again: NOT THE SAME in %zu places of %zu.\n%s", found.differences,
                             found.numbers + found.texts, tilt__buf_get(&lines));
        const char *was = tilt__json_text_or(tilt__json_object(result, "tool"), "version", "");
        if (strcmp(was, tilt_version()) != 0)
            tilt__buf_format(out, "The pack was made by tiltmeter %.20s, this is %s.\n", was, tilt_version());
        tilt__buf_drop(&lines, out);
    }
    cJSON_Delete(result);
    cJSON_Delete(now);
    return status;
}

static void put_manifest(const cJSON *manifest, tilt__buf *out) {
    const cJSON *ledger = tilt__json_object(manifest, "ledger");
    tilt__json_value audit = tilt__json_number(manifest, "audit"),
                     length = tilt__json_number(ledger, "length");
    tilt__buf_format(out, "Whole: every file is the one the manifest names. Audit %.0f of its ledger",
                     audit.known ? audit.number : 0);
    if (length.known)
        tilt__buf_format(out, ", head %.0f:%.64s", length.number, tilt__json_text_or(ledger, "head", ""));
    tilt__buf_text(out, ".\n");
}

tilt__exit cmd_verify(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__arena arena = {0};
    tilt__members members;
    cJSON *manifest = NULL;
    tilt__buf why = TILT__BUF_INIT, out = TILT__BUF_INIT;
    bool same = true;
    tilt_status status = tilt__pack_read(cli->args[0], &arena, &members, &manifest, &why, &err);
    bool whole = why.length == 0;
    if (status == TILT_OK && whole) {
        put_manifest(manifest, &out);
        if (cli->n_args > 1)
            status = recompute(cli, &members, &out, &same, &err);
        else
            tilt__buf_text(&out, "Give the exports as well, and the audit is computed again.\n");
    } else if (status == TILT_OK) {
        tilt__buf_format(&out, "NOT WHOLE:\n%s", tilt__buf_get(&why));
    }
    tilt__exit code = status == TILT_OK ? tilt__cli_say(&out) : tilt__cli_fail(&err);
    if (code == TILT__EXIT_DONE && (!whole || !same)) code = TILT__EXIT_GATE;
    cJSON_Delete(manifest);
    tilt__buf_free(&why);
    tilt__buf_free(&out);
    tilt__arena_free(&arena);
    return code;
}
