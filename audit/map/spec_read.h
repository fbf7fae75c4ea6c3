/* map/spec_read.h - what the files that read a spec share. Private to map/spec*.c. */
#ifndef TILT_MAP_SPEC_READ_H
#define TILT_MAP_SPEC_READ_H

#include <cjson/cJSON.h>

#include "map/spec.h"

#define TILT__SPEC_MOST_ITEMS 10000 /* in any list of a spec */

/* Where we are while reading: the spec, the folder of relative paths, and the error to fill. */
typedef struct tilt__spec_reader {
    tilt_spec *spec;
    const char *folder;
    tilt_error *err;
} tilt__spec_reader;

/* TILT_ESPEC: `spec, "KEY": expected WANTED`. */
tilt_status tilt__spec_wrong(const tilt__spec_reader *reader, const cJSON *value, const char *wanted);

/* Text that is not empty, copied; a share 0..1. */
tilt_status tilt__spec_text(tilt__spec_reader *reader, const cJSON *value, const char **out) TILT_NODISCARD;
tilt_status tilt__spec_share(tilt__spec_reader *reader, const cJSON *value, double *out) TILT_NODISCARD;

/* A path relative to the folder of the spec; true or false; a whole number; one of the words, as its number.
 */
tilt_status tilt__spec_path(tilt__spec_reader *reader, const cJSON *value, const char **out) TILT_NODISCARD;
tilt_status tilt__spec_flag(tilt__spec_reader *reader, const cJSON *value, bool *out) TILT_NODISCARD;
tilt_status tilt__spec_count(tilt__spec_reader *reader, const cJSON *value, double *out) TILT_NODISCARD;
tilt_status tilt__spec_word(tilt__spec_reader *reader, const cJSON *value, const char *const *words, size_t n,
                            size_t *out) TILT_NODISCARD;
/* TILT_ESPEC for a key of the object that is not known. */
tilt_status tilt__spec_keys(const tilt__spec_reader *reader, const cJSON *object, const char *what,
                            const char *const *known, size_t n) TILT_NODISCARD;

/* ["a.csv", {"file": "b.csv", "columns": {...}}]; target: the spec. */
tilt_status tilt__spec_sources(tilt__spec_reader *reader, const cJSON *value, void *target) TILT_NODISCARD;

/* {"age": {"18-34": ["18-24", "25-34"]}} and {"gender": {"female": 0.507, "male": 0.493}} */
tilt_status tilt__spec_groups(tilt__spec_reader *reader, const cJSON *value) TILT_NODISCARD;
tilt_status tilt__spec_benchmarks(tilt__spec_reader *reader, const cJSON *value) TILT_NODISCARD;
/* ["years_experience", "zone:categorical"], or one of them. */
tilt_status tilt__spec_adjust(tilt__spec_reader *reader, const cJSON *value) TILT_NODISCARD;

/* {"gender": {"matrix": {...}}, "race": {"file": "zip.csv", "key": "zip"}} */
tilt_status tilt__spec_inferred(tilt__spec_reader *reader, const cJSON *value) TILT_NODISCARD;

/* A number between two limits; one text or a list of them. */
tilt_status tilt__spec_bounded(tilt__spec_reader *r, const cJSON *value, double *out, double low, double high,
                               const char *wanted) TILT_NODISCARD;
tilt_status tilt__spec_names(tilt__spec_reader *r, const cJSON *value, const char ***out,
                             size_t *out_n) TILT_NODISCARD;

/* Keys about person rows (map/spec_people.c); target: spec->people, or its field. */
tilt_status tilt__spec_decisions(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_scores(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_threshold(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_operating_range(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_bins(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_memory(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
tilt_status tilt__spec_replicates(tilt__spec_reader *r, const cJSON *value, void *target) TILT_NODISCARD;
/* ["ll144", "housing"], or {"of": ["ll144"], "tool": "...", ...} */
tilt_status tilt__spec_summary(tilt__spec_reader *reader, const cJSON *value, void *target) TILT_NODISCARD;

/* {"file": "creative-tags.csv", "key": "ad", "ignore": ["Reviewer"]} */
tilt_status tilt__spec_content(tilt__spec_reader *reader, const cJSON *value, void *target) TILT_NODISCARD;

/* {"min_cell": 10, "publish": true} */
tilt_status tilt__spec_privacy(tilt__spec_reader *reader, const cJSON *value, void *target) TILT_NODISCARD;

#endif
