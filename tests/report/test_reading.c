/* Reading test: every function that writes a sentence (report/words*.c), over the results of all data sets
 * and of the fixtures. A number in a sentence must stand in what the sentence is about, rounded or in another
 * unit; no sentence says a forbidden word, none claims more than its verdict, and each function has to say
 * something somewhere. */
#define _POSIX_C_SOURCE 200809L
#include "audited.h"

#include <ctype.h>
#include <math.h>

#include "fixture.h"
#include "ledger/compare.h"
#include "report/words_beside.h"
#include "report/words_change.h"
#include "report/words_further.h"
#include "report/words_model.h"
#include "report/words_terms.h"
#include "report/words_trend.h"

/* ---- numbers that a sentence may have ---- */

enum { MOST_NUMBERS = 1 << 17 };
static double numbers[MOST_NUMBERS];
static size_t n_numbers;

static void add_number(double value) {
    cr_assert_lt(n_numbers, MOST_NUMBERS);
    numbers[n_numbers++] = value;
}

/* A number as it is printed: its value and half a unit of its last digit. */
typedef struct printed {
    double value, half;
} printed;

static const char thin[] = "\xE2\x80\xAF";

/* Ten to the power of superscript digits after " × 10"; 1 where there are none. */
static double power_after(const char **at) {
    static const char *const digits[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",
                                         "\xE2\x81\xB4", "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7",
                                         "\xE2\x81\xB8", "\xE2\x81\xB9"};
    static const char times[] = " \xC3\x97 10";
    if (strncmp(*at, times, sizeof times - 1) != 0) return 1;
    const char *p = *at + sizeof times - 1;
    bool minus = strncmp(p, "\xE2\x81\xBB", 3) == 0;
    if (minus) p += 3;
    int power = 0;
    for (bool more = true; more;) {
        more = false;
        for (int d = 0; d < 10 && !more; d++)
            if (strncmp(p, digits[d], strlen(digits[d])) == 0) {
                power = 10 * power + d;
                p += strlen(digits[d]);
                more = true;
            }
    }
    *at = p;
    return pow(10, minus ? -power : power);
}

static printed read_number(const char **at) {
    char text[64];
    size_t n = 0, decimals = 0;
    bool point = false;
    const char *p = *at;
    for (; n + 1 < sizeof text;) {
        if (strncmp(p, thin, 3) == 0 && isdigit((unsigned char)p[3])) {
            p += 3;
        } else if (isdigit((unsigned char)*p)) {
            decimals += point;
            text[n++] = *p++;
        } else if (*p == '.' && !point && isdigit((unsigned char)p[1])) {
            point = true;
            text[n++] = *p++;
        } else {
            break;
        }
    }
    text[n] = '\0';
    double power = power_after(&p);
    *at = p;
    return (printed){strtod(text, NULL) * power, 0.5000001 * pow(10, -(double)decimals) * power}; /* NOLINT */
}

/* Every number below a node, lengths of lists, and digits that names and codes have. */
static void collect(const cJSON *node) {
    if (node == NULL) return;
    if (cJSON_IsNumber(node)) add_number(node->valuedouble);
    if (cJSON_IsArray(node)) add_number(cJSON_GetArraySize(node));
    if (cJSON_IsString(node)) {
        for (const char *p = node->valuestring; *p != '\0';) {
            if (isdigit((unsigned char)*p))
                add_number(read_number(&p).value);
            else
                p++;
        }
    }
    for (const cJSON *child = node->child; child != NULL; child = child->next) collect(child);
}

/* The ways in which a number may be told: as it is, in per cent or points, of a hundred or more, as the
 * factor that a logarithm is, as what is left to 1. Counts of people are rounded to three digits after
 * "about". */
static bool tells(printed shown, double value, bool about) {
    double size = fabs(value);
    const double forms[] = {size,       100 * size, 1000 * size, 1e4 * size,       1e5 * size,
                            1e6 * size, exp(value), 1 - size,    100 * (1 - size), 100 * (1 - exp(value)),
                            1 / size};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        double slack = about ? fmax(shown.half, 0.0051 * forms[i]) : shown.half;
        if (fabs(shown.value - forms[i]) <= slack) return true;
    }
    return false;
}

/* Of an ad held against the other ads: the share in those, which is the ad's share divided by the ratio. NaN
 * elsewhere. */
static double share_of_others;

/* ---- a sentence ---- */

typedef struct said {
    const char *name; /* of the function */
    size_t sentences, figures;
} said;

static said by_name[64];
static size_t n_names;

static said *record(const char *name) {
    for (size_t i = 0; i < n_names; i++)
        if (strcmp(by_name[i].name, name) == 0) return &by_name[i];
    cr_assert_lt(n_names, 64);
    by_name[n_names] = (said){.name = name};
    return &by_name[n_names++];
}

static const char *where;     /* the result that is read */
static const cJSON *compared; /* the comparison that is read: its names may have digits */

static void expect_words(const char *name, const char *text) {
    static const char *const forbidden[] = {"discriminat", "caused by", "because of", "unbiased", "no bias",
                                            "biased",      "proves",    "proven",     "guilty",   "illegal",
                                            " nan",        "null",      "(null)"};
    for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++)
        cr_expect_null(strstr(text, forbidden[w]), "%s, %s says \"%s\": %s", where, name, forbidden[w], text);
    size_t n = strlen(text);
    cr_expect(n == 0 || text[n - 1] != ' ', "%s, %s ends in a blank: %s", where, name, text);
    cr_expect_null(strstr(text, "  "), "%s, %s has two blanks: %s", where, name, text);
}

/* Numbers of the text that stand nowhere in `numbers`. 100 in "31 of 100", the digits of quoted names and of
 * ages are no findings. */
static void expect_traced(const char *name, const char *text, said *own) {
    bool about = strstr(text, "about") != NULL;
    for (const char *p = text; *p != '\0';) {
        if (strncmp(p, "\xE2\x9F\xA8", 3) == 0) p += strcspn(p, "\xA9"); /* a control character by its name */
        if (!isdigit((unsigned char)*p)) {
            p += *p != '\0';
            continue;
        }
        const char *from = p;
        printed shown = read_number(&p);
        bool of = from - text > 3 && strncmp(from - 3, "of ", 3) == 0;
        if (of && (fabs(log10(shown.value) - round(log10(shown.value))) < 1e-9))
            continue; /* of 100, of 1 000 */
        bool found = false;
        for (size_t i = 0; i < n_numbers && !found; i++) found = tells(shown, numbers[i], about);
        cr_expect(found, "%s, %s: %.*s comes from nowhere: %s", where, name, (int)(p - from), from, text);
        own->figures++;
    }
}

static void expect(const char *name, tilt__buf *sentence, const cJSON *about, const cJSON *also,
                   const cJSON *further) {
    if (sentence->length > 0) {
        const cJSON *scope[] = {about, also, further};
        said *own = record(name);
        n_numbers = 0;
        for (size_t i = 0; i < 3; i++) collect(scope[i]);
        collect(tilt__json_get(compared, "group"));
        collect(tilt__json_get(compared, "reference"));
        static const double fixed[] = {95, 90, 0.8, 1.25, 1, 2};
        for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) add_number(fixed[i]);
        if (isfinite(share_of_others)) add_number(share_of_others);
        expect_words(name, tilt__buf_get(sentence));
        expect_traced(name, tilt__buf_get(sentence), own);
        own->sentences++;
    }
    cr_assert_not(sentence->failed);
    tilt__buf_reset(sentence);
}

/* A finding says no more than its verdict. */
static void expect_claim(const cJSON *comparison, const char *text) {
    const char *verdict = tilt__json_text_or(comparison, "verdict", "");
    bool outside = strstr(text, "outside the band") != NULL, level = strstr(text, "level between") != NULL;
    if (strcmp(verdict, "undetermined") == 0) cr_expect(!level, "%s: undetermined: %s", where, text);
    if (strcmp(verdict, "level") == 0) cr_expect(!outside, "%s: level: %s", where, text);
    if (strcmp(verdict, "tilted") == 0) cr_expect(!level, "%s: tilted: %s", where, text);
}

/* ---- every sentence of a result ---- */

/* The groups that a comparison's sentence shows: of its ad in relative mode, else of the view. */
static const cJSON *shown_with(const cJSON *view, const cJSON *comparison) {
    const char *name = tilt__json_text(comparison, "unit");
    const cJSON *unit;
    share_of_others = (double)NAN;
    cJSON_ArrayForEach(unit, tilt__json_array(view, "relative")) {
        if (name == NULL || strcmp(tilt__json_text_or(unit, "unit", ""), name) != 0) continue;
        const cJSON *group = tilt__view_group(unit, tilt__json_get(comparison, "group"));
        share_of_others = tilt__json_estimate(group, "share").value.number /
                          tilt__json_estimate(comparison, "impact_ratio").value.number;
        return tilt__json_get(unit, "groups");
    }
    return tilt__json_get(view, "groups");
}

static void read_comparison(const cJSON *result, const cJSON *view, const cJSON *c) {
    tilt__buf text = TILT__BUF_INIT;
    compared = c;
    const cJSON *groups = shown_with(view, c), *policy = tilt__json_get(result, "policy"), *part;
    tilt__words_finding(result, view, c, &text);
    expect_claim(c, tilt__buf_get(&text));
    expect("finding", &text, c, groups, policy);
    tilt__words_core(result, view, c, &text);
    expect("core", &text, c, groups, policy);
    tilt__words_claim(result, view, c, &text);
    expect_claim(c, tilt__buf_get(&text));
    expect("claim", &text, c, groups, policy);
    tilt__words_rule(view, c, &text);
    expect("rule", &text, tilt__json_get(c, "rule"), tilt__json_get(c, "group"), NULL);
    tilt__words_drivers(view, c, &text);
    expect("drivers", &text, c, NULL, NULL);
    tilt__words_support(view, c, &text);
    expect("support", &text, c, NULL, NULL);
    tilt__words_unseparated(view, c, &text);
    expect("unseparated", &text, c, NULL, NULL);
    tilt__words_numerator_only(c, &text);
    expect("numerator_only", &text, c, NULL, NULL);
    tilt__words_signals(view, c, &text);
    expect("signals", &text, c, NULL, NULL);
    tilt__words_adjusted(result, view, c, &text);
    expect("adjusted", &text, c, policy, NULL);
    tilt__words_adjusted_parts(c, &text);
    expect("adjusted_parts", &text, c, NULL, NULL);
    tilt__words_adjusted_limits(view, c, &text);
    expect("adjusted_limits", &text, c, NULL, NULL);
    cJSON_ArrayForEach(part, tilt__json_array(c, "drivers")) {
        tilt__words_driver(view, part, &text);
        expect("driver", &text, part, NULL, NULL);
    }
    cJSON_ArrayForEach(part, tilt__json_array(c, "standardised")) {
        tilt__words_standardised(part, tilt__json_estimate(c, "impact_ratio").value, &text);
        expect("standardised", &text, part, tilt__json_get(c, "impact_ratio"), NULL);
    }
    cJSON_ArrayForEach(part, tilt__json_array(c, "stratified")) {
        tilt__words_reversal(view, c, part, &text);
        expect("reversal", &text, part, tilt__json_get(c, "impact_ratio"), tilt__json_get(c, "reference"));
    }
    cJSON_ArrayForEach(part, tilt__json_array(c, "neutralising")) {
        enum { SHOWN = 5 }; /* "and 9 more" of a set of 14 */
        share_of_others = cJSON_GetArraySize(tilt__json_array(part, "levels")) - SHOWN;
        tilt__words_neutralising(result, part, &text);
        expect("neutralising", &text, part, policy, NULL);
    }
    tilt__words_unreviewed(c, tilt__words_tau(result), &text);
    expect("unreviewed", &text, tilt__json_get(c, "unreviewed"), policy, NULL);
    compared = NULL;
    share_of_others = (double)NAN;
    tilt__buf_free(&text);
}

/* Of the ads that were delivered, those listed: what is not among the unlisted. */
static void read_content(const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *content = tilt__json_object(view, "content");
    if (content == NULL) return;
    share_of_others =
        tilt__json_number(content, "delivered").number - tilt__json_number(content, "unlisted").number;
    tilt__words_content(view, &text);
    expect("content", &text, content, NULL, NULL);
    share_of_others = (double)NAN;
    tilt__buf_free(&text);
}

static void read_spread(const cJSON *one) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_amount(one, &text);
    expect("amount", &text, one, NULL, NULL);
    tilt__words_concentration(one, &text);
    expect("concentration", &text, one, NULL, NULL);
    tilt__buf_free(&text);
}

static void read_view(const cJSON *result, const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *one;
    tilt__words_unknown(view, &text);
    expect("unknown", &text, tilt__json_get(view, "unknown"), tilt__json_get(view, "groups"), NULL);
    tilt__words_power(result, view, &text);
    expect("power", &text, tilt__json_get(view, "comparisons"), NULL, NULL);
    tilt__words_age_trend(view, &text);
    expect("age_trend", &text, tilt__json_get(view, "overall"), NULL, NULL);
    tilt__words_separable(result, view, &text);
    expect("separable", &text, view, NULL, NULL);
    tilt__words_designed_widest(view, &text);
    expect("designed_widest", &text, tilt__json_get(view, "designed"), NULL, NULL);
    cJSON_ArrayForEach(one, tilt__json_array(view, "designed")) {
        tilt__words_designed(view, one, &text);
        expect("designed", &text, one, NULL, NULL);
    }
    read_content(view);
    cJSON_ArrayForEach(one, tilt__json_array(view, "comparisons")) read_comparison(result, view, one);
    tilt__buf_free(&text);
}

static void read_part(const cJSON *part, double tau) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *one, *ranking = tilt__json_object(part, "ranking"), *groups = tilt__json_get(part, "groups");
    cJSON_ArrayForEach(one, tilt__json_array(part, "criteria")) {
        tilt__words_criterion(part, one, &text);
        expect("criterion", &text, one, groups, NULL);
    }
    tilt__words_incompatibility(part, &text);
    expect("incompatibility", &text, tilt__json_get(part, "incompatibility"), NULL, NULL);
    tilt__words_benefits(part, &text);
    expect("benefits", &text, tilt__json_get(part, "benefit_entropy"), NULL, NULL);
    tilt__words_scoring(part, &text);
    expect("scoring", &text, ranking, NULL, NULL);
    cJSON_ArrayForEach(one, tilt__json_array(ranking, "comparisons")) {
        tilt__words_thresholds(part, one, tau, &text);
        expect("thresholds", &text, one, NULL, NULL);
        tilt__words_calibration(part, one, &text);
        expect("calibration", &text, one, tilt__json_get(ranking, "groups"), NULL);
    }
    cJSON_ArrayForEach(one, tilt__json_array(part, "comparisons")) {
        const cJSON *disparity;
        cJSON_ArrayForEach(disparity, tilt__json_array(one, "conditional_disparity")) {
            tilt__words_disparity(part, one, disparity, &text);
            expect("disparity", &text, disparity, tilt__json_get(one, "group"), NULL);
        }
    }
    tilt__buf_free(&text);
}

static void read_model(const cJSON *model, double tau) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *part, *group;
    tilt__words_model_rows(model, &text);
    expect("model_rows", &text, model, NULL, NULL);
    cJSON_ArrayForEach(part, tilt__json_array(model, "parts")) read_part(part, tau);
    cJSON_ArrayForEach(part, tilt__json_array(model, "pairs")) {
        cJSON_ArrayForEach(group, tilt__json_array(part, "groups")) {
            tilt__words_model_pair(part, group, &text);
            expect("model_pair", &text, group, tilt__json_get(part, "models"), NULL);
        }
    }
    tilt__buf_free(&text);
}

static void read_checks(const cJSON *checks) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *one;
    cJSON_ArrayForEach(one, checks) {
        tilt__words_check(one, &text);
        expect("check", &text, one, NULL, NULL);
    }
    tilt__buf_free(&text);
}

static void read_result(const cJSON *result) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *views = tilt__json_array(result, "views"), *one, *find;
    const cJSON *view = NULL, *worst = NULL;
    const char *verdict = tilt__json_text(tilt__json_get(result, "headline"), "verdict");
    share_of_others = (double)NAN;
    if (verdict != NULL && tilt__furthest(result, verdict, NULL, &view, &worst))
        (void)shown_with(view, worst);
    tilt__words_headline(result, &text);
    expect("headline", &text, views, tilt__json_get(result, "policy"), NULL);
    cJSON_ArrayForEach(one, views) read_view(result, one);
    cJSON_ArrayForEach(one, tilt__json_array(result, "inputs")) read_checks(tilt__json_array(one, "checks"));
    read_checks(tilt__json_array(result, "checks"));
    cJSON_ArrayForEach(one, tilt__json_array(result, "proxies")) {
        tilt__words_standin(views->child, one, &text);
        expect("standin", &text, one, NULL, NULL);
    }
    cJSON_ArrayForEach(one, tilt__json_array(result, "inferred")) {
        tilt__words_inferred(result, one, &text);
        expect("inferred", &text, one, NULL, NULL);
        tilt__words_inferred_assumes(one, &text);
        expect("inferred_assumes", &text, one, NULL, NULL);
    }
    cJSON_ArrayForEach(one, tilt__json_array(result, "concentration")) read_spread(one);
    cJSON_ArrayForEach(one, tilt__json_array(result, "pairs")) {
        tilt__words_pair(result, one, &text);
        expect("pair", &text, one, NULL, NULL);
    }
    one = tilt__json_object(result, "scan");
    if (one != NULL) {
        tilt__words_scan(result, one, &text);
        expect("scan", &text, one, NULL, NULL);
        cJSON_ArrayForEach(find,
                           tilt__json_array(tilt__json_first(tilt__json_array(one, "searches")), "finds")) {
            tilt__words_subset(find, &text);
            expect("subset", &text, find, NULL, NULL);
        }
    }
    one = tilt__json_object(result, "change");
    if (one != NULL) {
        tilt__words_change_summary(one, &text);
        expect("change_summary", &text, one, NULL, NULL);
        cJSON_ArrayForEach(find, tilt__json_array(one, "findings")) {
            tilt__words_change(result, find, &text);
            expect("change", &text, find, tilt__json_get(result, "policy"), NULL);
        }
    }
    if (tilt__json_object(result, "model") != NULL)
        read_model(tilt__json_object(result, "model"), tilt__words_tau(result));
    tilt__buf_free(&text);
}

/* ---- audits that have what the shipped ones lack ---- */

/* Site drives the rates; device follows it closely. Women are more often on a. */
static void put_followers(const char *path, double on_b) {
    const double on_a[2] = {0.7, 0.4}, rate[2] = {0.1, on_b};
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "group,site,device,base,hits\n");
    for (size_t i = 0; i < 8; i++) {
        size_t g = i / 4, site = i / 2 % 2, device = i % 2;
        double base = round(20000 * (site == 0 ? on_a[g] : 1 - on_a[g]) * (site == device ? 0.9 : 0.1));
        tilt__buf_format(&text, "%s,%c,%c,%.0f,%.0f\n", g == 0 ? "women" : "men", "ab"[site], "pq"[device],
                         base, base * rate[site]);
    }
    folder_put(path, tilt__buf_get(&text));
    tilt__buf_free(&text);
}

/* Pay that goes with years, of which one group has fewer; one line per person. */
static void put_people(void) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "group,years,team,base,hits\n");
    for (unsigned i = 0; i < 1200; i++) {
        unsigned g = i % 2, years = (i * 7919U) % 17 + 4 * g, draw = (i * 104729U) % 29;
        tilt__buf_format(&text, "%s,%u,t%u,1,%d\n", g == 0 ? "women" : "men", years, (i * 31U) % 7,
                         draw < 4 + years);
    }
    folder_put("people.csv", tilt__buf_get(&text));
    tilt__buf_free(&text);
}

static void read_audit(const char *name, const char *spec) {
    cJSON *tree = audited(spec);
    where = name;
    read_result(tree);
    cJSON_Delete(tree);
}

static void read_audits(void) {
    put_followers("d.csv", 0.3);
    read_audit("followers",
               "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\", "
               "\"device\"], \"rates\": [\"hits/base\"], \"reference\": \"men\", \"scan\": true}");
    read_audit("inferred",
               "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"], "
               "\"inferred\": {\"group\": {\"matrix\": {\"women\": {\"women\": 0.95, \"men\": 0.05}, "
               "\"men\": {\"women\": 0.08, \"men\": 0.92}}}}}");
    folder_put("ads.csv", "Ad Set,Gender,Impressions\nTeacher,female,6824\nTeacher,male,264\n"
                          "Driver,female,439\nDriver,male,5259\nDriver,unknown,15\n");
    read_audit("paired ads", "{\"sources\": [\"ads.csv\"], \"pairs\": [[\"Teacher\", \"Driver\"]]}");
    folder_put("one.csv", "Ad name,Gender,Age,Impressions\na,female,18-24,500\nb,male,25-34,700\n"
                          "c,female,25-34,90\n");
    read_audit("one group per ad", "{\"sources\": [{\"file\": \"one.csv\", \"platform\": \"meta\"}], "
                                   "\"audience\": [[\"age\", \"gender\"]]}");
    folder_put("apart.csv", "group,site,base,hits\nwomen,a,4000,400\nwomen,b,3000,600\nmen,b,5000,1500\n"
                            "men,c,2000,900\n");
    read_audit("apart", "{\"sources\": [\"apart.csv\"], \"audience\": [\"group\"], \"factors\": "
                        "[\"site\"], \"rates\": [\"hits/base\"]}");
    put_people();
    read_audit("adjusted", "{\"sources\": [\"people.csv\"], \"audience\": [\"group\"], \"rates\": "
                           "[\"hits/base\"], \"reference\": \"men\", \"adjust\": [\"years\", \"team\"]}");
}

/* Two audits of the same campaigns, the second with another rate on one site. */
static void read_change(void) {
    static const char *const specs[] = {
        "{\"sources\": [\"before.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\"], \"rates\": "
        "[\"hits/base\"], \"reference\": \"men\"}",
        "{\"sources\": [\"after.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\"], \"rates\": "
        "[\"hits/base\"], \"reference\": \"men\"}"};
    put_followers("before.csv", 0.3);
    put_followers("after.csv", 0.12);
    cJSON *before = audited(specs[0]), *after = audited(specs[1]);
    tilt_error err = {.status = TILT_OK};
    const tilt__compared one = {.result = before}, other = {.result = after};
    cJSON *change = tilt__compare(&one, &other, NULL, &err);
    cr_assert_not_null(change, "%s", err.message);
    cJSON_DeleteItemFromObject(after, "change");
    cJSON_AddItemToObject(after, "change", change);
    where = "change";
    read_result(after);
    cJSON_Delete(before);
    cJSON_Delete(after);
}

static void read_trend(void) {
    static const char *const findings[] = {
        "{\"looks\": [{}, {}, {}], \"alarms\": [{\"by\": \"drift\", \"since\": {\"audit\": 2}, \"found\": "
        "{\"audit\": 3}, \"ratio_before\": 0.97, \"ratio_after\": 0.7512, \"lead\": {\"factor\": \"ad_set\", "
        "\"level\": \"Nurse\"}}], \"delay\": {\"looks\": 4}}",
        "{\"looks\": [{}, {}], \"alarms\": [], \"delay\": {\"looks\": null}}",
        "{\"looks\": [{}], \"alarms\": []}"};
    tilt__buf text = TILT__BUF_INIT;
    where = "trend";
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        cJSON *finding = cJSON_Parse(findings[i]);
        cr_assert_not_null(finding);
        tilt__words_trend(finding, &text);
        /* a change of 10 %, in 9 of 10 cases, is what the watch is built for */
        cJSON *design = cJSON_Parse("[0.1, 9, 10]");
        expect("trend", &text, finding, design, NULL);
        cJSON_Delete(design);
        cJSON_Delete(finding);
    }
    tilt__buf_free(&text);
}

/* Every function that writes a sentence of its own. */
/* Every one of them has to say something. */
static const char functions[] =
    "headline finding core claim rule drivers driver support unseparated numerator_only "
    "signals adjusted adjusted_parts standardised reversal neutralising unreviewed content "
    "amount concentration unknown power age_trend separable designed designed_widest check "
    "standin inferred inferred_assumes pair scan subset change_summary change trend model_rows "
    "criterion incompatibility benefits scoring thresholds calibration disparity model_pair ";

Test(reading, every_sentence_has_its_numbers_from_what_it_is_about, FOLDER) {
    size_t sentences = 0, figures = 0, n_read = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        where = fixture_results[i];
        tilt__buf json = TILT__BUF_INIT;
        fixture_load(where, &json);
        cJSON *result = tilt__json_parse(json.data, json.length, NULL);
        cr_assert_not_null(result);
        read_result(result);
        cJSON_Delete(result);
        tilt__buf_free(&json);
    }
    read_audits();
    read_change();
    read_trend();
    for (const char *p = functions; *p != '\0'; p += strcspn(p, " ") + 1) {
        static char name[64][32]; /* kept, since what is recorded points to them */
        (void)snprintf(name[n_read], sizeof *name, "%.*s", (int)strcspn(p, " "), p);
        cr_expect_gt(record(name[n_read])->sentences, 0, "%s says nothing anywhere", name[n_read]);
        n_read++;
    }
    for (size_t i = 0; i < n_names; i++) {
        sentences += by_name[i].sentences;
        figures += by_name[i].figures;
        cr_log_info("%s: %zu sentences, %zu numbers", by_name[i].name, by_name[i].sentences,
                    by_name[i].figures);
    }
    cr_expect_gt(sentences, 1500);
    cr_expect_gt(figures, 8000);
}
