/* A sidecar of facts: what it adds to the cells, and what is refused. */
#include "audited.h"

TestSuite(attach, FOLDER);

static const char plain[] =
    "{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"ad\"}]}";

static void refused(const char *json, const char *words) {
    tilt_error err;
    cJSON *tree = audited_try(json, NULL, &err);
    cr_assert_null(tree);
    cr_expect(strstr(err.message, words) != NULL, "said: %s\n  without: %s", err.message, words);
}

static void put_delivery(void) {
    folder_put("d.csv", "Ad name,Gender,Impressions\na,female,5\na,male,6\nb,female,7\nb,male,8\n");
}

Test(attach, facts_become_factors_and_counts_stay_exact) {
    put_delivery();
    folder_put("t.csv", "Ad name,budget,colour\nb,100,red\na,100,blue\nz,1,grey\n");
    cJSON *tree = audited(plain);
    const cJSON *table = item_at(item(tree, "cube"), "tables", 0), *cell = item_at(table, "cells", 0);
    cr_expect_str_eq(item_at(table, "dims", 2)->valuestring, "budget");
    cr_expect_str_eq(item_at(table, "dims", 3)->valuestring, "colour");
    cr_expect_eq(cJSON_GetArraySize(item(table, "cells")), 4);
    cr_expect_str_eq(cJSON_GetArrayItem(cell, 0)->valuestring, "a");
    cr_expect_str_eq(cJSON_GetArrayItem(cell, 3)->valuestring, "blue");
    cr_expect_eq(cJSON_GetArrayItem(cell, 4)->valuedouble, 5);
    cr_expect(cJSON_IsTrue(item(item_with(item(tree, "checks"), "id", "facts_joined"), "ok")));
    cJSON_Delete(tree);
}

Test(attach, what_is_not_recorded_says_so) {
    put_delivery();
    folder_put("t.csv", "Ad name,colour\na,blue\n");
    cJSON *tree = audited(plain);
    const cJSON *check = item_with(item(tree, "checks"), "id", "facts_joined");
    cr_expect(cJSON_IsFalse(item(check, "ok")));
    cr_expect(strstr(item(check, "detail")->valuestring, "1 of the 2") != NULL);
    const cJSON *last = item_at(item_at(item(tree, "cube"), "tables", 0), "cells", 3);
    cr_expect_str_eq(cJSON_GetArrayItem(last, 2)->valuestring, "(not recorded)");
    cJSON_Delete(tree);
}

Test(attach, a_fact_can_group_people_and_slice_the_audit) {
    put_delivery();
    folder_put("t.csv", "Ad name,colour\na,blue\nb,red\n");
    cJSON *tree = audited(
        "{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"Ad name\"}], "
        "\"audience\": [\"colour\"], \"benchmarks\": {\"colour\": {\"blue\": 0.5, \"red\": 0.5}}}");
    cr_expect_str_eq(item_at(item_at(tree, "views", 0), "audience", 0)->valuestring, "colour");
    cJSON_Delete(tree);
}

Test(attach, what_is_wrong_with_facts_is_named) {
    put_delivery();
    folder_put("t.csv", "Ad name,colour\na,blue\na,red\n");
    refused(plain, "\"a\" is recorded twice with different facts");
    refused("{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"adv\"}]}",
            "the key names a column \"adv\"");
    refused("{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"facts\"}]}", "belong together");
    refused("{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"key\": \"ad\"}]}", "belong together");
    folder_put("t.csv", "Creative,colour\na,blue\n");
    refused("{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"Creative\"}]}",
            "is no factor or audience column of another source");
    refused("{\"sources\": [{\"file\": \"t.csv\", \"kind\": \"facts\", \"key\": \"Creative\"}]}",
            "is no factor or audience column of another source");
}
