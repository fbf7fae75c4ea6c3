/* Roles: what the reader proposes, what the spec's column list says, and the names that options use. */
#include "cube/loaded.h"
#include "map/people.h"

TestSuite(role, FOLDER);

static const tilt__mapped *column(const loaded_run *r, size_t source, const char *header) {
    for (size_t i = 0; i < r->mappings[source].n_columns; i++) {
        if (strcmp(tilt_source_column(r->sources[source], i)->header, header) == 0)
            return &r->mappings[source].columns[i];
    }
    cr_assert(false, "no column %s", header);
    return NULL;
}

static void map_ok(loaded_run *r, const char *json) {
    tilt_status status = loaded_map(r, json);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

static void map_fails(const char *json, const char *words) {
    loaded_run r;
    tilt_status status = loaded_map(&r, json);
    cr_expect_eq(status, TILT_ESPEC, "%s", json);
    expect_words(r.err.message, words);
    loaded_close(&r);
}

static const char delivery[] = "Campaign,Gender,Impressions,Clicks,Colour,E-mail\n"
                               "A,female,100,5,red,x@example.org\n"
                               "A,male,200,9,blue,y@example.org\n";

Test(role, known_headers_get_the_proposed_role) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"]}");
    const tilt__mapped *gender = column(&r, 0, "Gender");
    cr_expect_eq(gender->role, TILT_ROLE_AUDIENCE);
    cr_expect_str_eq(gender->name, "gender");
    cr_expect(gender->read && !gender->named_by_user, "assumed, so a report can say so");
    cr_expect_eq(column(&r, 0, "Impressions")->role, TILT_ROLE_STAGE);
    cr_expect_eq(column(&r, 0, "Campaign")->role, TILT_ROLE_FACTOR);
    loaded_close(&r);
}

Test(role, what_is_not_recognised_is_not_read_and_says_why) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"]}");
    cr_expect(!column(&r, 0, "Colour")->read);
    expect_words(column(&r, 0, "Colour")->why_not, "not recognised");
    loaded_close(&r);
}

Test(role, personal_data_is_not_read_without_an_explicit_role) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"]}");
    cr_expect(!column(&r, 0, "E-mail")->read);
    expect_words(column(&r, 0, "E-mail")->why_not, "personal data");
    loaded_close(&r);
    map_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"E-mail\": \"factor:mail\"}}]}");
    cr_expect(column(&r, 0, "E-mail")->read, "the spec names it");
    loaded_close(&r);
}

Test(role, the_column_list_overrides_the_proposal) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Colour\": \"audience:hue\", \"gender\": "
               "\"factor\", \"Clicks\": \"ignore\"}}]}");
    cr_expect_eq(column(&r, 0, "Colour")->role, TILT_ROLE_AUDIENCE);
    cr_expect_str_eq(column(&r, 0, "Colour")->name, "hue");
    cr_expect(column(&r, 0, "Colour")->named_by_user);
    cr_expect_eq(column(&r, 0, "Gender")->role, TILT_ROLE_FACTOR, "named by its role's name");
    cr_expect_str_eq(column(&r, 0, "Gender")->name, "gender");
    cr_expect(!column(&r, 0, "Clicks")->read);
    expect_words(column(&r, 0, "Clicks")->why_not, "the spec says so");
    loaded_close(&r);
}

Test(role, a_column_list_that_is_wrong_names_what_is_near) {
    folder_put("d.csv", delivery);
    map_fails("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Gendre\": \"ignore\"}}]}",
              "\"Gendre\" that is not there; did you mean \"Gender\"?");
    map_fails("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Gender\": \"sex:gender\"}}]}",
              "unknown role \"sex\"; known roles are audience");
}

Test(role, one_column_cannot_have_two_roles_in_the_list) {
    folder_put("d.csv", delivery);
    map_fails("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Gender\": \"audience\", \"gender\": "
              "\"ignore\"}}]}",
              "\"Gender\" is given two roles");
}

Test(role, options_use_headers_or_role_names) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"], \"audience\": [\"Colour\"], \"factors\": [\"campaign\"], "
               "\"rates\": [\"Clicks/impressions\"]}");
    cr_expect_eq(column(&r, 0, "Colour")->role, TILT_ROLE_AUDIENCE);
    cr_expect(column(&r, 0, "Colour")->named_by_user);
    cr_expect(!column(&r, 0, "Campaign")->named_by_user, "it was known under that name");
    cr_expect_str_eq(column(&r, 0, "Clicks")->name, "Clicks");
    cr_expect_eq(column(&r, 0, "Clicks")->role, TILT_ROLE_STAGE);
    loaded_close(&r);
}

Test(role, an_option_makes_a_factor_an_audience) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"], \"audience\": [\"campaign\"]}");
    cr_expect_eq(column(&r, 0, "Campaign")->role, TILT_ROLE_AUDIENCE);
    loaded_close(&r);
}

Test(role, one_column_cannot_be_audience_and_factor) {
    folder_put("d.csv", delivery);
    map_fails("{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], \"factors\": [\"gender\"]}",
              "\"Gender\" is named both as audience and as factor");
    map_fails("{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], \"rates\": [\"clicks/gender\"]}",
              "\"Gender\" is named both as audience and as stage");
}

Test(role, a_slice_or_unit_may_be_an_audience) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(
        &r,
        "{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], \"by\": \"gender\", \"unit\": \"gender\"}");
    cr_expect_eq(column(&r, 0, "Gender")->role, TILT_ROLE_AUDIENCE);
    loaded_close(&r);
}

Test(role, an_option_that_names_nothing_says_what_is_near) {
    folder_put("d.csv", delivery);
    map_fails("{\"sources\": [\"d.csv\"], \"audience\": [\"gander\"]}",
              "audience names a column \"gander\" that is not there; did you mean \"Gender\"?");
    map_fails("{\"sources\": [\"d.csv\"], \"factors\": [\"Colours\"]}", "did you mean \"Colour\"?");
    map_fails("{\"sources\": [\"d.csv\"], \"rates\": [\"click/impressions\"]}", "did you mean \"Clicks\"?");
    map_fails("{\"sources\": [\"d.csv\"], \"unit\": \"xyz\"}", "unit names a column \"xyz\"");
    map_fails("{\"sources\": [\"d.csv\"], \"by\": \"xyz\"}", "by names a column \"xyz\"");
    map_fails("{\"sources\": [\"d.csv\"], \"decision\": \"xyz\"}", "decision names a column \"xyz\"");
    map_fails("{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"Color\", \"value\": \"red\"}]}",
              "where names a column \"Color\" that is not there; did you mean \"Colour\"?");
}

Test(role, a_name_may_stand_in_another_source) {
    loaded_run r;
    folder_put("d.csv", delivery);
    folder_put("t.csv", "Gender,Region,Audience Size\nfemale,N,1000\nmale,N,2000\n");
    map_ok(&r, "{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"targeting\"}], \"factors\": "
               "[\"Region\"]}");
    cr_expect_eq(column(&r, 1, "Region")->role, TILT_ROLE_FACTOR);
    loaded_close(&r);
}

Test(role, of_two_columns_with_one_role_the_first_is_read) {
    loaded_run r;
    folder_put("d.csv", "Gender,Sex,Impressions\nfemale,f,1\nmale,m,2\n");
    map_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Gender\": \"audience:gender\", \"Sex\": "
               "\"audience:gender\"}}]}");
    cr_expect(column(&r, 0, "Gender")->read);
    cr_expect(!column(&r, 0, "Sex")->read);
    expect_words(column(&r, 0, "Sex")->why_not, "another column already has this role");
    loaded_close(&r);
}

Test(role, a_named_column_wins_over_an_assumed_one) {
    loaded_run r;
    folder_put("d.csv", "Gender,Sex,Impressions\nfemale,f,1\nmale,m,2\n");
    map_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Sex\": \"audience:gender\"}}]}");
    cr_expect(!column(&r, 0, "Gender")->read);
    cr_expect(column(&r, 0, "Sex")->read);
    loaded_close(&r);
}

Test(role, a_repeated_column_is_read_once) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions,Impressions\nfemale,1,1\nmale,2,2\n");
    map_ok(&r, "{\"sources\": [\"d.csv\"]}");
    cr_expect(r.mappings[0].columns[1].read);
    cr_expect(!r.mappings[0].columns[2].read);
    expect_words(r.mappings[0].columns[2].why_not, "the same as an earlier column");
    loaded_close(&r);
}

Test(role, a_filter_on_an_unread_column_makes_it_read_but_no_dimension) {
    loaded_run r;
    folder_put("d.csv", delivery);
    map_ok(&r, "{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"Colour\", \"value\": \"red\"}]}");
    const tilt__mapped *colour = column(&r, 0, "Colour");
    cr_expect(colour->read, "it decides on rows, so the report must say that it was read");
    cr_expect_eq(colour->role, TILT_ROLE_IGNORE);
    loaded_close(&r);
}

Test(role, a_decision_is_assumed_only_where_nothing_else_is_counted) {
    loaded_run r;
    folder_put("p.csv", "gender,selected\nf,1\nm,0\n");
    map_ok(&r, "{\"sources\": [\"p.csv\"]}");
    cr_expect_eq(column(&r, 0, "selected")->role, TILT_ROLE_DECISION);
    cr_expect(column(&r, 0, "selected")->read && !column(&r, 0, "selected")->named_by_user);
    loaded_close(&r);
    map_ok(&r, "{\"sources\": [\"p.csv\"], \"audience\": [\"gender\"], \"decision\": \"selected\"}");
    cr_expect(column(&r, 0, "selected")->read && column(&r, 0, "selected")->named_by_user);
    loaded_close(&r);
    folder_put("p.csv", "gender,decision,hits,base\nf,1,3,5\nm,0,2,4\n");
    map_ok(&r, "{\"sources\": [\"p.csv\"], \"rates\": [\"hits/base\"]}");
    cr_expect(!column(&r, 0, "decision")->read);
    loaded_close(&r);
}

Test(role, models_are_found_and_paired) {
    loaded_run r;
    folder_put("p.csv", "gender,label,decision,score,weight\nf,1,1,0.7,2\nm,0,0,0.25,1\n");
    map_ok(&r, "{\"sources\": [\"p.csv\"]}");
    const tilt__people *people = r.mappings[0].people;
    cr_assert(people != NULL && people->n_models == 1);
    cr_expect(people->assumed && people->label_assumed);
    cr_expect_str_eq(people->models[0].name, "decision");
    cr_expect_eq(people->models[0].score, 3);
    cr_expect_eq(people->label, 1);
    cr_expect_eq(people->weight, TILT_NO_COLUMN, "a weight is never assumed");
    loaded_close(&r);
    map_ok(&r, "{\"sources\": [\"p.csv\"], \"score\": [\"score\", \"weight\"], \"decision\": \"decision\"}");
    people = r.mappings[0].people;
    cr_assert(people != NULL && people->n_models == 3, "unequal numbers are models of their own");
    cr_expect_eq(people->models[0].score, TILT_NO_COLUMN);
    cr_expect_str_eq(people->models[2].name, "weight");
    loaded_close(&r);
}

Test(role, a_column_of_a_model_is_one_thing) {
    folder_put("p.csv", "gender,a\nf,1\nm,0\n");
    map_fails("{\"sources\": [\"p.csv\"], \"decision\": \"a\", \"label\": \"a\"}",
              "named both as decision and as label");
    map_fails("{\"sources\": [\"p.csv\"], \"decision\": \"a\", \"score\": \"b\"}",
              "score names a column \"b\"");
}
