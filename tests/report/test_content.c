/* Who is shown what creatives are tagged with. */
#include "run.h"

#include "base/buf.h"

TestSuite(content, FOLDER);

#define SPEC                                                                                                 \
    "{\"sources\": [\"d.csv\"], \"reference\": \"m\", \"content\": {\"file\": \"tags.csv\", \"key\": "       \
    "\"ad\"}}"

/* Three ads by two groups on six days, alike on each: women 60, 20, 20 a day and men 20, 30, 50. */
static const double counts[3][2] = {{60, 20}, {20, 30}, {20, 50}};

static void put_delivery(bool backwards) {
    tilt__buf rows = TILT__BUF_INIT;
    tilt__buf_text(&rows, "ad,day,gender,impressions\n");
    for (int k = 0; k < 36; k++) {
        int i = backwards ? 35 - k : k, ad = i % 3, g = i / 3 % 2, day = i / 6;
        tilt__buf_format(&rows, "a%d,2026-01-%02d,%s,%g\n", ad, day + 1, g == 0 ? "f" : "m",
                         counts[ad][g] * (100 + day));
    }
    folder_put("d.csv", tilt__buf_get(&rows));
    tilt__buf_free(&rows);
}

static cJSON *audit_tags(const char *tags) {
    put_delivery(false);
    folder_put("tags.csv", tags);
    return run_audit(SPEC);
}

static const cJSON *view_of(const cJSON *tree, const char *tag) {
    const cJSON *view;
    cJSON_ArrayForEach(view, run_at(tree, "views")) {
        if (strcmp(run_text(view, "content/tag"), tag) == 0) return view;
    }
    return NULL;
}

static void refuses(const char *tags, const char *words) {
    put_delivery(false);
    folder_put("tags.csv", tags);
    run_fails(SPEC, TILT_ESPEC, words);
}

/* Only ad 0 is flagged: women 60 of 100, men 20 of 100, ratio 3 (by hand), the same on every day. */
Test(content, a_flag_is_a_rate_of_what_was_reviewed) {
    cJSON *tree = audit_tags("ad,flagged\na0,yes\na1,no\na2,\n");
    const cJSON *view = view_of(tree, "flagged");
    expect_number(view, "groups/0/rate/value", 0.6);
    expect_number(view, "groups/1/rate/value", 0.2);
    expect_number(view, "comparisons/0/impact_ratio/value", 3.0);
    cr_expect_str_eq(run_text(view, "rate/kind"), "event");
    cr_expect_str_eq(run_text(view, "comparisons/0/unreviewed/lower_reason"), "no_unknown");
    cr_expect(cJSON_IsNull(run_at(view, "comparisons/0/rule")), "a rule about what is good to have");
    expect_number(view, "content/tagged", 1.0);
    expect_number(view, "content/unlisted", 0.0);
    cJSON_Delete(tree);
}

/* Two tags in a cell and in two rows of one creative; each tag is counted once per creative: health claim is
 * on ads 0 and 1 (women 80, men 50), weight loss on ad 0. */
Test(content, a_creative_may_carry_several_tags) {
    cJSON *tree =
        audit_tags("ad,tags\na0,health claim; weight loss\na1,health claim\na0,health claim\na2,none\n");
    expect_number(view_of(tree, "health claim"), "comparisons/0/impact_ratio/value", 0.8 / 0.5);
    expect_number(view_of(tree, "weight loss"), "comparisons/0/impact_ratio/value", 3.0);
    expect_number(view_of(tree, "weight loss"), "content/listed", 3.0);
    cJSON_Delete(tree);
}

/* Ad 2 is not listed: of 80 reviewed women's impressions 60 are flagged, of 50 of men's 20. The ratio lies
 * between (60/100) / (70/100) and (80/100) / (20/100): every share of ad 2 that could be flagged in either
 * group is tried. */
Test(content, what_nobody_reviewed_is_bounded_and_no_verdict_rests_on_it) {
    cJSON *tree = audit_tags("ad,flagged\na0,yes\na1,no\n");
    const cJSON *view = view_of(tree, "flagged"), *c = run_at(view, "comparisons/0");
    expect_number(c, "impact_ratio/value", (60.0 / 80) / (20.0 / 50));
    expect_number(c, "unreviewed/lower", 0.6 / 0.7);
    expect_number(c, "unreviewed/upper", 0.8 / 0.2);
    for (int f = 0; f <= 20; f++) {
        for (int m = 0; m <= 50; m++) {
            double ratio = (60.0 + f) / (20.0 + m);
            cr_expect(ratio >= run_number(c, "unreviewed/lower") - 1e-12 &&
                      ratio <= run_number(c, "unreviewed/upper") + 1e-12);
        }
    }
    cr_expect_str_eq(run_text(c, "verdict"), "undetermined");
    bool told = false;
    const cJSON *note;
    cJSON_ArrayForEach(note, run_at(c, "notes")) told =
        told || strcmp(note->valuestring, "depends_on_unreviewed") == 0;
    cr_expect(told);
    expect_number(view, "content/share_not_reviewed", 70.0 / 200);
    const cJSON *check = run_check(tree, "checks", "content_joined");
    cr_expect(cJSON_IsFalse(run_at(check, "ok")) && strstr(run_text(check, "detail"), "2 of the 3") != NULL);
    cJSON_Delete(tree);
}

/* The same with ad 2 listed as unknown, and as not reviewed. */
Test(content, unknown_is_not_no) {
    cJSON *a = audit_tags("ad,flagged\na0,yes\na1,no\na2,unknown\n"),
          *b = audit_tags("ad,flagged\na0,yes\na1,no\na2,not reviewed\n");
    expect_number(view_of(a, "flagged"), "comparisons/0/unreviewed/upper", 4.0);
    cr_expect(cJSON_Compare(run_at(view_of(a, "flagged"), "comparisons"),
                            run_at(view_of(b, "flagged"), "comparisons"), true));
    cJSON_Delete(a);
    cJSON_Delete(b);
}

/* Days differ, so that there are clusters that vary; with everything reviewed the verdict stands. */
Test(content, verdicts_and_drivers_are_those_of_any_rate) {
    tilt__buf rows = TILT__BUF_INIT;
    tilt__buf_text(&rows, "ad,day,gender,impressions\n");
    for (int day = 1; day <= 12; day++)
        for (int ad = 0; ad < 3; ad++)
            for (int g = 0; g < 2; g++)
                tilt__buf_format(&rows, "a%d,2026-01-%02d,%s,%g\n", ad, day, g == 0 ? "f" : "m",
                                 counts[ad][g] * 10 + (day * 7 + ad * 5 + g * 3) % 11);
    folder_put("d.csv", tilt__buf_get(&rows));
    folder_put("tags.csv", "ad,flagged\na0,yes\na1,no\na2,no\n");
    cJSON *tree = run_audit(SPEC);
    const cJSON *c = run_at(view_of(tree, "flagged"), "comparisons/0");
    cr_expect_str_eq(run_text(c, "verdict"), "tilted");
    cr_expect_str_eq(run_text(c, "interval_basis"), "clusters");
    cr_expect_gt(run_count(c, "drivers"), 0);
    const cJSON *finding;
    bool listed = false;
    cJSON_ArrayForEach(finding, run_at(tree, "findings")) {
        bool own = strcmp(run_text(finding, "id"), run_text(c, "id")) == 0;
        listed = listed || own;
        if (own) cr_expect(strstr(run_text(finding, "sentence"), "creatives tagged") != NULL);
    }
    cr_expect(listed);
    cJSON_Delete(tree);
    tilt__buf_free(&rows);
}

Test(content, order_of_rows_changes_nothing_and_what_is_counted_sums_to_what_was_delivered) {
    cJSON *a = audit_tags("ad,flagged,claim\na0,yes,x\na1,no,y;x\n");
    put_delivery(true);
    folder_put("tags.csv", "ad,flagged,claim\na1,no,x | y\na0,yes,x\na0,yes,x\n");
    cJSON *b = run_audit(SPEC);
    const char *const tags[] = {"flagged", "claim: x", "claim: y"};
    for (size_t i = 0; i < 3; i++) {
        const cJSON *view = view_of(a, tags[i]);
        cr_assert(view != NULL, "%s", tags[i]);
        cr_expect(
            cJSON_Compare(run_at(view, "comparisons"), run_at(view_of(b, tags[i]), "comparisons"), true));
        double all = run_number(view, "content/not_reviewed");
        for (int g = 0; g < 2; g++) all += run_number(run_at(view, g == 0 ? "groups/0" : "groups/1"), "base");
        cr_expect(all == 200 * 615); /* NOLINT: exact; days weigh 100 to 105 */
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(content, contradictions_stop_with_the_creative_and_the_tag) {
    refuses("ad,flagged\na0,yes\na0,no\n", "ad \"a0\" is both tagged \"flagged\" and not");
    refuses("ad,tags\na0,loan\na0,none\n", "ad \"a0\" is both tagged \"loan\" and not");
    refuses("ad,tags\na0,none; loan\n", "is both tagged \"loan\" and not");
    refuses("banner,flagged\na0,yes\n", "the key names a column \"ad\" that is not there");
    refuses("ad,loan,tag\na0,yes,loan\n", "two columns give the tag \"loan\"");
}

Test(content, specs_that_say_too_little_or_too_much_are_refused) {
    static const char *const specs[][2] = {
        {"{\"sources\": [\"d.csv\"], \"content\": {\"file\": \"tags.csv\"}}", "\"key\": \"ad\""},
        {"{\"sources\": [\"d.csv\"], \"content\": \"tags.csv\"}", "\"key\": \"ad\""},
        {"{\"sources\": [\"d.csv\"], \"content\": {\"file\": \"t.csv\", \"key\": \"ad\", \"keys\": 1}}",
         "unknown key \"keys\""},
        {"{\"sources\": [{\"file\": \"tags.csv\", \"kind\": \"content\"}]}", "belong together"}};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        tilt_error err = {.status = TILT_OK};
        tilt_spec *spec = tilt_spec_from_json(specs[i][0], strlen(specs[i][0]), NULL, &err);
        cr_expect(spec == NULL && strstr(err.message, specs[i][1]) != NULL, "%s", err.message);
        tilt_spec_free(spec);
    }
}

Test(content, tags_for_ads_that_never_ran_count_nowhere_and_are_told) {
    cJSON *tree = audit_tags("ad,flagged\na0,no\na1,no\na2,no\nz9,yes\n");
    expect_number(view_of(tree, "flagged"), "content/idle", 1.0);
    expect_number(view_of(tree, "flagged"), "content/tagged", 0.0);
    cr_expect(run_check(tree, "checks", "content_idle") != NULL);
    /* nothing tagged was shown to anybody: no ratio, and it says why */
    const cJSON *c = run_at(view_of(tree, "flagged"), "comparisons/0");
    cr_expect_str_eq(run_text(c, "verdict"), "undetermined");
    cr_expect(cJSON_IsNull(run_at(c, "impact_ratio/value")));
    cr_expect_str_eq(run_text(c, "impact_ratio/reason"), "zero_reference");
    cJSON_Delete(tree);
}

Test(content, a_row_without_a_key_says_nothing_of_ads_without_a_name) {
    folder_put("d.csv", "ad,gender,impressions\na0,f,60\na0,m,20\na1,f,40\na1,m,80\n,f,30\n,m,50\n");
    folder_put("tags.csv", "ad,flagged\na0,yes\na1,no\n,yes\n");
    cJSON *tree = run_audit(SPEC);
    const cJSON *view = view_of(tree, "flagged");
    expect_number(view, "groups/0/base", 100.0);
    expect_number(view, "content/not_reviewed", 80.0);
    cJSON_Delete(tree);
}

Test(content, nothing_reviewed_has_no_rate) {
    cJSON *tree = audit_tags("ad,flagged\nz1,yes\nz2,no\n");
    cr_expect(view_of(tree, "flagged") == NULL);
    const cJSON *check = run_check(tree, "checks", "content_joined");
    cr_expect(strstr(run_text(check, "detail"), "0 of the 3") != NULL);
    cJSON_Delete(tree);
}

/* Names are data: they reach the result as they are and the page escaped; a name cannot pass for the end of a
 * range. */
Test(content, hostile_names_of_tags_are_only_names) {
    cJSON *tree = audit_tags("ad,tags\na0,\"<script>alert(1)</script>\"\na1,impressions:max\na2,=1+1\n");
    cr_expect(view_of(tree, "<script>alert(1)</script>") != NULL);
    cr_expect(view_of(tree, "impressions:max") != NULL);
    cr_expect(view_of(tree, "=1+1") != NULL);
    cr_expect(!cJSON_IsTrue(run_at(view_of(tree, "impressions:max"), "ranged")));
    cJSON_Delete(tree);
    char *rows = malloc(4096);
    size_t used = (size_t)snprintf(rows, 4096, "ad,tags\na0,");
    memset(rows + used, 'y', 300);
    (void)snprintf(rows + used + 300, 4, "z\n");
    refuses(rows, "more than 200 bytes");
    free(rows);
    tilt__buf many = TILT__BUF_INIT;
    tilt__buf_text(&many, "ad,tags\na0,");
    for (int i = 0; i < 101; i++) tilt__buf_format(&many, "t%d;", i);
    tilt__buf_char(&many, '\n');
    put_delivery(false);
    folder_put("tags.csv", tilt__buf_get(&many));
    run_fails(SPEC, TILT_ETOOBIG, "more than 100 tags");
    tilt__buf_free(&many);
}

Test(content, columns_that_hold_no_tags_can_be_left_out) {
    put_delivery(false);
    folder_put("tags.csv", "ad,flagged,Note\na0,yes,see mail\na1,no,fine\na2,no,\n");
    cJSON *tree =
        run_audit("{\"sources\": [\"d.csv\"], \"content\": {\"file\": \"tags.csv\", \"key\": \"ad\", "
                  "\"ignore\": \"Note\"}}");
    cr_expect(view_of(tree, "flagged") != NULL && view_of(tree, "Note: fine") == NULL);
    cJSON_Delete(tree);
}

/* Seven impressions of women on ads that nobody reviewed could be had from what was delivered and what was
 * reviewed: one of the two goes. Seven flagged ones are a small cell like others. */
Test(content, few_people_are_not_told_of_by_tags) {
    static const char spec[] = "{\"sources\": [\"d.csv\"], \"rates\": [\"clicks/impressions\"], \"content\": "
                               "{\"file\": \"tags.csv\", \"key\": \"ad\"}, "
                               "\"privacy\": {\"publish\": true, \"min_cell\": 10}}";
    folder_put("d.csv", "ad,gender,impressions,clicks\na0,f,500,50\na0,m,400,40\na1,f,7,0\na1,m,300,30\n");
    folder_put("tags.csv", "ad,flagged\na0,yes\n");
    cJSON *tree = run_audit(spec);
    const cJSON *view = view_of(tree, "flagged");
    cr_assert_str_eq(run_text(tree, "views/0/groups/0/key/0"), "f");
    cr_expect(view == NULL || !cJSON_IsNumber(run_at(view, "groups/0/base")) ||
              !cJSON_IsNumber(run_at(tree, "views/0/groups/0/base")));
    cJSON_Delete(tree);
    folder_put("tags.csv", "ad,flagged\na0,no\na1,yes\n");
    tree = run_audit(spec);
    view = view_of(tree, "flagged");
    cr_expect(view == NULL || !cJSON_IsNumber(run_at(view, "groups/0/count")));
    cJSON_Delete(tree);
}

/* datasets/who-sees-what: what generate.c plants (its README, by arithmetic from the plan) lies within the
 * intervals. */
Test(content, the_shipped_data_set_gives_what_was_planted) {
#define WHERE TILT_SOURCE_DIR "/datasets/who-sees-what/"
    cJSON *tree =
        run_audit("{\"sources\": [{\"file\": \"" WHERE "delivery.csv\", \"platform\": \"generic\"}], "
                  "\"reference\": \"male\", \"audience\": [\"gender\"], \"content\": {\"file\": \"" WHERE
                  "creative-tags.csv\", \"key\": \"ad\", \"ignore\": \"Note\"}}");
    static const struct {
        const char *tag, *verdict;
        double ratio;
    } planted[] = {{"Flagged", "tilted", 1.5},
                   {"Claim: credit offer", "tilted", 2.0},
                   {"Claim: health claim", "level", 1.0}};
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        const cJSON *c = run_at(view_of(tree, planted[i].tag), "comparisons/0");
        cr_expect_str_eq(run_text(c, "verdict"), planted[i].verdict, "%s", planted[i].tag);
        cr_expect(run_number(c, "impact_ratio/lower") <= planted[i].ratio &&
                      run_number(c, "impact_ratio/upper") >= planted[i].ratio,
                  "%s", planted[i].tag);
    }
    const cJSON *one, *c, *view;
    bool found = false;
    cJSON_ArrayForEach(one, run_at(tree, "concentration")) {
        bool own = strcmp(run_text(one, "factor"), "partner") == 0 && cJSON_IsFalse(run_at(one, "money"));
        if (own) cr_expect_float_eq(run_number(one, "index/value"), 0.25347222222222221, 0.003);
    }
    cJSON_ArrayForEach(view, run_at(tree, "views")) {
        if (strcmp(run_text(view, "spread"), "partner") != 0) continue;
        cJSON_ArrayForEach(c, run_at(view, "comparisons")) {
            bool own = strcmp(run_text(c, "unit"), "Kitchen Table") == 0 &&
                       strcmp(run_text(c, "group/0"), "female") == 0;
            if (!own) continue;
            found = true;
            cr_expect(run_number(c, "impact_ratio/lower") <= 1.5 &&
                      run_number(c, "impact_ratio/upper") >= 1.5);
            cr_expect_str_eq(run_text(c, "verdict"), "tilted");
        }
    }
    cr_expect(found);
    cJSON_Delete(tree);
}
