/* cli/cmd_policies.c - the shipped policies with their thresholds, source and date. */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "map/policy.h"
#include "report/summaries.h"

/* Lines of at most WIDTH characters under the names. */
static void put_wrapped(const char *text, tilt__buf *out) {
    enum { INDENT = 18, WIDTH = 78 };
    size_t column = 0;
    for (size_t n; *text != '\0'; text += n, text += strspn(text, " ")) {
        n = strcspn(text, " ");
        bool fresh = column == 0 || column + 1 + n > WIDTH;
        if (fresh) tilt__buf_format(out, "%s%*s", column == 0 ? "" : "\n", INDENT, "");
        if (!fresh) tilt__buf_char(out, ' ');
        tilt__buf_add(out, text, n);
        column = fresh ? INDENT + n : column + 1 + n;
    }
    tilt__buf_char(out, '\n');
}

static bool print_policy(const tilt__policy *policy, tilt__buf *out) {
    char hash[TILT__SHA256_HEX];
    if (!tilt__policy_hash(policy, hash)) return false;
    tilt__buf_format(out, "%s: %s\n", policy->name, policy->title);
    tilt__buf_format(out, "  band            %.3g to %.3g\n", policy->tau, 1 / policy->tau);
    tilt__buf_format(out, "  judged from     a base of %.0f and %.3g %% of the known base\n",
                     policy->min_base, policy->min_share * 100);
    tilt__buf_format(out, "  design effect   %.3g assumed where there are no clusters\n",
                     policy->assumed_design_effect);
    tilt__buf_format(out, "  bare rule       %s\n",
                     policy->rule ? "stated beside the verdict" : "not stated");
    tilt__buf_format(out, "  source          %s (%s)\n", policy->source, policy->date);
    tilt__buf_format(out, "  sha256          %s\n", hash);
    if (policy->note != NULL) put_wrapped(policy->note, out);
    return true;
}

/* The forms of report that a rule asks for have dates and sources too. */
static void print_form(const tilt__convention *form, tilt__buf *out) {
    tilt__buf_format(out, "--summary %s: %s\n", form->id, form->title);
    tilt__buf_format(out, "  source          %s (%s)\n", form->source, form->date);
    put_wrapped(form->says, out);
}

tilt__exit cmd_policies(const tilt__cli *cli) {
    (void)cli;
    size_t n = 0;
    const tilt__policy *policies = tilt__policies(&n);
    tilt__buf out = TILT__BUF_INIT;
    tilt__buf_text(&out, "A policy is a dated convention, not a statement of the law.\n");
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        tilt__buf_char(&out, '\n');
        ok = print_policy(&policies[i], &out);
    }
    tilt__buf_text(&out, "\nForms of report that rules ask for, beside any policy:\n");
    for (size_t i = 0; i < TILT__CONVENTIONS; i++) {
        tilt__buf_char(&out, '\n');
        print_form(tilt__convention_at(i), &out);
    }
    tilt__exit code = TILT__EXIT_DONE;
    if (ok) {
        code = tilt__cli_print(&out);
    } else {
        tilt_error err;
        (void)tilt__fail(&err, TILT_EINTERNAL, "SHA-256 is not available");
        code = tilt__cli_fail(&err);
    }
    tilt__buf_free(&out);
    return code;
}
