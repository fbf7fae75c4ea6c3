/* cube/allowed.h - political-ads libraries beside delivery: whom each ad was allowed to reach, and whom it
 * reached all the same. A library gives no audience sizes, so it is no base; it gives rules. */
#ifndef TILT_CUBE_ALLOWED_H
#define TILT_CUBE_ALLOWED_H

#include "cube/facts.h"

/* What an empty cell of a library is counted as: nobody was left out. */
#define TILT__EVERYBODY "(everybody)"

/* True when empty audience cells of the source mean that targeting was not restricted. */
bool tilt__is_library(const tilt_source *source);

/* Reads the ad and the regions left out of a library too (they are identifiers and texts elsewhere), and,
 * beside a library, the ad of a delivery export. */
void tilt__allowed_map(tilt__mapping *mapping, bool library);

/* What the rules of a library say, one check per ad up to a ceiling. False when memory runs out. */
bool tilt__allowed_rules(const tilt__loaded *library, tilt__arena *arena,
                         tilt__checks *checks) TILT_NODISCARD;

/* Holds what was delivered against the rules: counts of groups that an ad was not allowed to reach are a
 * failed check, age bins that a bracket covers in part are named. Joins on the ad, or says that no ad is in
 * both. False when memory runs out. */
bool tilt__allowed_check(const tilt__loaded *library, const tilt__loaded *delivery, tilt__arena *arena,
                         tilt__checks *checks) TILT_NODISCARD;

/* What a library says alone, one check per audience: the counts of ads that everybody could see, and of ads
 * limited to some. Nothing for other sources. False when memory runs out. */
bool tilt__allowed_tell(const tilt__loaded *library, tilt__arena *arena, tilt__checks *checks) TILT_NODISCARD;

#endif
