/* Libraries of political ads as rules for what was delivered. */
#include "run.h"

#define EXPORTS TILT_TEST_DIR "/data/exports/"

TestSuite(allowed, FOLDER);

static const char *detail_of(const cJSON *checks, const char *id, bool *out_ok) {
    const cJSON *check;
    cJSON_ArrayForEach(check, checks) {
        if (strcmp(run_text(check, "id"), id) != 0) continue;
        *out_ok = cJSON_IsTrue(run_at(check, "ok"));
        return run_text(check, "detail");
    }
    return "";
}

static void expect_words(const cJSON *checks, const char *id, bool ok, const char *words) {
    bool was = !ok;
    const char *detail = detail_of(checks, id, &was);
    cr_expect(strstr(detail, words) != NULL, "%s said: %s", id, detail);
    cr_expect_eq(was, ok, "%s", id);
}

/* Ad 2 may reach women of 18 to 34: 120 impressions went to men and 60 to women of 35 or more; ad 3 may reach
 * 25-34: 300 went to people of 21 to 24. */
Test(allowed, delivery_is_held_against_the_rules_of_the_library) {
    cJSON *tree =
        run_audit("{\"sources\": [\"" EXPORTS "snapchat-delivery-ads.csv\"], \"targeting\": \"" EXPORTS
                  "snapchat-political.csv\"}");
    expect_words(run_at(tree, "checks"), "delivered_as_allowed", false,
                 "480 to groups it was not allowed to reach");
    expect_words(run_at(tree, "checks"), "allowed_joined", false, "3 of the 4 ads");
    const cJSON *rules = run_at(tree, "inputs/1/checks");
    expect_words(rules, "allowed_groups", true, "gender any; age 18+");
    cr_expect(run_count(tree, "views") > 0);
    expect_number(tree, "inputs/1/sums/impressions", 52900.0); /* shown, never counted: */
    cr_expect(run_at(tree, "cube/tables/1") == NULL);
    cJSON_Delete(tree);
}

#define LIBRARY                                                                                              \
    "ADID,Spend,Impressions,Gender,AgeBracket,CountryCode,Regions (Included),Regions (Excluded),"            \
    "OrganizationName,PayingAdvertiserName,CandidateBallotInformation\n"

Test(allowed, brackets_may_be_open_overlap_and_cut_bins) {
    folder_put("lib.csv", LIBRARY "a,1,1,,35++,de,,,,,\nb,1,1,\"MALE,FEMALE\",\"18-24,20-29\",de,,Ohio,,,\n");
    folder_put(
        "d.csv",
        "ad,gender,age,region,impressions\n"
        "a,male,35-44,Texas,100\na,male,25-34,Texas,10\n"
        "b,female,18-24,Texas,200\nb,male,25-34,Texas,30\nb,male,18-24,Ohio,5\nb,unknown,18-24,Texas,7\n");
    cJSON *tree = run_audit("{\"sources\": [{\"file\": \"d.csv\"}, "
                            "{\"file\": \"lib.csv\", \"kind\": \"targeting\", \"platform\": \"snapchat\"}]}");
    const cJSON *checks = run_at(tree, "checks");
    expect_words(checks, "allowed_joined", true, "2 of the 2 ads");
    /* gender lists both; unknown gender is not known where a rule names genders */
    expect_words(checks, "delivered_as_allowed", false,
                 "300 impressions went to groups that their ad was allowed");
    expect_words(checks, "delivered_as_allowed", false,
                 "15 to groups it was not allowed"); /* 10 of 25-34, 5 in Ohio */
    expect_words(checks, "delivered_as_allowed", false, "7 to people of unknown audience");
    expect_words(checks, "allowed_in_part", true,
                 "30 impressions went to age bins"); /* 25-34 under 18-24 and 20-29 */
    cJSON_Delete(tree);
}

Test(allowed, a_library_of_other_ads_is_told) {
    folder_put("lib.csv", LIBRARY "zzz,1,1,,18+,de,,,,,\n");
    folder_put("d.csv", "ad,gender,impressions\nA,f,1000\nA,m,2000\nB,f,10\nB,m,20\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"targeting\": \"lib.csv\"}");
    expect_words(run_at(tree, "checks"), "allowed_joined", false, "No ad of d.csv is named in lib.csv");
    cJSON_Delete(tree);
}

/* ---- files of several tables, and ZIPs ---- */

Test(allowed, the_tables_of_one_file_can_be_sources_of_their_own) {
    cJSON *tree =
        run_audit("{\"sources\": [{\"file\": \"" EXPORTS "linkedin-demographics.csv\"}, {\"file\": \"" EXPORTS
                  "linkedin-demographics.csv\", \"block\": 2}]}");
    expect_words(run_at(tree, "inputs/0/checks"), "further_tables", false,
                 "has 2 tables one below the other");
    expect_words(run_at(tree, "inputs/1/checks"), "further_tables", true, "on line 11");
    expect_number(tree, "inputs/0/sums/impressions", 751.0);
    expect_number(tree, "inputs/1/sums/impressions", 740.0);
    cJSON_Delete(tree);
}

Test(allowed, the_members_of_a_zip_are_listed) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec("{\"sources\": [\"" EXPORTS "meta-parts.zip\"]}");
    tilt_audit *audit = tilt_audit_inspect(spec, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_expect_eq(run_count(tree, "inputs/0/members"), 2u);
    cr_expect(strstr(run_text(tree, "inputs/0/members/0"), ".csv") != NULL);
    cJSON_Delete(tree);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

/* Empty is no restriction: 41000 + 2100 impressions are open to any gender, by the file. */
Test(allowed, a_library_alone_tells_its_rules_and_is_not_compared) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec("{\"sources\": [\"" EXPORTS "snapchat-political.csv\"]}");
    tilt_audit *audit = tilt_audit_inspect(spec, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    expect_words(run_at(tree, "inputs/0/checks"), "addressed_to", true,
                 "by gender, 43\xe2\x80\xaf"
                 "100 impressions are of ads addressed to everybody and 9800 of ads limited to some");
    cr_expect(tilt_audit_run(spec, NULL, &err) == NULL);
    cr_expect_eq(err.status, TILT_ESPEC);
    cr_expect(strstr(err.message, "No groups can be compared by it alone; expected what was delivered"), "%s",
              err.message);
    cJSON_Delete(tree);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}
