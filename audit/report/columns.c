/* report/columns.c - columns and their meanings, one table. A column is known by its id; the words are those
 * of the catalogue, so that the page, `tiltmeter explain` and docs/methods.md say the same. */
#include "report/columns.h"

#include <string.h>

#include "measure/catalogue.h"

typedef struct column_row {
    const char *id;
    const char *entry;   /* name in the catalogue, or NULL */
    const char *meaning; /* where the catalogue has none */
    bool technical;
} column_row;

static const column_row rows[] = {
    {"base", "base", NULL, false},
    {"rate", "rate", NULL, false},
    {"ratio", "impact_ratio", NULL, false},
    {"plot", NULL,
     "The ratio as a mark and its interval as a line, on a logarithmic axis; the shaded band is what the "
     "policy "
     "allows.",
     false},
    {"share", NULL, "The group\xE2\x80\x99s part of the count, among known values.", false},
    {"benchmark_share", "benchmark", NULL, false},
    {"representation_ratio", "representation_ratio", NULL, false},
    {"z", "z", NULL, true},
    {"break_even_design_effect", "break_even_design_effect", NULL, true},
    {"rule_ratio", "rule", NULL, false},
    {"verdict", NULL,
     "Tilted: shown to lie outside the band. Level: shown to lie inside. Undetermined: these data cannot "
     "tell.",
     false},
    {"rank", NULL, "Place among the campaigns by the ratio drawn to the mean; 1 is the lowest.", false},
    {"shrunken", "shrunken", NULL, true},
    {"probability_below_tau", "probability_below_tau", NULL, true},
    {"probability_above_tau", NULL, "The chance that the ratio lies above the band.", true},
    {"contribution", "driver", NULL, false},
    {"composition", "composition", NULL, true},
    {"rate_effect", "rate_effect", NULL, true},
    {"share_of_gap", "share_of_gap", NULL, false},
    {"grade", "grade", NULL, false},
    {"lower", "bounds", NULL, false},
    {"upper", "bounds", NULL, false},
    {"ratio_to_reference", NULL, "The group\xE2\x80\x99s price as a multiple of the reference\xE2\x80\x99s.",
     false},
    {"within_5", NULL,
     "Part of the ads whose delivery differs from the benchmark by at most 5 points in all.", false},
    {"within_10", NULL,
     "Part of the ads whose delivery differs from the benchmark by at most 10 points in all.", false},
    {"weighted_10", NULL, "The same, with every ad counting by its size.", false},
    {"sha256", NULL, "Fingerprint of the file: the same file gives the same one.", true},
};

static const column_row *row_of(const tilt__column *column) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].id, column->id) == 0) return &rows[i];
    return NULL;
}

const char *tilt__column_meaning(const tilt__column *column) {
    const column_row *row = row_of(column);
    if (row == NULL) return NULL;
    const tilt__entry *entry = row->entry == NULL ? NULL : tilt__catalogue_find(row->entry);
    return entry != NULL ? entry->meaning : row->meaning;
}

bool tilt__column_is_technical(const tilt__column *column) {
    const column_row *row = row_of(column);
    return row != NULL && row->technical;
}
