/* inspect --write-spec: an audit of the spec has the result of an audit of the exports, byte for byte. */
#include "folder.h"

#include <dirent.h>

#include "base/io.h"
#include "cli/stands_for.h"
#include "cli/write_spec.h"
#include "tiltmeter/audit.h"

TestSuite(write_spec, FOLDER);

static const tilt__usage inspect = {.command = "inspect",
                                    .bit = TILT__CMD_INSPECT,
                                    .arguments = "EXPORT.csv ...",
                                    .min_args = 1,
                                    .max_args = 9};

/* Inspects with these words (copied: argv is not const) and writes the spec. */
static tilt_status write_spec(const char *const *words, tilt_spec *spec, tilt_error *err) {
    static char storage[8][512];
    char *argv[8];
    int argc = 0;
    for (; words[argc] != NULL; argc++) {
        (void)snprintf(storage[argc], sizeof storage[argc], "%s", words[argc]);
        argv[argc] = storage[argc];
    }
    tilt__cli cli;
    cr_assert_eq(tilt__cli_parse(&inspect, argc, argv, &cli, err), TILT_OK, "%s", err->message);
    tilt_audit *audit = tilt_audit_inspect(spec, err);
    size_t n = 0;
    const char *text = audit != NULL ? tilt_audit_result(audit, &n) : NULL;
    tilt_status status = audit != NULL ? tilt__spec_write(&cli, text, n, err) : err->status;
    tilt_audit_free(audit);
    tilt__cli_free(&cli);
    return status;
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static tilt_spec *spec_of_files(const char *const *files, size_t n) {
    tilt_spec *spec = tilt_spec_from_json("{}", 2, NULL, NULL);
    cr_assert(spec != NULL);
    for (size_t i = 0; i < n; i++) cr_assert_eq(tilt_spec_add_source(spec, files[i], NULL), TILT_OK);
    return spec;
}

static tilt_spec *spec_of_text(const char *path, const char *folder) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf text = TILT__BUF_INIT;
    cr_assert_eq(tilt__read_file(path, 1 << 20, &text, &err), TILT_OK, "%s", err.message);
    tilt_spec *spec = tilt_spec_from_json(tilt__buf_get(&text), text.length, folder, &err);
    cr_assert(spec != NULL, "%s: %s", err.message, tilt__buf_get(&text));
    tilt__buf_free(&text);
    return spec;
}

static const tilt__usage audit_usage = {
    .command = "audit", .bit = TILT__CMD_AUDIT, .arguments = "[SPEC.json | EXPORT.csv ...]", .max_args = 9};

/* The command that `audit` with these words records. Caller frees. */
static void command_of(const char *const *words, tilt__buf *out) {
    static char storage[8][512];
    char *argv[8];
    int argc = 0;
    tilt__cli cli;
    tilt_error err = {.status = TILT_OK};
    for (; words[argc] != NULL; argc++) {
        (void)snprintf(storage[argc], sizeof storage[argc], "%s", words[argc]);
        argv[argc] = storage[argc];
    }
    cr_assert_eq(tilt__cli_parse(&audit_usage, argc, argv, &cli, &err), TILT_OK, "%s", err.message);
    cr_assert_eq(tilt__stands_for_command(&cli, out, &err), TILT_OK, "%s", err.message);
    tilt__cli_free(&cli);
}

/* The whole result of `audit` with these words, byte for byte; NULL when there is none. Caller frees. */
static char *result_of(const char *const *words, tilt_spec *spec, tilt_error *err) {
    tilt__buf command = TILT__BUF_INIT;
    command_of(words, &command);
    tilt_audit *audit = tilt_audit_run(spec, tilt__buf_get(&command), err);
    tilt__buf_free(&command);
    char *text = audit != NULL ? strdup(tilt_audit_result(audit, NULL)) : NULL;
    tilt_audit_free(audit);
    return text;
}

/* True when the file could be audited at all. */
static bool expect_same(const char *path) {
    tilt_error err = {.status = TILT_OK}, again = {.status = TILT_OK};
    tilt_spec *files = spec_of_files(&path, 1);
    if (write_spec(WORDS(path, "--write-spec", "spec.json"), files, &err) != TILT_OK) {
        tilt_spec_free(files);
        return false;
    }
    tilt_spec *spec = spec_of_text("spec.json", "");
    char *one = result_of(WORDS(path), files, &err), *two = result_of(WORDS("spec.json"), spec, &again);
    if (one != NULL && two != NULL)
        cr_expect_str_eq(two, one, "%s: another result", path);
    else
        cr_expect_str_eq(again.message, err.message, "%s", path);
    bool audited = one != NULL;
    free(one);
    free(two);
    tilt_spec_free(files);
    tilt_spec_free(spec);
    (void)unlink("spec.json");
    return audited;
}

Test(write_spec, every_export_of_the_corpus_gives_the_same_result) {
    static const char corpus[] = TILT_TEST_DIR "/data/exports";
    DIR *folder = opendir(corpus);
    cr_assert(folder != NULL);
    size_t audited = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[512];
        if (entry->d_name[0] == '.' || strstr(entry->d_name, ".tsv") != NULL) continue;
        (void)snprintf(path, sizeof path, "%s/%s", corpus, entry->d_name);
        audited += expect_same(path);
    }
    (void)closedir(folder);
    cr_expect(audited >= 20, "%zu audited", audited);
}

Test(write_spec, options_are_kept) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,targeted,reach,note\nf,100,?,x\nf,100,10,x\nm,100,20,x\n");
    tilt_spec *files = spec_of_files(WORDS("d.csv"), 1);
    static const char missing[] = "{\"missing\": [\"?\"]}";
    cr_assert_eq(tilt_spec_overlay(files, missing, sizeof missing - 1, NULL), TILT_OK);
    tilt_status status =
        write_spec(WORDS("d.csv", "--missing", "?", "--write-spec", "spec.json"), files, &err);
    cr_assert_eq(status, TILT_OK, "%s", err.message);
    tilt_spec *spec = spec_of_text("spec.json", "");
    char *one = result_of(WORDS("d.csv", "--missing", "?"), files, &err);
    char *two = result_of(WORDS("spec.json"), spec, &err);
    cr_assert(one != NULL && two != NULL, "%s", err.message);
    cr_expect_str_eq(one, two);
    free(one);
    free(two);
    tilt_spec_free(files);
    tilt_spec_free(spec);
    (void)unlink("spec.json");
}

static void expect_path(const char *spec_path, const char *folder) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *files = spec_of_files(WORDS("d.csv"), 1);
    cr_assert_eq(write_spec(WORDS("d.csv", "--write-spec", spec_path), files, &err), TILT_OK, "%s",
                 err.message);
    tilt_spec *spec = spec_of_text(spec_path, folder);
    char *result = result_of(WORDS(spec_path), spec, &err);
    cr_expect(result != NULL, "%s: %s", spec_path, err.message);
    free(result);
    tilt_spec_free(spec);
    tilt_spec_free(files);
    (void)unlink(spec_path);
}

Test(write_spec, a_spec_in_another_folder_finds_the_export) {
    char absolute[128];
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,targeted,reach\nf,100,10\nm,100,20\n");
    bool made;
    cr_assert_eq(tilt__make_directory("a", &made, &err), TILT_OK);
    cr_assert_eq(tilt__make_directory("a/b", &made, &err), TILT_OK);
    expect_path("spec.json", "");
    expect_path("./spec.json", ".");
    expect_path("a/b/spec.json", "a/b");
    expect_path("a//b/spec.json", "a//b");
    expect_path("a/../spec.json", "a/..");
    (void)snprintf(absolute, sizeof absolute, "%s/a/spec.json", folder_path);
    absolute[strlen(absolute) - strlen("/spec.json")] = '\0';
    char file[160];
    (void)snprintf(file, sizeof file, "%s/spec.json", absolute);
    expect_path(file, absolute);
    (void)rmdir("a/b");
    (void)rmdir("a");
}

Test(write_spec, every_column_has_a_line) {
    tilt_error err = {.status = TILT_OK};
    folder_put(
        "d.csv",
        "Gender,Campaign Name,E-mail,Targeted,Reach\nf,A,x@example.org,100,10\nm,A,y@example.org,100,20\n");
    tilt_spec *files = spec_of_files(WORDS("d.csv"), 1);
    cr_assert_eq(write_spec(WORDS("d.csv", "--write-spec", "spec.json"), files, &err), TILT_OK);
    tilt__buf text = TILT__BUF_INIT;
    cr_assert_eq(tilt__read_file("spec.json", 1 << 20, &text, &err), TILT_OK);
    static const char *const lines[] = {
        "\"file\": \"d.csv\"",
        "\"platform\": {\"id\": \"generic\", \"assumed\": true}",
        "\"Gender\": {\"role\": \"audience:gender\", \"assumed\": true}",
        "\"Campaign Name\": {\"role\": \"factor:campaign\", \"assumed\": true}",
        "\"E-mail\": {\"role\": \"ignore\", \"assumed\": true, \"because\": \"looks like personal data; "
        "needs",
        "\"Reach\": {\"role\": \"stage:reach\", \"assumed\": true}"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_expect(strstr(tilt__buf_get(&text), lines[i]) != NULL, "no %s in %s", lines[i],
                  tilt__buf_get(&text));
    tilt__buf_free(&text);
    tilt_spec_free(files);
    (void)unlink("spec.json");
}

/* What was assumed and is not what the reader proposes (an older release, another file) is what the spec
 * says. */
Test(write_spec, an_assumption_that_no_longer_holds_is_kept) {
    static const char text[] =
        "{\"sources\": [{\"file\": \"d.csv\", \"platform\": {\"id\": \"meta\", \"assumed\": true}, "
        "\"columns\": {"
        "\"kind\": {\"role\": \"audience:gender\", \"assumed\": true}, \"Reach\": {\"role\": \"ignore\", "
        "\"assumed\": true, \"because\": \"it repeats\"}}}]}";
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "kind,Targeted,Reach,Clicks\nf,100,10,1\nm,100,20,2\n");
    tilt_spec *spec = tilt_spec_from_json(text, sizeof text - 1, "", &err);
    cr_assert(spec != NULL, "%s", err.message);
    char *result = result_of(WORDS("d.csv"), spec, &err);
    cr_assert(result != NULL, "%s", err.message);
    cr_expect(
        strstr(result, "\"name\": \"kind\", \"role\": \"audience\", \"as\": \"gender\", \"assumed\": true"));
    cr_expect(strstr(result, "\"why_not_read\": \"it repeats\""));
    cr_expect(strstr(result, "\"platform\": \"meta\""));
    cr_expect(strstr(result, "named by the caller"));
    free(result);
    tilt_spec_free(spec);
}

Test(write_spec, options_decide_over_assumptions) {
    static const char text[] = "{\"audience\": [\"team\"], \"sources\": [{\"file\": \"d.csv\", \"columns\": {"
                               "\"team\": {\"role\": \"ignore\", \"assumed\": true}}}]}";
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "team,Targeted,Reach\nred,100,10\nblue,100,20\n");
    tilt_spec *spec = tilt_spec_from_json(text, sizeof text - 1, "", &err);
    cr_assert(spec != NULL, "%s", err.message);
    char *result = result_of(WORDS("d.csv"), spec, &err);
    cr_assert(result != NULL, "%s", err.message);
    cr_expect(
        strstr(result, "\"name\": \"team\", \"role\": \"audience\", \"as\": \"team\", \"assumed\": false"));
    free(result);
    tilt_spec_free(spec);
}

Test(write_spec, a_spec_is_not_made_of_a_spec) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,targeted,reach\nf,100,10\nm,100,20\n");
    tilt_spec *files = spec_of_files(WORDS("d.csv"), 1);
    cr_expect_eq(write_spec(WORDS("old.json", "--write-spec", "spec.json"), files, &err), TILT_EUSAGE);
    tilt_spec_free(files);
}

Test(write_spec, a_folder_that_is_not_there_is_an_io_error) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,targeted,reach\nf,100,10\nm,100,20\n");
    tilt_spec *files = spec_of_files(WORDS("d.csv"), 1);
    cr_expect_eq(write_spec(WORDS("d.csv", "--write-spec", "none/spec.json"), files, &err), TILT_EIO);
    tilt_spec_free(files);
}
