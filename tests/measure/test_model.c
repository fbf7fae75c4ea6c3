/* Decisions against labels through a whole audit: numbers that other tools' own test suites expect, by group
 * and between groups, and what is said where a number cannot be had. */
#include "measure/modelled.h"

static cJSON *audit_tables(const char *const *names, const size_t (*counts)[4], size_t n, const char *keys) {
    text csv;
    text_start(&csv, 1 << 16);
    text_add(&csv, "group,label,decision\n");
    for (size_t g = 0; g < n; g++)
        add_table(&csv, names[g], counts[g][0], counts[g][1], counts[g][2], counts[g][3]);
    cJSON *tree = audit_tree(csv.at, keys);
    free(csv.at);
    return tree;
}

/* Aequitas' tests/: two groups of five people. */
/* Against everyone, a group's gap and its interval are those against the rest, times the rest's share of the
 * people: a 60 of 100 (label 1: 40 of 50), b 20 of 60, c 10 of 40; of a, 100 of 200. */
Test(model, against_everyone_intervals_are_those_against_the_rest_times_its_share) {
    text t;
    text_start(&t, 1 << 14);
    text_add(&t, "group,label,decision\n");
    add_table(&t, "a", 40, 20, 10, 30), add_table(&t, "b", 15, 5, 15, 25), add_table(&t, "c", 8, 2, 12, 18);
    cJSON *whole = audit_tree(t.at, MODEL_KEYS ", \"reference\": \"population\"");
    cJSON *rest = audit_tree(t.at, MODEL_KEYS ", \"reference\": \"rest\"");
    const cJSON *w = of_group(get(part_at(whole, 0), "comparisons"), "a"),
                *r = of_group(get(part_at(rest, 0), "comparisons"), "a");
    static const char *const ends[] = {"value", "lower", "upper"};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "rates.selection_rate.difference.%s", ends[i]);
        expect_number(w, path, number_at(r, path) / 2, 1e-12); /* 100 of 200 */
        (void)snprintf(path, sizeof path, "rates.tpr.difference.%s", ends[i]);
        expect_number(w, path, number_at(r, path) / 2, 1e-12); /* 50 of 100 of label 1 */
        (void)snprintf(path, sizeof path, "average_odds.%s", ends[i]);
        expect_number(w, path, number_at(r, path) / 2, 1e-12); /* both halves */
    }
    cJSON_Delete(whole);
    cJSON_Delete(rest);
    free(t.at);
}

/* Of how benefits are spread over people, nothing hangs on how people are grouped, nor on whether a group may
 * be judged: 40 of x, 40 of y, 3 of z (too few) and 4 unknown; halves p and q. By hand: 21 people have
 * benefit 2, 45 benefit 1, 21 benefit 0, so the mean is 1 and the index (4 * 21 + 45) / 87 / 2 - 1 / 2. */
Test(model, benefits_are_of_everybody_however_they_are_grouped) {
    text t;
    text_start(&t, 1 << 14);
    text_add(&t, "group,label,decision,half\n");
    static const struct {
        const char *name;
        int n;
    } groups[] = {{"x", 40}, {"y", 40}, {"z", 3}, {"unknown", 4}};
    int at = 0;
    for (size_t g = 0; g < 4; g++)
        for (int i = 0; i < groups[g].n; i++, at++)
            text_add(&t, "%s,%d,%d,%s\n", groups[g].name, (at % 4 == 1 || at % 4 == 2) && at < 84,
                     at % 2 == 0 && at < 84, i % 2 ? "p" : "q");
    cJSON *tree = audit_tree(
        t.at, "\"audience\": [\"group\", \"half\"], \"label\": \"label\", \"decision\": \"decision\"");
    for (int part = 0; part < 2; part++)
        expect_number(part_at(tree, part), "benefit_entropy.order_2.total", (4.0 * 21 + 45) / 87 / 2 - 0.5,
                      1e-12);
    cJSON_Delete(tree);
    free(t.at);
}

Test(model, two_groups_of_five_give_what_aequitas_gives) {
    const char *const names[] = {"High", "Low"};
    const size_t counts[][4] = {{2, 1, 1, 1}, {1, 2, 1, 1}};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS);
    const cJSON *groups = get(part_at(tree, 0), "groups");
    const cJSON *high = of_group(groups, "High"), *low = of_group(groups, "Low");
    expect_number(high, "selected_share.value", 0.5, 1e-12);
    expect_number(high, "rates.selection_rate.value", 0.6, 1e-12);
    expect_number(high, "rates.fpr.value", 0.5, 1e-12);
    expect_number(high, "rates.fnr.value", 1.0 / 3, 1e-12);
    expect_number(high, "rates.for.value", 0.5, 1e-12);
    expect_number(high, "rates.fdr.value", 1.0 / 3, 1e-12);
    expect_number(low, "rates.fpr.value", 2.0 / 3, 1e-12);
    expect_number(low, "rates.fnr.value", 0.5, 1e-12);
    expect_number(low, "rates.for.value", 0.5, 1e-12);
    expect_number(low, "rates.fdr.value", 2.0 / 3, 1e-12);
    cJSON_Delete(tree);
}

/* SageMaker Clarify's tests: twelve rows, facet F; its signs are turned where docs/metrics.md says so. */
Test(model, twelve_rows_give_what_clarify_gives) {
    static const char sex[] = "MFFMFMFFMMFF", y[] = "011110001000", decided[] = "111000110100";
    text csv;
    text_start(&csv, 4096);
    text_add(&csv, "group,label,decision\n");
    for (size_t i = 0; i < 12; i++) text_add(&csv, "%c,%c,%c\n", sex[i], y[i], decided[i]);
    cJSON *tree = audit_tree(csv.at, MODEL_KEYS ", \"reference\": \"M\"");
    free(csv.at);
    const cJSON *part = part_at(tree, 0), *f = of_group(get(part, "comparisons"), "F");
    expect_number(f, "class_imbalance", 1.0 / 6, 1e-12);                   /* CI -1/6: other minus facet */
    expect_number(f, "rates.selection_rate.ratio.value", 10.0 / 7, 1e-12); /* DI */
    expect_number(f, "rates.tpr.difference.value", 2.0 / 3, 1e-12);        /* RD -2/3: other minus facet */
    expect_number(f, "rates.tnr.difference.value", 1.0 / 6, 1e-12);        /* SD 1/6: facet minus other */
    expect_number(f, "rates.accuracy.difference.value", 13.0 / 35, 1e-12); /* AD -13/35: other minus facet */
    expect_number(f, "treatment_equality", -0.5, 1e-12);                   /* TE -1/2: facet minus other */
    expect_number(part, "benefit_entropy.order_2.total", 0.24556213017751485, 1e-12);
    expect_number(part, "benefit_entropy.order_2.total",
                  number_at(part, "benefit_entropy.order_2.between") +
                      number_at(part, "benefit_entropy.order_2.within"),
                  1e-12);
    cJSON_Delete(tree);
}

/* Fairlearn's tests: eighteen rows in three groups. */
Test(model, eighteen_rows_give_what_fairlearn_gives) {
    const char *const names[] = {"a", "b", "c"};
    const size_t counts[][4] = {{1, 2, 1, 0}, {3, 0, 2, 1}, {2, 2, 3, 1}};
    const double tpr[] = {0.5, 0.6, 0.4}, fpr[] = {1, 0, 2.0 / 3}, selected[] = {0.75, 0.5, 0.5};
    cJSON *tree = audit_tables(names, counts, 3, MODEL_KEYS);
    const cJSON *part = part_at(tree, 0);
    for (size_t g = 0; g < 3; g++) {
        const cJSON *group = of_group(get(part, "groups"), names[g]);
        expect_number(group, "rates.tpr.value", tpr[g], 1e-12);
        expect_number(group, "rates.fpr.value", fpr[g], 1e-12);
        expect_number(group, "rates.selection_rate.value", selected[g], 1e-12);
    }
    static const struct {
        const char *name;
        double largest;
    } gaps[] = {{"demographic_parity", 0.25},
                {"equal_opportunity", 0.2},
                {"predictive_equality", 1},
                {"equalised_odds_max", 1},
                {"equalised_odds_mean", 0.6}};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        const cJSON *criterion;
        size_t found = 0;
        cJSON_ArrayForEach(criterion, get(part, "criteria")) {
            if (strcmp(cJSON_GetStringValue(get(criterion, "name")), gaps[i].name) != 0) continue;
            expect_number(criterion, "largest_gap", gaps[i].largest, 1e-12);
            double p = number_at(criterion, "p");
            cr_expect(p > 0 && p <= 1, "%s: %g", gaps[i].name, p);
            found++;
        }
        cr_expect_eq(found, 1, "%s", gaps[i].name);
    }
    cJSON_Delete(tree);
}

/* The pair gaps of 345/468, 567/656 and 25/95 in Fairlearn's issue threads, to their five digits. */
Test(model, three_selection_rates_give_their_pair_gaps) {
    text csv;
    text_start(&csv, 1 << 16);
    text_add(&csv, "group,label,decision\n");
    add_people(&csv, 345, "M", 1, 1), add_people(&csv, 468 - 345, "M", 1, 0);
    add_people(&csv, 567, "F", 1, 1), add_people(&csv, 656 - 567, "F", 1, 0);
    add_people(&csv, 25, "U", 1, 1), add_people(&csv, 95 - 25, "U", 1, 0);
    cJSON *tree = audit_tree(csv.at, MODEL_KEYS ", \"reference\": \"M\"");
    const cJSON *part = part_at(tree, 0);
    expect_number(of_group(get(part, "comparisons"), "F"), "rates.selection_rate.difference.value", 0.12715,
                  5e-5);
    expect_number(of_group(get(part, "comparisons"), "U"), "rates.selection_rate.difference.value", -0.47402,
                  2e-5);
    expect_number(cJSON_GetArrayItem(get(part, "criteria"), 0), "largest_gap", 0.60117, 1e-5);
    cJSON_Delete(tree);
    free(csv.at);
}

/* R: prop.test(50, 100, correct = FALSE), prop.test(70, 100, correct = FALSE). */
Test(model, rates_have_wilson_intervals_and_gaps_newcombes) {
    const char *const names[] = {"a", "b"};
    const size_t counts[][4] = {{50, 0, 50, 0}, {70, 0, 30, 0}};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS ", \"reference\": \"a\"");
    const cJSON *part = part_at(tree, 0);
    const cJSON *a = of_group(get(part, "groups"), "a"), *b = of_group(get(part, "groups"), "b");
    double la = number_at(a, "rates.tpr.lower"), ua = number_at(a, "rates.tpr.upper");
    double lb = number_at(b, "rates.tpr.lower"), ub = number_at(b, "rates.tpr.upper");
    cr_expect(fabs(la - 0.4038) < 5e-5 && fabs(ua - 0.5962) < 5e-5);
    cr_expect(fabs(lb - 0.6042) < 5e-5 && fabs(ub - 0.7811) < 5e-5);
    expect_text(get(get(a, "rates"), "tpr"), "method", "wilson");
    /* Newcombe (1998) method 10 from the two Wilson intervals */
    const cJSON *c = of_group(get(part, "comparisons"), "b");
    expect_number(c, "rates.tpr.difference.lower", 0.2 - hypot(0.7 - lb, ua - 0.5), 1e-9);
    expect_number(c, "rates.tpr.difference.upper", 0.2 + hypot(ub - 0.7, 0.5 - la), 1e-9);
    expect_text(get(get(get(c, "rates"), "tpr"), "ratio"), "method", "miettinen-nurminen");
    cJSON_Delete(tree);
}

Test(model, a_rate_of_the_family_has_the_verdict_of_its_view) {
    const char *const names[] = {"a", "b"};
    const size_t counts[][4] = {{500, 100, 500, 900}, {900, 100, 100, 900}};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS);
    const cJSON *c = of_group(get(part_at(tree, 0), "comparisons"), "b");
    const cJSON *tpr = get(get(c, "rates"), "tpr"), *fpr = get(get(c, "rates"), "fpr");
    expect_text(tpr, "verdict", "tilted");
    const char *id = cJSON_GetStringValue(get(tpr, "finding"));
    const cJSON *finding;
    size_t found = 0;
    cJSON_ArrayForEach(finding, get(tree, "findings")) {
        if (id != NULL && strcmp(cJSON_GetStringValue(get(finding, "id")), id) == 0) {
            expect_text(finding, "verdict", "tilted");
            found++;
        }
    }
    cr_expect_eq(found, 1);
    expect_text(fpr, "verdict", "level"); /* 100 of 1000 each: the 90 % interval is .81 to 1.24 */
    expect_number(get(part_at(tree, 0), "incompatibility"), "base_rate_gap.value", 0, 1e-12);
    cr_expect(cJSON_IsFalse(get(get(part_at(tree, 0), "incompatibility"), "base_rates_differ")));
    cJSON_Delete(tree);
}

Test(model, a_difference_of_base_rates_is_named_beside_the_criteria) {
    const char *const names[] = {"a", "b"};
    const size_t counts[][4] = {{300, 100, 100, 500}, {500, 100, 100, 300}};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS ", \"reference\": \"a\"");
    const cJSON *note = get(part_at(tree, 0), "incompatibility");
    expect_number(note, "base_rate_gap.value", 0.2, 1e-12);
    cr_expect(cJSON_IsTrue(get(note, "base_rates_differ")));
    cJSON_Delete(tree);
}

/* By hand: strata N and S with (accepted, rejected) of a and of b. */
Test(model, disparity_within_strata_is_of_decisions_and_of_labels) {
    static const struct {
        const char *group, *stratum;
        int label, decision;
        size_t n;
    } rows[] = {{"a", "N", 1, 1, 10}, {"a", "N", 0, 0, 30}, {"b", "N", 1, 1, 30}, {"b", "N", 1, 0, 30},
                {"a", "S", 0, 1, 20}, {"a", "S", 1, 0, 20}, {"b", "S", 0, 1, 30}, {"b", "S", 0, 0, 10}};
    text csv;
    text_start(&csv, 1 << 16);
    text_add(&csv, "group,stratum,label,decision\n");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t i = 0; i < rows[r].n; i++)
            text_add(&csv, "%s,%s,%d,%d\n", rows[r].group, rows[r].stratum, rows[r].label, rows[r].decision);
    cJSON *tree = audit_tree(csv.at, MODEL_KEYS ", \"factors\": [\"stratum\"], \"reference\": \"b\"");
    const cJSON *within = cJSON_GetArrayItem(
        get(of_group(get(part_at(tree, 0), "comparisons"), "a"), "conditional_disparity"), 0);
    expect_text(within, "within", "stratum");
    expect_number(within, "value", (100 * (30.0 / 60 - 10.0 / 40) + 80 * (20.0 / 30 - 20.0 / 50)) / 180,
                  1e-12);
    /* labels: N rejected (0) a 30 of 30, accepted (1) a 10 of 70; S 0: a 20 of 60, 1: a 20 of 20 */
    expect_number(within, "labels.value", (100 * (1 - 10.0 / 70) + 80 * (20.0 / 60 - 1)) / 180, 1e-12);
    cJSON_Delete(tree);
    free(csv.at);
}

/* n equal rows of weight 2 against each row twice. */
Test(model, weights_count_as_people_in_values_and_not_in_intervals) {
    text weighted, twice;
    text_start(&weighted, 1 << 16), text_start(&twice, 1 << 16);
    text_add(&weighted, "group,label,decision,weight\n"), text_add(&twice, "group,label,decision\n");
    tilt__random random = tilt__random_stream(7, 0, 0);
    for (size_t i = 0; i < 400; i++) {
        const char *group = tilt__random_below(&random, 2) ? "a" : "b";
        int label = (int)tilt__random_below(&random, 2), decision = (int)tilt__random_below(&random, 2);
        size_t w = 1 + tilt__random_below(&random, 3);
        text_add(&weighted, "%s,%d,%d,%zu\n", group, label, decision, w);
        for (size_t k = 0; k < w; k++) text_add(&twice, "%s,%d,%d\n", group, label, decision);
    }
    cJSON *one = audit_tree(weighted.at, MODEL_KEYS ", \"weight\": \"weight\"");
    cJSON *other = audit_tree(twice.at, MODEL_KEYS);
    static const char *const paths[] = {
        "rates.selection_rate.value", "rates.tpr.value",      "rates.fdr.value",
        "scores.mcc.value",           "selected_share.value", "labels_per_selection"};
    for (size_t g = 0; g < 2; g++) {
        const cJSON *a = of_group(get(part_at(one, 0), "groups"), g ? "a" : "b");
        const cJSON *b = of_group(get(part_at(other, 0), "groups"), g ? "a" : "b");
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
            expect_number(a, paths[i], number_at(b, paths[i]), 1e-12);
        double wide = number_at(a, "rates.tpr.upper") - number_at(a, "rates.tpr.lower");
        double narrow = number_at(b, "rates.tpr.upper") - number_at(b, "rates.tpr.lower");
        cr_expect(wide > narrow, "Kish's effective size is below the sum of unequal weights");
    }
    expect_text(cJSON_GetArrayItem(get(part_at(one, 0), "criteria"), 0), "p_reason", "not_integer");
    cJSON_Delete(one), cJSON_Delete(other);
    free(weighted.at), free(twice.at);
}

Test(model, intervals_of_largest_gaps_come_with_bootstrap_only) {
    const char *const names[] = {"a", "b"};
    const size_t counts[][4] = {{300, 100, 100, 500}, {500, 100, 100, 300}};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS ", \"bootstrap\": 500");
    const cJSON *parity = cJSON_GetArrayItem(get(part_at(tree, 0), "criteria"), 0);
    expect_number(parity, "bootstrap.value", 0.2, 1e-12);
    /* close to Newcombe's for the same gap, .156 to .243 */
    cr_expect(fabs(number_at(parity, "bootstrap.lower") - 0.157) < 0.01);
    cr_expect(fabs(number_at(parity, "bootstrap.upper") - 0.243) < 0.01);
    cJSON_Delete(tree);
    tree = audit_tables(names, counts, 2, MODEL_KEYS);
    parity = cJSON_GetArrayItem(get(part_at(tree, 0), "criteria"), 0);
    expect_text(get(parity, "bootstrap"), "reason", "not_requested");
    cJSON_Delete(tree);
}

/* R 4.2: binom.test(7, 12)$p.value 0.7744140625; binom.test(3, 12) 0.14599609375; hand: (4 + .5 ...). */
Test(model, models_on_the_same_people_are_held_against_each_other) {
    text csv;
    text_start(&csv, 1 << 14);
    text_add(&csv, "group,label,one,two\n");
    for (size_t i = 0; i < 10; i++) text_add(&csv, "a,1,1,1\n");
    for (size_t i = 0; i < 7; i++) text_add(&csv, "a,%d,1,0\n", i < 2); /* 2 right for one, 5 for two */
    for (size_t i = 0; i < 5; i++) text_add(&csv, "a,%d,0,1\n", i < 4); /* 1 right for one, 4 for two */
    for (size_t i = 0; i < 10; i++) text_add(&csv, "b,0,%zu,0\n", i % 2);
    cJSON *tree = audit_tree(
        csv.at, "\"audience\": [\"group\"], \"label\": \"label\", \"decision\": [\"one\", \"two\"]");
    const cJSON *pairs = get(get(tree, "model"), "pairs");
    cr_assert_eq(cJSON_GetArraySize(pairs), 1);
    const cJSON *a = of_group(get(cJSON_GetArrayItem(pairs, 0), "groups"), "a");
    expect_number(a, "only_first_selects", 7, 0), expect_number(a, "only_second_selects", 5, 0);
    expect_number(a, "agreement", 10.0 / 22, 1e-12);
    expect_number(a, "mcnemar.p", 0.7744140625, 1e-12);
    expect_number(a, "only_first_right", 3, 0), expect_number(a, "only_second_right", 9, 0);
    expect_number(a, "mcnemar_right.p", 0.14599609375, 1e-12);
    expect_number(a, "selected_difference.value", 2.0 / 22, 1e-12);
    /* Agresti and Min: 7.5 and 5.5 of 24 */
    double gap = 2.0 / 24, half = 1.959963984540054 * sqrt((13.0 / 24 - gap * gap) / 24);
    expect_number(a, "selected_difference.lower", gap - half, 1e-12);
    expect_number(a, "selected_difference.upper", gap + half, 1e-12);
    expect_number(a, "right_difference.value", -6.0 / 22, 1e-12);
    expect_text(a, "auc_difference_reason", "no_score");
    cJSON_Delete(tree);
    free(csv.at);
}

Test(model, crossings_and_single_attributes_add_up) {
    text csv;
    text_start(&csv, 1 << 16);
    text_add(&csv, "group,age,label,decision\n");
    tilt__random random = tilt__random_stream(3, 0, 0);
    for (size_t i = 0; i < 600; i++)
        text_add(&csv, "%s,%s,%d,%d\n", tilt__random_below(&random, 2) ? "a" : "b",
                 tilt__random_below(&random, 3) ? "18-24" : "25-34", (int)tilt__random_below(&random, 2),
                 (int)tilt__random_below(&random, 2));
    cJSON *tree = audit_tree(csv.at, "\"audience\": [\"group\", [\"group\", \"age\"]], \"label\": \"label\", "
                                     "\"decision\": \"decision\"");
    static const char *const counts[] = {"tp", "fp", "fn", "tn"};
    for (size_t i = 0; i < 4; i++) {
        double sum = 0;
        const cJSON *group;
        cJSON_ArrayForEach(group, get(part_at(tree, 1), "groups")) {
            const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(get(group, "key"), 0));
            if (strcmp(first, "a") == 0) sum += number_at(group, counts[i]);
        }
        expect_number(of_group(get(part_at(tree, 0), "groups"), "a"), counts[i], sum, 0);
        cr_expect(sum > 0);
    }
    cJSON_Delete(tree);
    free(csv.at);
}

/* b has more people of label 0 than a; the reference of every rate is still a, the largest group of all. */
Test(model, all_rates_of_a_model_have_one_reference) {
    const char *const names[] = {"a", "b"};
    const size_t counts[][4] = {{500, 40, 100, 160}, {200, 100, 100, 300}};
    static const char *const rates[] = {"selection_rate", "tpr", "fpr", "ppv", "npv", "accuracy"};
    cJSON *tree = audit_tables(names, counts, 2, MODEL_KEYS);
    const cJSON *b = get(of_group(get(part_at(tree, 0), "comparisons"), "b"), "rates");
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        const cJSON *reference = get(get(b, rates[i]), "reference");
        cr_assert(reference != NULL, "%s", rates[i]);
        cr_expect_str_eq(cJSON_GetArrayItem(reference, 0)->valuestring, "a", "%s", rates[i]);
    }
    cJSON_Delete(tree);
    tree = audit_tables(names, counts, 2, MODEL_KEYS ", \"reference\": \"highest\"");
    b = get(of_group(get(part_at(tree, 0), "comparisons"), "b"), "rates");
    expect_text(b, "fpr_reason", "is_reference"); /* b's rate is the highest there */
    cJSON_Delete(tree);
}
