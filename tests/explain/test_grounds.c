/* What a split stands on, by whole audits: factors that cannot be told apart, that are left out, that are too
 * many, that only the counts have; both scales of the stages; and the words of everything at once. */
#include "audited.h"

#include <ctype.h>

#include "report/words_further.h"
#include "stat/random.h"
#include "tiltmeter/report.h"

TestSuite(grounds, FOLDER);

static const cJSON *comparison_in(const cJSON *tree) {
    return item_at(item_at(tree, "views", 0), "comparisons", 0);
}

static double value_of(const cJSON *driver) {
    return oracle_get(item(driver, "contribution"), "value");
}

typedef void sentence_maker(const cJSON *view, const cJSON *comparison, tilt__buf *out);

static void expect_said(const cJSON *tree, sentence_maker *make, const char *words) {
    tilt__buf text = TILT__BUF_INIT;
    make(item_at(tree, "views", 0), comparison_in(tree), &text);
    if (words == NULL)
        cr_expect_eq(text.length, 0u, "said: %s", tilt__buf_get(&text));
    else
        cr_expect(strstr(tilt__buf_get(&text), words) != NULL, "said: %s", tilt__buf_get(&text));
    tilt__buf_free(&text);
}

/* ---- factors that vary together ---- */

/* Site drives the rates; device follows site closely and does nothing itself. Women are more often on a. */
static void put_followers(void) {
    static const double on_a[2] = {0.7, 0.4}, rate[2] = {0.1, 0.3};
    char text[2000] = "group,site,device,base,hits\n";
    size_t n = strlen(text);
    for (size_t g = 0; g < 2; g++) {
        for (size_t site = 0; site < 2; site++) {
            for (size_t device = 0; device < 2; device++) {
                double mix = site == 0 ? on_a[g] : 1 - on_a[g];
                double base = round(20000 * mix * (site == device ? 0.9 : 0.1));
                n += (size_t)snprintf(text + n, sizeof text - n, "%s,%c,%c,%.0f,%.0f\n",
                                      g == 0 ? "women" : "men", "ab"[site], "pq"[device], base,
                                      base * rate[site]);
            }
        }
    }
    folder_put("d.csv", text);
}

static const char followers[] =
    "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\", \"device\"], "
    "\"rates\": [\"hits/base\"], \"reference\": \"men\"}";

Test(grounds, a_follower_cannot_be_separated_and_the_report_says_from_what) {
    put_followers();
    cJSON *tree = audited(followers);
    const cJSON *driver;
    size_t seen = 0;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers")) {
        if (!item_says(driver, "kind", "factor") || !item_says(driver, "scale", "log")) continue;
        bool device = item_says(driver, "name", "device");
        cr_expect(item_says(driver, "grade", device ? "D" : "C"));
        /* counted last, the follower has nothing left; counted first it has much */
        if (device)
            cr_expect(fabs(oracle_get(driver, "last_in")) < 0.25 * fabs(oracle_get(driver, "first_in")));
        seen++;
    }
    cr_expect_eq(seen, 2);
    expect_said(tree, tilt__words_unseparated,
                "These data cannot separate the mix over device from that over site: device counted first");
    cJSON_Delete(tree);
}

/* Device has the same mix everywhere: nothing in it, so nothing that could not be separated. */
Test(grounds, a_factor_that_carries_nothing_is_not_called_inseparable) {
    folder_put("d.csv", "group,site,device,base,hits\n"
                        "women,a,p,3500,350\nwomen,a,q,3510,351\nwomen,b,p,1500,450\nwomen,b,q,1490,447\n"
                        "men,a,p,2000,200\nmen,a,q,2000,200\nmen,b,p,3000,900\nmen,b,q,3000,900\n");
    cJSON *tree = audited(followers);
    const cJSON *driver;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers"))
        cr_expect_not(item_says(driver, "grade", "D"));
    expect_said(tree, tilt__words_unseparated, NULL);
    cJSON_Delete(tree);
}

Test(grounds, swapping_the_groups_turns_the_sign_of_every_driver) {
    put_followers();
    cJSON *tree = audited(followers);
    char swapped_spec[512];
    (void)snprintf(swapped_spec, sizeof swapped_spec, "%s", followers);
    memcpy(strstr(swapped_spec, "\"reference\": \"men\"}"), "\"reference\": \"women\"}", 22);
    cJSON *swapped = audited(swapped_spec);
    const cJSON *other = item(comparison_in(swapped), "drivers");
    cr_expect_eq(cJSON_GetArraySize(other), cJSON_GetArraySize(item(comparison_in(tree), "drivers")));
    const cJSON *driver, *twin;
    size_t met = 0;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers")) {
        cJSON_ArrayForEach(twin, other) {
            static const char *const same[] = {"kind", "name", "scale", "key"};
            bool alike = true;
            for (size_t i = 0; i < 4; i++) {
                const char *a = cJSON_GetStringValue(item(driver, same[i])),
                           *b = cJSON_GetStringValue(item(twin, same[i]));
                alike = alike && (a == b || (a != NULL && b != NULL && strcmp(a, b) == 0));
            }
            if (!alike) continue;
            cr_expect(tilt_close_abs(value_of(driver), -value_of(twin), 1e-9, 1e-12), "%s",
                      cJSON_GetStringValue(item(driver, "name")));
            met++;
        }
    }
    cr_expect(met >= 8 && (int)met == cJSON_GetArraySize(other), "%zu", met);
    cJSON_Delete(tree);
    cJSON_Delete(swapped);
}

/* ---- support ---- */

/* Every hour belongs to one group: crossed with it, nothing is shared. */
static void put_hours(void) {
    folder_put("d.csv", "group,site,hour,base,hits\nwomen,a,1,4000,400\nwomen,b,2,6000,1800\n"
                        "men,a,3,7000,900\nmen,b,4,3000,1000\n");
}

Test(grounds, factors_that_we_chose_are_coarsened_with_a_notice) {
    put_hours();
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"site\": \"factor:site\", "
                          "\"hour\": \"factor:hour\"}}], \"audience\": [\"group\"], "
                          "\"rates\": [\"hits/base\"], \"reference\": \"men\"}");
    const cJSON *left = item(item(comparison_in(tree), "support"), "left_out");
    cr_assert_eq(cJSON_GetArraySize(left), 1);
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetArrayItem(left, 0)), "hour");
    expect_said(tree, tilt__words_support, "Hour is left out of the split");
    cJSON_Delete(tree);
}

Test(grounds, factors_that_are_named_stay_with_a_warning_of_thin_support) {
    folder_put("d.csv", "group,site,hour,base,hits\nwomen,a,1,4000,400\nwomen,b,2,6000,1800\n"
                        "men,a,1,7000,900\nmen,b,4,3000,1000\n");
    cJSON *tree = audited("{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\", "
                          "\"hour\"], \"rates\": [\"hits/base\"], \"reference\": \"men\"}");
    const cJSON *support = item(comparison_in(tree), "support");
    cr_expect_eq(cJSON_GetArraySize(item(support, "left_out")), 0);
    cr_expect(tilt_close(oracle_get(support, "group"), 0.4, 1e-12));
    cr_expect(tilt_close(oracle_get(support, "reference"), 0.7, 1e-12));
    expect_said(tree, tilt__words_support, "Support is thin: 40.0");
    /* what is off the support is a part of its own: all parts sum to the gap on each scale */
    double sums[2] = {0, 0};
    const cJSON *driver;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers")) {
        if (item_says(driver, "kind", "level")) continue;
        sums[item_says(driver, "scale", "log")] += value_of(driver);
    }
    cr_expect(tilt_close(sums[0], 2200.0 / 10000 - 1900.0 / 10000, 1e-9));
    cr_expect(tilt_close(sums[1], log(2200.0 / 1900), 1e-9));
    cJSON_Delete(tree);
}

/* ---- too many ---- */

Test(grounds, a_thirteenth_factor_is_named_not_dropped) {
    static char text[60000];
    size_t n = (size_t)snprintf(text, sizeof text, "gender");
    for (int f = 0; f < 14; f++) n += (size_t)snprintf(text + n, sizeof text - n, ",f%02d", f);
    n += (size_t)snprintf(text + n, sizeof text - n, ",eligible,selected\n");
    tilt__random random = tilt__random_stream(13, 0, 0);
    for (int i = 0; i < 600; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", i % 2 ? "female" : "male");
        for (int f = 0; f < 14; f++) {
            /* f13 leans apart, f00 and f05 are the same for everybody: they carry nothing alone */
            bool on =
                f == 0 || f == 5 ? false : tilt__random_uniform(&random) < (f == 13 && i % 2 ? 0.8 : 0.4);
            n += (size_t)snprintf(text + n, sizeof text - n, ",%s",
                                  f == 0 || f == 5 ? (i % 4 < 2 ? "east" : "west")
                                  : on             ? "open"
                                                   : "shut");
        }
        n += (size_t)snprintf(text + n, sizeof text - n, ",100,%d\n", 10 + i % 7 + (i % 2 ? 8 : 0));
    }
    folder_put("d.csv", text);
    cJSON *tree =
        audited("{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], "
                "\"factors\": [\"f00\", \"f01\", \"f02\", \"f03\", \"f04\", \"f05\", \"f06\", \"f07\", "
                "\"f08\", \"f09\", \"f10\", \"f11\", \"f12\", \"f13\"]}");
    const cJSON *beyond = item(item(comparison_in(tree), "support"), "beyond"), *driver;
    size_t factors = 0;
    bool leaning = false;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers")) {
        if (!item_says(driver, "kind", "factor") || !item_says(driver, "scale", "difference")) continue;
        leaning = leaning || item_says(driver, "name", "f13");
        factors++;
    }
    cr_expect_eq(factors, 12u);
    cr_expect(leaning, "the thirteenth column carries most and is split");
    cr_assert_eq(cJSON_GetArraySize(beyond), 2);
    tilt__buf text_said = TILT__BUF_INIT;
    tilt__words_support(item_at(tree, "views", 0), comparison_in(tree), &text_said);
    for (int i = 0; i < 2; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "%s", cJSON_GetStringValue(cJSON_GetArrayItem(beyond, i)));
        name[0] = i == 0 ? 'F' : 'f';
        cr_expect(strstr(tilt__buf_get(&text_said), name) != NULL, "%s not in: %s", name,
                  tilt__buf_get(&text_said));
    }
    cr_expect(strstr(tilt__buf_get(&text_said), "no more than 12 factors") != NULL);
    tilt__buf_free(&text_said);
    cJSON_Delete(tree);
}

/* ---- factors of the counts alone ---- */

static void numerator_only(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    (void)view;
    tilt__words_numerator_only(comparison, out);
}

Test(grounds, parts_of_a_factor_that_only_the_counts_have_sum_to_the_gap_and_are_named) {
    folder_put("d.csv", "Ad Set Name,Gender,Placement,Reach\nA,female,feed,300\nA,female,reels,100\n"
                        "A,male,feed,350\nA,male,reels,400\n");
    folder_put("t.csv", "Ad Set Name,Gender,Targeted\nA,female,1000\nA,male,1500\n");
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}], \"targeting\": "
                          "\"t.csv\", \"rates\": [\"reach/targeted\"], \"reference\": \"male\"}");
    double sum = 0;
    const cJSON *driver;
    cJSON_ArrayForEach(driver,
                       item(comparison_in(tree), "drivers")) if (item_says(driver, "kind", "numerator_level"))
        sum += value_of(driver);
    cr_expect(tilt_close(sum, 0.4 - 0.5, 1e-12), "%g", sum);
    expect_said(tree, numerator_only, "Placement is only in the counts, not in the base");
    cJSON_Delete(tree);
}

/* ---- stages on both scales ---- */

Test(grounds, stages_sum_on_both_scales) {
    folder_put("d.csv", "gender,eligible,targeted,reach\nfemale,10000,4000,1000\nmale,12000,6000,2400\n");
    cJSON *tree = audited("{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], \"rates\": "
                          "[\"reach/eligible\"], \"reference\": \"male\"}");
    double sums[2] = {0, 0};
    size_t n = 0;
    const cJSON *driver;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers")) {
        if (!item_says(driver, "kind", "stage")) continue;
        sums[item_says(driver, "scale", "log")] += value_of(driver);
        n++;
        if (item_says(driver, "name", "targeted/eligible") && item_says(driver, "scale", "difference")) {
            /* (0.4 - 0.5)(0.25 + 0.4) / 2; its variance by hand in test_funnel.c */
            cr_expect(tilt_close(value_of(driver), -0.0325, 1e-12));
            cr_expect(tilt_close(oracle_get(driver, "share_of_gap"), 0.325, 1e-9));
        }
    }
    cr_expect_eq(n, 4u);
    cr_expect(tilt_close(sums[0], 0.1 - 0.2, 1e-12) && tilt_close(sums[1], log(0.5), 1e-12));
    cJSON_Delete(tree);
}

/* ---- all words at once ---- */

static const char *const forbidden[] = {"discriminat", "caused", "because of", "unbiased", "no bias",
                                        "biased",      "nan",    "guilty",     "proves"};

static bool has_word(const char *text, const char *word) {
    size_t n = strlen(word);
    for (const char *p = text; *p != '\0'; p++) {
        size_t same = 0;
        while (same < n && tolower((unsigned char)p[same]) == word[same]) same++;
        if (same < n || (p > text && isalpha((unsigned char)p[-1]))) continue;
        if (!isalpha((unsigned char)p[n]) || strcmp(word, "discriminat") == 0) return true;
    }
    return false;
}

/* The whole report of an audit, in Markdown, has each of `wanted` and none of the forbidden words. */
static void expect_report(cJSON *tree, const char *const *wanted, size_t n) {
    char *json = cJSON_Print(tree);
    tilt_error err;
    tilt_report *report = tilt_report_from_json(json, strlen(json), &err);
    cr_assert(report != NULL, "%s", err.message);
    char *text = NULL;
    size_t length = 0;
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &text, &length, &err), TILT_OK, "%s",
                 err.message);
    for (size_t i = 0; i < n; i++) cr_expect(strstr(text, wanted[i]) != NULL, "no \"%s\"", wanted[i]);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_expect_not(has_word(text, forbidden[i]), "says \"%s\"", forbidden[i]);
    free(text);
    tilt_report_free(report);
    free(json);
    cJSON_Delete(tree);
}

Test(grounds, the_report_of_followers_says_what_it_must_and_nothing_forbidden) {
    static const char *const wanted[] = {"Where the gap arises", "cannot separate",
                                         "Had both groups had the same", "Parts of the gap on both scales",
                                         "association"};
    put_followers();
    expect_report(audited(followers), wanted, sizeof wanted / sizeof *wanted);
}

/* Levels, scan, stand-ins, covariates and thin support in one audit. */
Test(grounds, the_report_of_everything_at_once_says_nothing_forbidden) {
    static char text[40000];
    size_t n = (size_t)snprintf(text, sizeof text, "group,site,interest,years,team,base,hits\n");
    tilt__random random = tilt__random_stream(77, 0, 0);
    for (int i = 0; i < 400; i++) {
        bool focal = i % 2, beauty = tilt__random_uniform(&random) < (focal ? 0.8 : 0.3);
        double years = floor(10 * tilt__random_uniform(&random)) + (focal ? 0 : 2);
        int hits = (int)(20 + 3 * years + (focal && i % 5 == 0 ? -18 : 0));
        n += (size_t)snprintf(text + n, sizeof text - n, "%s,s%d,%s,%.0f,t%d,100,%d\n",
                              focal ? "women" : "men", i / 2 % 5, beauty ? "beauty" : "cars", years, i % 9,
                              hits);
    }
    folder_put("d.csv", text);
    static const char *const wanted[] = {
        "At equal years",    "What the search found, by search",           "p of the search",
        "Held-out clusters", "How much a factor tells about the audience", "is not justified by it",
        "rule of thumb"};
    expect_report(audited("{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\", "
                          "\"interest\"], \"rates\": [\"hits/base\"], \"reference\": \"men\", \"unit\": "
                          "\"team\", \"adjust\": [\"years\"], \"scan\": true}"),
                  wanted, sizeof wanted / sizeof *wanted);
}

Test(grounds, berkeley_turns_around_and_is_told_in_words) {
    static const char *const wanted[] = {"Department mix", "turn around"};
    expect_report(audited_shipped("berkeley-1973", "admissions.spec.json"), wanted, 2);
}

Test(grounds, the_experiment_names_the_image_with_its_limit) {
    static const char *const wanted[] = {"Creative image", "grade A", "One ad per arm is no replication"};
    cJSON *tree = audited_shipped("one-thing-at-a-time", "experiment.spec.json");
    const cJSON *chi = item(item(item_at(tree, "views", 0), "overall"), "chi_square");
    /* published counts, France: platform facts recomputed with exact rationals */
    cr_expect(tilt_close(oracle_get(chi, "statistic"), 3343.1782871384567, 1e-9), "%.17g",
              oracle_get(chi, "statistic"));
    expect_report(tree, wanted, 3);
}
