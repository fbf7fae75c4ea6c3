/* map/melt.h - wide files: columns such as imp_male_18-24 that hold one stage for one group each. */
#ifndef TILT_MAP_MELT_H
#define TILT_MAP_MELT_H

#include "map/role.h"

/* Between the stage and the labels in the name of a part of a range: "impressions|male|18-24|:min". */
#define TILT__WIDE_MARK "\x1f"

/* What one wide column holds. */
typedef struct tilt__wide_column {
    const char *stage;                      /* with its part, "impressions:min"; NULL: no wide column */
    const char *pattern;                    /* that its header fits */
    const char *labels[TILT__MAX_CROSSING]; /* of the attributes of the wide file, in their order */
} tilt__wide_column;

typedef struct tilt__wide {
    const char *names[TILT__MAX_CROSSING]; /* attributes that stand in headers: gender, age */
    bool factor[TILT__MAX_CROSSING];       /* written {factor:placement} */
    size_t n;
    tilt__wide_column *columns; /* one per column of the source */
} tilt__wide;

/* Finds the columns that fit the patterns of source_spec->melt, such as "imp_{gender}_{age}": the text at
 * each brace is the label of that attribute, at least one character and as short as fits. They get the role
 * of a stage under their own header until the source is loaded; a plain column of that stage is not read
 * beside them. Sets mapping->wide. TILT_ESPEC when a pattern has no or too many braces, when two patterns do
 * not have the same attributes, or when a pattern fits no column. */
tilt_status tilt__melt_map(tilt__mapping *mapping, tilt__arena *arena, tilt_error *err) TILT_NODISCARD;

/* True for an attribute or a stage that wide columns give. */
bool tilt__melt_has(const tilt__mapping *mapping, const char *name);

#endif
