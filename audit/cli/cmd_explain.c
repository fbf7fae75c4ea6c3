/* cli/cmd_explain.c - any metric, verdict or term, printed from the catalogue. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/term.h"
#include "measure/catalogue.h"

enum { INDENT = 11, LIST_COLUMN = 32, WORD = 128 };

static void field(tilt__buf *out, const char *label, const char *text, size_t width) {
    if (text == NULL) return;
    tilt__buf_format(out, "%-*s", INDENT, label);
    tilt__cli_wrap(out, text, INDENT, width);
}

/* "a|b" as "a, b". */
static void aliases(tilt__buf *out, const tilt__entry *entry, size_t width) {
    tilt__buf list = TILT__BUF_INIT;
    for (const char *at = entry->aliases; at != NULL && *at != '\0'; at++) {
        if (*at == '|')
            tilt__buf_text(&list, ", ");
        else
            tilt__buf_char(&list, *at);
    }
    if (entry->aliases != NULL) field(out, "also", tilt__buf_get(&list), width);
    if (list.failed) out->failed = true;
    tilt__buf_free(&list);
}

static void print_entry(tilt__buf *out, const tilt__entry *entry, size_t width) {
    tilt__buf_format(out, "%s (%s", entry->title, tilt__entry_kind_name(entry->kind));
    tilt__buf_format(out, ", %s)\n", entry->name);
    tilt__cli_wrap(out, entry->meaning, 0, width);
    field(out, "formula", entry->formula, width);
    field(out, "range", entry->range, width);
    field(out, "reading", entry->direction, width);
    field(out, "needs", entry->needs, width);
    field(out, "source", entry->source, width);
    aliases(out, entry, width);
}

static void print_list(tilt__buf *out) {
    const char *topic = "";
    const tilt__entry *entry = NULL;
    tilt__buf_text(out, "`tiltmeter explain WORD` says what one of these is.\n");
    for (size_t i = 0; (entry = tilt__catalogue_at(i)) != NULL; i++) {
        if (strcmp(topic, entry->topic) != 0) tilt__buf_format(out, "\n%s\n", entry->topic);
        topic = entry->topic;
        tilt__buf_format(out, "  %-*s %s\n", LIST_COLUMN, entry->name, entry->title);
    }
}

/* A '|' would end a table cell, and '*', '_' and '<' would be markup. */
static void markdown_text(tilt__buf *out, const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("|*_<", *at) != NULL) tilt__buf_char(out, '\\');
        tilt__buf_char(out, *at);
    }
}

static void markdown_field(tilt__buf *out, const char *label, const char *text, bool code) {
    if (text == NULL) return;
    tilt__buf_format(out, "* %s: %s", label, code ? "`" : "");
    if (code)
        tilt__buf_text(out, text);
    else
        markdown_text(out, text);
    tilt__buf_text(out, code ? "`\n" : "\n");
}

static void print_markdown(tilt__buf *out) {
    const char *topic = "";
    const tilt__entry *entry = NULL;
    for (size_t i = 0; (entry = tilt__catalogue_at(i)) != NULL; i++) {
        if (strcmp(topic, entry->topic) != 0)
            tilt__buf_format(out, "%s## %s\n", i > 0 ? "\n" : "", entry->topic);
        topic = entry->topic;
        tilt__buf_format(out, "\n**%s** (`%s`): ", entry->title, entry->name);
        markdown_text(out, entry->meaning);
        tilt__buf_char(out, '\n');
        bool more = entry->formula != NULL || entry->range != NULL || entry->direction != NULL ||
                    entry->needs != NULL || entry->source != NULL;
        if (more) tilt__buf_char(out, '\n');
        markdown_field(out, "formula", entry->formula, true);
        markdown_field(out, "range", entry->range, false);
        markdown_field(out, "reading", entry->direction, false);
        markdown_field(out, "needs", entry->needs, false);
        markdown_field(out, "source", entry->source, false);
    }
}

/* The words of the command line as one, so that quotes are not needed: explain impact ratio. */
static void join(const tilt__cli *cli, char out[WORD]) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < cli->n_args && used < WORD; i++) {
        int n = snprintf(out + used, WORD - used, "%s%s", i > 0 ? " " : "", cli->args[i]);
        used += n > 0 ? (size_t)n : 0;
    }
}

static tilt__exit unknown_word(const char *word) {
    tilt_error err;
    char meant[WORD];
    if (tilt__catalogue_nearest(word, meant, sizeof meant))
        (void)tilt__fail(&err, TILT_EUSAGE, "no word \"%.80s\" is known; did you mean \"%s\"?", word, meant);
    else
        (void)tilt__fail(&err, TILT_EUSAGE, "no word \"%.80s\" is known; `tiltmeter explain` lists them",
                         word);
    return tilt__cli_fail(&err);
}

tilt__exit cmd_explain(const tilt__cli *cli) {
    char word[WORD];
    join(cli, word);
    const tilt__entry *entry = word[0] != '\0' ? tilt__catalogue_find(word) : NULL;
    if (entry == NULL && word[0] != '\0') return unknown_word(word);
    tilt__buf out = TILT__BUF_INIT;
    if (entry != NULL)
        print_entry(&out, entry, tilt__term_width(stdout));
    else if (tilt__cli_has(cli, "markdown"))
        print_markdown(&out);
    else
        print_list(&out);
    tilt__exit code = tilt__cli_print(&out);
    tilt__buf_free(&out);
    return code;
}
