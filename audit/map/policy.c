/* map/policy.c - the shipped policies. They stand this far left because the measures need a policy's smallest
 * base and share to know who can be a reference. */
#include "map/policy.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

static const tilt__policy policies[] = {
    {.name = "four-fifths",
     .title = "four-fifths rule",
     .source = "Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D)",
     .date = "1978",
     .tau = 0.8,
     .min_base = 30,
     .min_share = 0.02,
     .assumed_design_effect = 25,
     .rule = true,
     .note =
         "The rule names the ratio of 4/5 to the highest rate. The interval that decides, the smallest base, "
         "the smallest share and the design effect are tiltmeter's."},
    {.name = "local-law-144",
     .title = "New York City Local Law 144",
     .source = "Rules of the City of New York, title 6, sections 5-300 to 5-304",
     .date = "2023",
     .tau = 0.8,
     .min_base = 30,
     .min_share = 0.02,
     .assumed_design_effect = 25,
     .rule = true,
     .note =
         "The rule asks for impact ratios to the highest rate and names no threshold; the band is that of "
         "four-fifths. Categories under 2 % may be left out. Its tables: --summary ll144."},
    {.name = "housing-variance",
     .title = "variance of housing ads",
     .source = "settlement and compliance reports in United States v. Meta Platforms, Inc., S.D.N.Y.",
     .date = "2022",
     .tau = 0.8,
     .min_base = 30,
     .min_share = 0.02,
     .assumed_design_effect = 25,
     .rule = false,
     .note =
         "The convention counts ads whose variance is within 5 % and within 10 %, and names no ratio between "
         "groups; the band is that of four-fifths. The counts: --summary housing, with a benchmark."},
    {.name = "equivalence",
     .title = "equivalence within 80 to 125 %",
     .source = "Statistical Approaches to Establishing Bioequivalence, guidance of the U.S. Food and Drug "
               "Administration",
     .date = "2001",
     .tau = 0.8,
     .min_base = 30,
     .min_share = 0.02,
     .assumed_design_effect = 25,
     .rule = false,
     .note = "Two one-sided tests at 5 % within 0.80 to 1.25: a convention of drug trials, borrowed for the "
             "question whether groups are level. No bare rule is stated."},
    {.name = "equivalence-narrow",
     .title = "equivalence within 90 to 111 %",
     .source = "Guideline on the Investigation of Bioequivalence, European Medicines Agency, "
               "CPMP/EWP/QWP/1401/98 Rev. 1",
     .date = "2010",
     .tau = 0.9,
     .min_base = 30,
     .min_share = 0.02,
     .assumed_design_effect = 25,
     .rule = false,
     .note =
         "The narrower interval of 90.00 to 111.11 % for where small differences matter, borrowed likewise."},
};
enum { N_POLICIES = sizeof policies / sizeof *policies };

const tilt__policy *tilt__policies(size_t *out_n) {
    *out_n = N_POLICIES;
    return policies;
}

const tilt__policy *tilt__policy_find(const char *name, tilt_error *err) {
    if (name == NULL) return &policies[0];
    const char *names[N_POLICIES];
    for (size_t i = 0; i < N_POLICIES; i++) {
        names[i] = policies[i].name;
        if (strcmp(names[i], name) == 0) return &policies[i];
    }
    const char *near = tilt__text_nearest(name, names, N_POLICIES);
    (void)tilt__fail(err, TILT_ESPEC, "unknown policy \"%.60s\"; %s%s (`tiltmeter policies` lists them)",
                     name,
                     near != NULL ? "did you mean " : "known: ", near != NULL ? near : policies[0].name);
    return NULL;
}

bool tilt__policy_hash(const tilt__policy *policy, char out_hex[TILT__SHA256_HEX]) {
    if (policy->text != NULL) return tilt__sha256_hex(policy->text, policy->n_text, out_hex);
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s|tau=%.17g|min_base=%.17g|min_share=%.17g|assumed_design_effect=%.17g|rule=%d",
                     policy->name, policy->tau, policy->min_base, policy->min_share,
                     policy->assumed_design_effect, policy->rule);
    bool ok = !text.failed && tilt__sha256_hex(tilt__buf_get(&text), text.length, out_hex);
    tilt__buf_free(&text);
    return ok;
}
