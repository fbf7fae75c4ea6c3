/* cube/attach.h - facts recorded about ads (or campaigns, creatives ...) become factors of what was
 * delivered.
 */
#ifndef TILT_CUBE_ATTACH_H
#define TILT_CUBE_ATTACH_H

#include "cube/facts.h"

/* True for a source of facts: it has no counts and is no table of its own. */
bool tilt__is_facts(const tilt__loaded *loaded);

/* Adds the columns of every source of facts as dimensions to each other source that has its key; what the
 * facts do not name gets the label "(not recorded)", cells without the key none. Columns that a source has
 * itself are left as they are. One check per join goes to `checks`. TILT_ESPEC when no source has the key or
 * a key is recorded twice with different facts. */
tilt_status tilt__facts_attach(tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                               tilt_error *err) TILT_NODISCARD;

#endif
