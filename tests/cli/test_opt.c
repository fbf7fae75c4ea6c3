/* Command lines of a pretended `audit`: parsing, messages, the spec overlay and help. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/opt.h"

static const tilt__usage audit = {.command = "audit",
                                  .bit = TILT__CMD_AUDIT,
                                  .arguments = "[SPEC.json | EXPORT.csv ...]",
                                  .min_args = 1,
                                  .max_args = 2,
                                  .summary = "the main job"};

/* Words are copied, since argv is not const. */
static tilt_status parse(tilt__cli *cli, tilt_error *err, const char *const *words) {
    static char storage[16][160];
    static char *argv[16];
    int argc = 0;
    for (; words[argc] != NULL; argc++) {
        (void)strncpy(storage[argc], words[argc], sizeof storage[argc] - 1);
        argv[argc] = storage[argc];
    }
    return tilt__cli_parse(&audit, argc, argv, cli, err);
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The overlay of these words as unformatted JSON; the caller frees. */
static char *overlay(const char *const *words) {
    tilt__cli cli;
    tilt_error err = {0};
    cr_assert(parse(&cli, &err, words) == TILT_OK, "%s", err.message);
    cJSON *spec = tilt__cli_overlay(&cli, &err);
    char *text =
        spec != NULL ? cJSON_PrintUnformatted(spec) : tilt__copy_text(err.message, strlen(err.message));
    cJSON_Delete(spec);
    tilt__cli_free(&cli);
    return text;
}

static void refuses(const char *const *words, const char *message) {
    tilt__cli cli;
    tilt_error err = {0};
    cr_assert(parse(&cli, &err, words) == TILT_EUSAGE);
    cr_assert_str_eq(err.message, message);
}

Test(opt, value_may_follow_or_be_joined_with_an_equals_sign) {
    tilt__cli cli;
    tilt_error err;
    cr_assert(parse(&cli, &err,
                    WORDS("a.csv", "--policy", "strict", "--title=A = B", "-o", "out", "--json")) == TILT_OK);
    cr_expect(strcmp(tilt__cli_value(&cli, "policy"), "strict") == 0);
    cr_expect(strcmp(tilt__cli_value(&cli, "title"), "A = B") == 0);
    cr_expect(strcmp(tilt__cli_value(&cli, "output"), "out") == 0);
    cr_expect(tilt__cli_has(&cli, "json") && !tilt__cli_has(&cli, "gate"));
    cr_expect(cli.n_args == 1 && strcmp(cli.args[0], "a.csv") == 0);
    tilt__cli_free(&cli);
}

Test(opt, two_dashes_end_the_options_and_one_dash_is_an_argument) {
    tilt__cli cli;
    tilt_error err;
    cr_assert(parse(&cli, &err, WORDS("-", "--", "--json")) == TILT_OK);
    cr_expect(cli.n_args == 2 && strcmp(cli.args[1], "--json") == 0 && !tilt__cli_has(&cli, "json"));
    tilt__cli_free(&cli);
}

Test(opt, repeatable_values_keep_their_order) {
    tilt__cli cli;
    tilt_error err;
    cr_assert(parse(&cli, &err, WORDS("a.csv", "--rate", "b/c", "--rate=d/e")) == TILT_OK);
    cr_expect(strcmp(tilt__cli_values(&cli, "rate", 0), "b/c") == 0);
    cr_expect(strcmp(tilt__cli_values(&cli, "rate", 1), "d/e") == 0);
    cr_expect(tilt__cli_values(&cli, "rate", 2) == NULL);
    tilt__cli_free(&cli);
}

Test(opt, list_membership_looks_at_whole_items) {
    tilt__cli cli;
    tilt_error err;
    cr_assert(parse(&cli, &err, WORDS("a.csv", "--format", "html,md")) == TILT_OK);
    cr_expect(tilt__cli_lists(&cli, "format", "md") && tilt__cli_lists(&cli, "format", "html"));
    cr_expect(!tilt__cli_lists(&cli, "format", "htm") && !tilt__cli_lists(&cli, "format", "json"));
    tilt__cli_free(&cli);
}

Test(opt, errors_say_what_would_be_accepted) {
    refuses(WORDS("a.csv", "--polcy", "x"), "audit has no option --polcy; did you mean --policy?");
    refuses(WORDS("a.csv", "--min_base=3", "--xyzzy"),
            "audit has no option --min_base; did you mean --min-base?");
    refuses(WORDS("a.csv", "--xyzzy=4"),
            "audit has no option --xyzzy; `tiltmeter audit --help` lists its options");
    refuses(WORDS("a.csv", "-x"), "audit has no option -x; `tiltmeter audit --help` lists its options");
    refuses(WORDS("a.csv", "--policy"), "--policy needs a value: NAME|FILE");
    refuses(WORDS("a.csv", "--policy="), "--policy needs a value (NAME|FILE), found an empty text");
    refuses(WORDS("a.csv", "--title", "--json"),
            "--title needs a value (TEXT), found the option --json; write --title=--json if it is meant");
    refuses(WORDS("a.csv", "--json=yes"), "--json takes no value, found \"yes\"");
    refuses(WORDS("a.csv", "--level", "0,95"), "--level needs a number with a decimal point, found \"0,95\"");
    refuses(WORDS("a.csv", "--seed", "-1"), "--seed needs a whole number from 0 on, found \"-1\"");
    refuses(WORDS("a.csv", "--min-base=2.5"), "--min-base needs a whole number from 0 on, found \"2.5\"");
    refuses(WORDS("a.csv", "--where", "Campaign"), "--where needs COL=VALUE, found \"Campaign\"");
    refuses(WORDS("a.csv", "--format=html,doc"),
            "--format takes html|pdf|md|xlsx|csv|json|png, found \"doc\"");
    refuses(WORDS("a.csv", "--policy", "a", "--policy", "b"),
            "--policy is given twice (\"a\" and \"b\"); give it once");
    refuses(WORDS("--json"), "an argument is missing; usage: tiltmeter audit [SPEC.json | EXPORT.csv ...]");
    refuses(WORDS("a", "b", "c"),
            "\"c\" is one argument too many; usage: tiltmeter audit [SPEC.json | EXPORT.csv ...]");
}

Test(opt, overlay_has_each_option_under_its_spec_key) {
    char *text = overlay(WORDS("a.csv", "--audience", "gender,age", "--audience=gender*age", "--factor",
                               "ad set, \"a, b*c\"", "--rate", "clicks/impressions", "--level", "0.9",
                               "--seed=7", "--gate", "--json", "-o", "x"));
    cr_expect_str_eq(
        text, "{\"audience\":[\"gender\",\"age\",[\"gender\",\"age\"]],\"factors\":[\"ad set\",\"a, b*c\"],"
              "\"rates\":[\"clicks/impressions\"],\"level\":0.9,\"seed\":7,\"gate\":true}");
    free(text);
}

Test(opt, overlay_of_where_keeps_everything_after_the_first_equals_sign) {
    char *text = overlay(WORDS("a.csv", "--where", "Campaign Name=Jobs = DE, \"x\"", "--where", "Day="));
    cr_expect_str_eq(text, "{\"where\":[{\"column\":\"Campaign Name\",\"value\":\"Jobs = DE, \\\"x\\\"\"},"
                           "{\"column\":\"Day\",\"value\":\"\"}]}");
    free(text);
}

Test(opt, overlay_of_a_unit_is_text_or_a_crossing) {
    char *one = overlay(WORDS("a.csv", "--unit", "ad_set"));
    char *two = overlay(WORDS("a.csv", "--unit", "campaign*day"));
    cr_expect_str_eq(one, "{\"unit\":\"ad_set\"}");
    cr_expect_str_eq(two, "{\"unit\":[\"campaign\",\"day\"]}");
    free(one);
    free(two);
}

Test(opt, overlay_refuses_empty_items) {
    char *text = overlay(WORDS("a.csv", "--audience", "gender,,age"));
    cr_expect_str_eq(text, "--audience has an empty item; it takes LIST");
    free(text);
}

Test(opt, command_line_leaves_out_where_output_goes) {
    tilt__cli cli;
    tilt_error err;
    tilt__buf out = TILT__BUF_INIT;
    cr_assert(parse(&cli, &err, WORDS("a b.csv", "-o", "dir", "--json", "--where", "x=it's", "--gate")) ==
              TILT_OK);
    tilt__cli_command_line(&cli, cli.usage->command, &out);
    cr_expect(strcmp(tilt__buf_get(&out), "tiltmeter audit 'a b.csv' --where 'x=it'\\''s' --gate") == 0);
    tilt__buf_free(&out);
    tilt__cli_free(&cli);
}

Test(opt, help_stays_within_its_width_and_names_every_option) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__cli_help(&audit, 80, &out);
    size_t column = 0;
    for (const char *at = tilt__buf_get(&out); *at != '\0'; at++) {
        column = *at == '\n' ? 0 : column + 1;
        cr_assert(column <= 80, "line too long near: %.40s", at - 40);
    }
    for (const tilt__opt *opt = tilt__opt_table; opt->name != NULL; opt++)
        if ((opt->commands & TILT__CMD_AUDIT) != 0) cr_expect(strstr(tilt__buf_get(&out), opt->name) != NULL);
    tilt__buf_free(&out);
}

Test(opt, a_failed_allocation_is_reported_and_leaks_nothing) {
    for (size_t nth = 1;; nth++) {
        tilt__cli cli = {0};
        tilt_error err = {0};
        tilt__fail_allocation(nth);
        tilt_status status = parse(&cli, &err, WORDS("a.csv", "--audience", "a,b*c", "--where", "x=y"));
        cJSON *spec = status == TILT_OK ? tilt__cli_overlay(&cli, &err) : NULL;
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        if (failed) cr_expect(spec == NULL && err.status == TILT_ENOMEM);
        cJSON_Delete(spec);
        if (status == TILT_OK) tilt__cli_free(&cli);
        if (!failed) break;
    }
}
