/* cli/opt.c - from argv to a checked list of options and arguments.
 * In: the arguments after a command's name. Out: a tilt__cli whose texts still point into argv. Values are
 * checked for their form here (numbers, choices, COL=VALUE); what they mean is for the spec validator. */
#include "cli/opt.h"

#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"

enum { MOST_OPTIONS = 128 }; /* rows that suggestions look at */

static bool belongs(const tilt__opt *opt, const tilt__usage *usage) {
    return (opt->commands & usage->bit) != 0;
}

static const tilt__opt *find_name(const tilt__usage *usage, const char *name, size_t n) {
    for (const tilt__opt *opt = tilt__opt_table; opt->name != NULL; opt++)
        if (belongs(opt, usage) && strlen(opt->name) == n && memcmp(opt->name, name, n) == 0) return opt;
    return NULL;
}

static const tilt__opt *find_letter(const tilt__usage *usage, char letter) {
    for (const tilt__opt *opt = tilt__opt_table; opt->name != NULL; opt++)
        if (belongs(opt, usage) && opt->letter == letter) return opt;
    return NULL;
}

static tilt_status unknown_option(const tilt__usage *usage, const char *typed, tilt_error *err) {
    char word[64];
    size_t n = strcspn(typed, "=");
    if (n >= sizeof word) n = sizeof word - 1;
    memcpy(word, typed, n);
    word[n] = '\0';
    const char *names[MOST_OPTIONS] = {NULL};
    for (size_t i = 0; i < MOST_OPTIONS && tilt__opt_table[i].name != NULL; i++)
        names[i] = belongs(&tilt__opt_table[i], usage) ? tilt__opt_table[i].name : NULL;
    const char *meant = tilt__text_nearest(word + strspn(word, "-"), names, MOST_OPTIONS);
    if (meant != NULL)
        return tilt__fail(err, TILT_EUSAGE, "%s has no option %s; did you mean --%s?", usage->command, word,
                          meant);
    return tilt__fail(err, TILT_EUSAGE, "%s has no option %s; `tiltmeter %s --help` lists its options",
                      usage->command, word, usage->command);
}

/* True when text[0..n) is one of "a|b|c". */
static bool is_choice(const char *choices, const char *text, size_t n) {
    for (const char *at = choices; *at != '\0'; at += *at == '|') {
        size_t length = strcspn(at, "|");
        if (length == n && memcmp(at, text, n) == 0) return true;
        at += length;
    }
    return false;
}

static tilt_status check_choices(const tilt__opt *opt, const char *text, tilt_error *err) {
    if (opt->choices == NULL) return TILT_OK;
    for (const char *at = text;;) {
        size_t n = opt->kind == TILT__OPT_LIST ? strcspn(at, ",") : strlen(at);
        if (!is_choice(opt->choices, at, n))
            return tilt__fail(err, TILT_EUSAGE, "--%s takes %s, found \"%.*s\"", opt->name, opt->choices,
                              (int)(n < 80 ? n : 80), at);
        if (at[n] == '\0') return TILT_OK;
        at += n + 1;
    }
}

static tilt_status check_number(const tilt__opt *opt, const char *text, tilt_error *err) {
    tilt__decimal value;
    if (!tilt__decimal_parse(text, strlen(text), &value))
        return tilt__fail(err, TILT_EUSAGE, "--%s needs a number with a decimal point, found \"%.80s\"",
                          opt->name, text);
    if (opt->kind == TILT__OPT_NUMBER) return TILT_OK;
    bool whole = tilt__decimal_is_integer(value) &&
                 tilt__decimal_compare(value, tilt__decimal_from_int(0)) >= 0 &&
                 tilt__decimal_compare(value, tilt__decimal_from_int((int64_t)1 << 53)) <= 0;
    if (whole) return TILT_OK;
    return tilt__fail(err, TILT_EUSAGE, "--%s needs a whole number from 0 on, found \"%.80s\"", opt->name,
                      text);
}

static tilt_status check_pair(const tilt__opt *opt, const char *text, tilt_error *err) {
    const char *equals = strchr(text, '=');
    if (equals != NULL && equals > text) return TILT_OK;
    return tilt__fail(err, TILT_EUSAGE, "--%s needs %s, found \"%.80s\"", opt->name, opt->metavar, text);
}

static tilt_status check_value(const tilt__opt *opt, const char *text, tilt_error *err) {
    if (text[0] == '\0' && opt->kind != TILT__OPT_FLAG && !opt->empty)
        return tilt__fail(err, TILT_EUSAGE, "--%s needs a value (%s), found an empty text", opt->name,
                          opt->metavar);
    if (opt->kind == TILT__OPT_NUMBER || opt->kind == TILT__OPT_INTEGER) return check_number(opt, text, err);
    if (opt->kind == TILT__OPT_PAIR) return check_pair(opt, text, err);
    return check_choices(opt, text, err);
}

static bool adds_up(const tilt__opt *opt) {
    return opt->repeatable || opt->kind == TILT__OPT_FLAG || opt->kind == TILT__OPT_LIST ||
           opt->kind == TILT__OPT_CROSSINGS || opt->kind == TILT__OPT_PAIR;
}

/* Room was made by tilt__cli_parse: there are never more options than words. */
static tilt_status keep(tilt__cli *cli, const tilt__opt *opt, const char *text, tilt_error *err) {
    const char *before = tilt__cli_value(cli, opt->name);
    if (before != NULL && !adds_up(opt))
        return tilt__fail(err, TILT_EUSAGE, "--%s is given twice (\"%.60s\" and \"%.60s\"); give it once",
                          opt->name, before, text);
    tilt_status status = check_value(opt, text, err);
    if (status != TILT_OK) return status;
    cli->given[cli->n_given++] = (tilt__cli_given){.opt = opt, .text = text};
    return TILT_OK;
}

/* The option that starts a word, and where its value stands in the same word (NULL when it does not). */
static const tilt__opt *match(const tilt__usage *usage, const char *word, const char **out_value) {
    *out_value = NULL;
    if (word[1] == '-') {
        size_t n = strcspn(word + 2, "=");
        if (word[2 + n] == '=') *out_value = word + 2 + n + 1;
        return find_name(usage, word + 2, n);
    }
    if (word[2] != '\0') *out_value = word + 2 + (word[2] == '=');
    return find_letter(usage, word[1]);
}

/* Reads the option at argv[*at], and its value from the next word where it needs one. */
static tilt_status take_option(tilt__cli *cli, int argc, char **argv, int *at, tilt_error *err) {
    const char *word = argv[*at];
    const char *value = NULL;
    const tilt__opt *opt = match(cli->usage, word, &value);
    if (opt == NULL) return unknown_option(cli->usage, word, err);
    if (opt->kind == TILT__OPT_FLAG) {
        if (value != NULL)
            return tilt__fail(err, TILT_EUSAGE, "--%s takes no value, found \"%.80s\"", opt->name, value);
        return keep(cli, opt, "", err);
    }
    if (value != NULL) return keep(cli, opt, value, err);
    const char *next = *at + 1 < argc ? argv[*at + 1] : NULL;
    if (next == NULL) return tilt__fail(err, TILT_EUSAGE, "--%s needs a value: %s", opt->name, opt->metavar);
    const char *ignored = NULL;
    if (next[0] == '-' && next[1] == '-' && match(cli->usage, next, &ignored) != NULL)
        return tilt__fail(err, TILT_EUSAGE,
                          "--%s needs a value (%s), found the option %.40s; write --%s=%.40s if it is meant",
                          opt->name, opt->metavar, next, opt->name, next);
    ++*at;
    return keep(cli, opt, next, err);
}

static tilt_status check_count(const tilt__cli *cli, tilt_error *err) {
    const tilt__usage *usage = cli->usage;
    if (tilt__cli_has(cli, "help")) return TILT_OK;
    if (cli->n_args < usage->min_args)
        return tilt__fail(err, TILT_EUSAGE, "an argument is missing; usage: tiltmeter %s %s", usage->command,
                          usage->arguments);
    if (cli->n_args > usage->max_args)
        return tilt__fail(err, TILT_EUSAGE, "\"%.80s\" is one argument too many; usage: tiltmeter %s%s%s",
                          cli->args[usage->max_args], usage->command, usage->arguments[0] != '\0' ? " " : "",
                          usage->arguments);
    return TILT_OK;
}

void tilt__cli_free(tilt__cli *cli) {
    free(cli->args);
    free(cli->given);
    *cli = (tilt__cli){.usage = cli->usage};
}

tilt_status tilt__cli_parse(const tilt__usage *usage, int argc, char **argv, tilt__cli *out_cli,
                            tilt_error *err) {
    size_t words = argc > 0 ? (size_t)argc : 0;
    tilt__cli cli = {.usage = usage};
    cli.args = tilt__alloc(words, sizeof *cli.args);
    cli.given = tilt__alloc(words, sizeof *cli.given);
    if (cli.args == NULL || cli.given == NULL) {
        tilt__cli_free(&cli);
        return tilt__fail_memory(err);
    }
    tilt_status status = TILT_OK;
    bool options = true;
    for (int i = 0; i < argc && status == TILT_OK; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && word[0] == '-' && word[1] != '\0')
            status = take_option(&cli, argc, argv, &i, err);
        else
            cli.args[cli.n_args++] = word;
    }
    if (status == TILT_OK) status = check_count(&cli, err);
    if (status != TILT_OK)
        tilt__cli_free(&cli);
    else
        *out_cli = cli;
    return status;
}

const char *tilt__cli_values(const tilt__cli *cli, const char *name, size_t i) {
    for (size_t at = 0; at < cli->n_given; at++)
        if (strcmp(cli->given[at].opt->name, name) == 0 && i-- == 0) return cli->given[at].text;
    return NULL;
}

const char *tilt__cli_value(const tilt__cli *cli, const char *name) {
    return tilt__cli_values(cli, name, 0);
}

bool tilt__cli_has(const tilt__cli *cli, const char *name) {
    return tilt__cli_value(cli, name) != NULL;
}

bool tilt__cli_lists(const tilt__cli *cli, const char *name, const char *item) {
    size_t n = strlen(item);
    const char *text = NULL;
    for (size_t i = 0; (text = tilt__cli_values(cli, name, i)) != NULL; i++)
        for (const char *at = text; *at != '\0'; at += *at == ',') {
            size_t length = strcspn(at, ",");
            if (length == n && memcmp(at, item, n) == 0) return true;
            at += length;
        }
    return false;
}
