/* Level effects, common mixes of pairs, and reversals over pairs of factors, through whole audits. */
#include "audited.h"

TestSuite(further, FOLDER);

static const cJSON *first_comparison(const cJSON *tree) {
    return item_at(item_at(tree, "views", 0), "comparisons", 0);
}

/* By hand from the counts: without department A women are admitted 468 of 1727, men 686 of 1866. */
Test(further, a_level_left_out_gives_the_ratio_of_the_others) {
    cJSON *tree = audited_shipped("berkeley-1973", "admissions.spec.json");
    const cJSON *levels = item(first_comparison(tree), "levels"), *a = item_with(levels, "key", "A");
    cr_expect_eq(cJSON_GetArraySize(levels), 6);
    double without = (468.0 / 1727) / (686.0 / 1866), all = (557.0 / 1835) / (1198.0 / 2691);
    cr_expect(tilt_close(oracle_get(a, "ratio_without"), without, 1e-12));
    cr_expect(tilt_close(oracle_get(item(a, "influence"), "value"), log(all / without), 1e-9));
    /* pooled rate of A: 601 of 933 for 108 women and 825 men */
    double pooled = (512.0 + 89) / 933;
    double equal = ((557 - 89 + 108 * pooled) / 1835) / ((1198 - 512 + 825 * pooled) / 2691);
    cr_expect(tilt_close(oracle_get(a, "ratio_equalised"), equal, 1e-12));
    /* the gap lies in the mix: no department made neutral closes it */
    const cJSON *set = item_at(first_comparison(tree), "neutralising", 0);
    cr_expect(cJSON_IsNull(item(set, "levels")) && item_says(set, "levels_reason", "unreachable"));
    cJSON_Delete(tree);
}

Test(further, the_smallest_set_names_the_planted_level) {
    cJSON *tree = audited_shipped("job-ads", "google.spec.json");
    const cJSON *view, *found = NULL;
    cJSON_ArrayForEach(view, item(tree, "views")) {
        if (item_says(item(view, "rate"), "of", "clicks") &&
            cJSON_GetArraySize(item(view, "audience")) == 1 &&
            strcmp(item_at(view, "audience", 0)->valuestring, "gender") == 0)
            found = item_at(view, "comparisons", 0);
    }
    cr_assert(found != NULL);
    const cJSON *set = item_with(item(found, "neutralising"), "factor", "device");
    cr_expect_eq(cJSON_GetArraySize(item(set, "levels")), 1); /* planted on phones: datasets/job-ads */
    cr_expect_str_eq(item_at(set, "levels", 0)->valuestring, "Mobile phones");
    cr_expect(cJSON_IsTrue(item(set, "minimal")) && oracle_get(set, "ratio") > 0.8);
    cJSON_Delete(tree);
}

static const char spec[] =
    "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"a\": \"factor:a\", \"b\": "
    "\"factor:b\", \"group\": \"audience:group\"}}], \"audience\": [\"group\"], \"factors\": "
    "[\"a\", \"b\"], \"rates\": [\"hits/base\"], \"reference\": \"r\"}";

/* Within every a*b cell f does better (rates .30 against .25, .80 against .75); the hard cells are a != b,
 * and f is mostly in them, so neither a nor b alone turns the gap around: in each level of a both kinds of
 * cells stand with the same mix. */
Test(further, a_pair_can_reverse_what_no_factor_reverses) {
    folder_put("d.csv", "group,a,b,base,hits\n"
                        "f,x,x,1000,800\nf,x,y,4000,1200\nf,y,x,4000,1200\nf,y,y,1000,800\n"
                        "r,x,x,4000,3000\nr,x,y,1000,250\nr,y,x,1000,250\nr,y,y,4000,3000\n");
    cJSON *tree = audited(spec);
    const cJSON *c = first_comparison(tree), *strata = item(c, "stratified");
    cr_expect(item_says(item_with(strata, "factor", "a"), "reversal", "none"));
    cr_expect(item_says(item_with(strata, "factor", "b"), "reversal", "none"));
    const cJSON *pair = item_with(strata, "factor", "a*b");
    cr_expect(item_says(pair, "reversal", "established"));
    cr_expect(oracle_get(item(pair, "ratio"), "value") > 1);
    cr_expect_eq(oracle_get(c, "pairs_tried"), 1);
    /* and the common mix of the pair is told: .55 against .5 with r's mix on the whole */
    const cJSON *mix, *both = NULL;
    cJSON_ArrayForEach(mix, item(c, "standardised")) {
        if (cJSON_GetArraySize(item(mix, "factors")) == 2) both = mix;
    }
    cr_assert(both != NULL);
    cr_expect(tilt_close(oracle_get(both, "ratio_b"), (0.8 * 0.8 + 0.2 * 0.3) / 0.65, 1e-12));
    cJSON_Delete(tree);
}

Test(further, a_pair_that_reverses_nothing_is_not_listed) {
    folder_put("d.csv",
               "group,a,b,base,hits\nf,x,x,1000,300\nf,y,y,1000,310\nr,x,x,1000,500\nr,y,y,1000,510\n");
    cJSON *tree = audited(spec);
    cr_expect_eq(cJSON_GetArraySize(item(first_comparison(tree), "stratified")), 2);
    cJSON_Delete(tree);
}
