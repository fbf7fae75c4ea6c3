/* Headers and values that the vocabulary knows. */
#include <criterion/criterion.h>
#include <string.h>

#include "read/vocabulary.h"

static void expect_normal(const char *header, const char *normal, const char *unit) {
    tilt__buf out = TILT__BUF_INIT, out_unit = TILT__BUF_INIT;
    tilt__header_normalise(header, strlen(header), &out, &out_unit);
    cr_expect_str_eq(tilt__buf_get(&out), normal, "\"%s\" became \"%s\"", header, tilt__buf_get(&out));
    cr_expect_str_eq(tilt__buf_get(&out_unit), unit);
    tilt__buf_free(&out);
    tilt__buf_free(&out_unit);
}

Test(vocabulary, headers_are_brought_to_one_form) {
    expect_normal("Amount Spent (EUR)", "amount spent", "EUR");
    expect_normal("  CTR  (All) ", "ctr (all)", "");
    expect_normal("CPC (Cost per Link Click) (USD)", "cpc (cost per link click)", "USD");
    expect_normal("ad_set_name", "ad set name", "");
    expect_normal("Nom de l\xe2\x80\x99"
                  "ensemble",
                  "nom de l'ensemble", "");
    expect_normal("\xc3\x82GE", "\xc3\xa2ge", "");
    expect_normal("7 Day Total Sales ", "7 day total sales", "");
    expect_normal("", "", "");
}

Test(vocabulary, every_word_is_in_the_form_it_is_searched_by) {
    for (size_t i = 0; i < tilt__vocabulary_count(); i++) {
        const tilt__word *word = tilt__vocabulary_at(i);
        expect_normal(word->normal, word->normal, "");
        cr_expect(word->name[0] != '\0' && strchr(word->name, ' ') == NULL, "%s", word->normal);
        cr_expect_neq(word->platforms, 0u, "%s", word->normal);
    }
}

static const char *name_of(const char *header, unsigned platform) {
    tilt__buf scratch = TILT__BUF_INIT;
    const tilt__word *word = tilt__vocabulary_find_header(header, strlen(header), platform, &scratch);
    tilt__buf_free(&scratch);
    return word == NULL ? "?" : word->name;
}

Test(vocabulary, headers_of_platforms_and_languages_get_the_same_names) {
    cr_expect_str_eq(name_of("Impr.", TILT__GOOGLE), "impressions");
    cr_expect_str_eq(name_of("Impressionen", TILT__META), "impressions");
    cr_expect_str_eq(name_of("Weergaven", TILT__META), "impressions");
    cr_expect_str_eq(name_of("Couverture", TILT__META), "reach");
    cr_expect_str_eq(name_of("Importe gastado (EUR)", TILT__META), "spend");
    cr_expect_str_eq(name_of("AdGroupName", TILT__MICROSOFT), "ad_set");
    cr_expect_str_eq(name_of("AgeBracket", TILT__SNAPCHAT), "age");
    cr_expect_str_eq(name_of("Campaign Group Name", TILT__LINKEDIN), "campaign");
    cr_expect_str_eq(name_of("something else", 0), "?");
}

Test(vocabulary, words_of_the_platform_come_first) {
    cr_expect_str_eq(name_of("Outbound clicks", TILT__META), "outbound_clicks");
    cr_expect_str_eq(name_of("Outbound clicks", TILT__PINTEREST), "clicks");
}

Test(vocabulary, unknown_values_are_known_in_several_languages) {
    static const char *const unknown[] = {"unknown",   "Unknown", " UNDETERMINED ", "(not set)",
                                          "Unbekannt", "inconnu", "onbekend"};
    static const char *const known[] = {"other", "female", "", "65+", "unknown soldier"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        cr_expect(tilt__value_is_unknown(unknown[i], strlen(unknown[i])), "%s", unknown[i]);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_expect_not(tilt__value_is_unknown(known[i], strlen(known[i])), "%s", known[i]);
}

Test(vocabulary, personal_data_are_told_by_header_and_by_value) {
    cr_expect(tilt__header_is_personal("e-mail"));
    cr_expect(tilt__header_is_personal("firstname"));
    cr_expect(tilt__header_is_personal("user id"));
    cr_expect(tilt__header_is_personal("telefonnummer"));
    cr_expect_not(tilt__header_is_personal("campaign name"));
    cr_expect_not(tilt__header_is_personal("age"));
    static const char *const personal[] = {"someone@example.org", "+49 30 0000000", "(030) 000-0000-00"};
    static const char *const harmless[] = {
        "2025-07-08", "120253000000000000", "1 234 567 890", "1,234,567,890", "Ad @ home", "18-24", "@home",
        "a@b"};
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
        cr_expect(tilt__value_is_personal(personal[i], strlen(personal[i])), "%s", personal[i]);
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        cr_expect_not(tilt__value_is_personal(harmless[i], strlen(harmless[i])), "%s", harmless[i]);
}

Test(vocabulary, result_types_say_what_they_count) {
    cr_expect_str_eq(tilt__result_stage("Link Clicks", 11), "clicks");
    cr_expect_str_eq(tilt__result_stage("actions:link_click", 18), "clicks");
    cr_expect_str_eq(tilt__result_stage("Reach", 5), "reach");
    cr_expect_null(tilt__result_stage("Something new", 13));
}
