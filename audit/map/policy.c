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
     .rule = true},
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
