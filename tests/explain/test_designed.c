/* Ads that differ in one recorded thing, facts from a sidecar, and what cannot be separated. Counts of the
 * published experiment: datasets/one-thing-at-a-time; shares and differences by hand from them. */
#include "audited.h"

TestSuite(designed, FOLDER);

static const cJSON *design_of(const cJSON *tree, const char *factor) {
    return item_with(item(item_at(tree, "views", 0), "designed"), "factor", factor);
}

static double share(const cJSON *design, const char *level, const char *group) {
    const cJSON *arm = item_with(item(design, "arms"), "level", level);
    return oracle_get(item(item_of(item(arm, "groups"), "key", group), "value"), "value");
}

Test(designed, the_image_is_named_and_the_text_is_small) {
    cJSON *tree = audited_shipped("one-thing-at-a-time", "experiment.spec.json");
    const cJSON *view = item_at(tree, "views", 0), *first = item_at(view, "designed", 0);
    /* R 4.2 chisq.test of the 5 x 2 table */
    cr_expect(tilt_close(oracle_get(item(item(view, "overall"), "chi_square"), "statistic"),
                         3343.1782871384567, 1e-9));
    cr_expect(item_says(first, "factor", "creative_image") && item_says(first, "grade", "A"));
    cr_expect(cJSON_IsFalse(item(first, "replicated")));
    cr_expect(tilt_close(oracle_get(first, "spread"), 1707.0 / 1948 - 344.0 / 2235, 1e-12));
    cr_expect(tilt_close(share(first, "lipstick", "female"), 1707.0 / 1948, 1e-12));
    cr_expect(tilt_close(share(first, "road", "female"), 1477.0 / 2797, 1e-12));
    const cJSON *text = design_of(tree, "creative_text");
    cr_expect(item_says(text, "grade", "A"));
    cr_expect(tilt_close(oracle_get(text, "spread"), 523.0 / 2359 - 344.0 / 2235, 1e-12));
    cr_expect(item_says(item(text, "fixed"), "creative_image", "baseline"));
    cJSON_Delete(tree);
}

Test(designed, a_contrast_is_a_driver_of_its_ad) {
    cJSON *tree = audited_shipped("one-thing-at-a-time", "experiment.spec.json");
    const cJSON *c;
    size_t found = 0;
    cJSON_ArrayForEach(c, item(item_at(tree, "views", 0), "comparisons")) {
        if (!item_says(c, "unit", "Lipstick image") ||
            strcmp(cJSON_GetArrayItem(item(c, "group"), 0)->valuestring, "female") != 0)
            continue;
        const cJSON *driver = item_with(item(c, "drivers"), "kind", "designed");
        cr_expect(item_says(driver, "name", "creative_image") && item_says(driver, "key", "lipstick") &&
                  item_says(driver, "grade", "A"));
        double others = (344.0 + 1477) / (2235 + 2797);
        cr_expect(tilt_close(oracle_get(item(driver, "contribution"), "value"), log(1707.0 / 1948 / others),
                             1e-12));
        /* what an ad shows is the same in all of it, so its mix explains nothing */
        cr_expect(item_with(item(c, "drivers"), "kind", "factor") == NULL);
        found++;
    }
    cr_expect_eq(found, 1u);
    cJSON_Delete(tree);
}

static const char delivery[] = "Ad set name,Ad name,Gender,Impressions\n"
                               "S,a,female,500\nS,a,male,500\nS,b,female,300\nS,b,male,700\n"
                               "T,c,female,600\nT,c,male,400\nT,d,female,550\nT,d,male,450\n";
static const char with_facts[] = "{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}, {\"file\": "
                                 "\"t.csv\", \"kind\": \"facts\", "
                                 "\"key\": \"ad\"}]}";

Test(designed, two_things_at_once_are_no_design) {
    folder_put("d.csv", delivery);
    folder_put("t.csv", "Ad name,tone,colour\na,warm,red\nb,cold,blue\nc,warm,blue\nd,cold,red\n");
    cJSON *tree = audited(with_facts);
    cr_expect_eq(cJSON_GetArraySize(item(item_at(tree, "views", 0), "designed")), 0);
    cJSON_Delete(tree);
}

Test(designed, other_ad_sets_are_other_targeting_unless_recorded) {
    folder_put("d.csv", delivery);
    folder_put("t.csv", "Ad name,tone\na,warm\nb,cold\nc,warm\nd,cold\n");
    cJSON *tree = audited(with_facts);
    const cJSON *designs = item(item_at(tree, "views", 0), "designed");
    cr_expect_eq(cJSON_GetArraySize(designs), 2); /* one in each ad set */
    cr_expect(cJSON_IsFalse(item(cJSON_GetArrayItem(designs, 0), "replicated")));
    cJSON_Delete(tree);

    folder_put("t.csv", "Ad name,tone,targeting\na,warm,all\nb,cold,all\nc,warm,all\nd,cold,all\n");
    tree = audited(with_facts);
    const cJSON *tone = design_of(tree, "tone");
    cr_expect(item_says(tone, "grade", "A") && cJSON_IsTrue(item(tone, "replicated")));
    /* warm: 1100 of 2000, cold: 850 of 2000 */
    cr_expect(tilt_close(oracle_get(tone, "spread"), 0.125, 1e-12));
    cJSON_Delete(tree);
}

Test(designed, ads_of_one_set_with_nothing_recorded_are_natural_pairs) {
    folder_put("d.csv", delivery);
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}]}");
    const cJSON *designs = item(item_at(tree, "views", 0), "designed");
    cr_expect_eq(cJSON_GetArraySize(designs), 2);
    const cJSON *widest = cJSON_GetArrayItem(designs, 0);
    cr_expect(cJSON_IsNull(item(widest, "factor")) && item_says(widest, "grade", "B"));
    cr_expect(tilt_close(oracle_get(widest, "spread"), 0.2, 1e-12));
    cJSON_Delete(tree);
}

Test(designed, one_group_per_ad_cannot_be_separated) {
    folder_put("d.csv", "Ad name,Gender,Placement,Impressions\na,female,x,500\na,female,y,100\nb,male,x,700\n"
                        "b,male,y,10\nc,female,x,90\n");
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}]}");
    const cJSON *view = item_at(tree, "views", 0), *c, *driver;
    cr_expect(cJSON_IsFalse(item(item(view, "separable"), "ok")));
    cJSON_ArrayForEach(c, item(view, "comparisons")) {
        cJSON_ArrayForEach(driver, item(c, "drivers")) cr_expect(item_says(driver, "grade", "D"));
        bool noted = false;
        const cJSON *note;
        cJSON_ArrayForEach(note, item(c, "notes")) noted =
            noted || strcmp(note->valuestring, "one_group_per_unit") == 0;
        cr_expect(noted);
    }
    cJSON_Delete(tree);
}

/* Funnel: the ratio of each arm. a: (50/100)/(40/100), b: (20/100)/(40/100), per ten. */
Test(designed, with_a_base_the_ratio_of_each_arm_is_compared) {
    folder_put("d.csv", "Ad set name,Ad name,Gender,Targeted,Reach\nS,a,female,1000,500\nS,a,male,1000,400\n"
                        "S,b,female,1000,200\nS,b,male,1000,400\n");
    folder_put("t.csv", "Ad name,tone\na,warm\nb,cold\n");
    cJSON *tree =
        audited("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Ad name\": \"factor:ad\", \"Ad set "
                "name\": \"factor:ad_set\"}}, {\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"ad\"}], "
                "\"rates\": [\"reach/targeted\"], \"reference\": \"male\"}");
    const cJSON *tone = design_of(tree, "tone");
    cr_expect(item_says(tone, "value_of", "impact_ratio"));
    cr_expect(tilt_close(share(tone, "warm", "female"), 1.25, 1e-12));
    cr_expect(tilt_close(share(tone, "cold", "female"), 0.5, 1e-12));
    cr_expect(tilt_close(oracle_get(tone, "spread"), log(2.5), 1e-12));
    cJSON_Delete(tree);
}
