/* report/cut.h - a result cut down to what sentences and the summary on a terminal are made of. Nine tenths
 * of a long result are drivers, levels and campaigns of its comparisons: that need not become a tree to be
 * passed over.
 */
#ifndef TILT_REPORT_CUT_H
#define TILT_REPORT_CUT_H

#include "base/buf.h"

/* Whether no sentence, headline, summary or line on a terminal is made of this member of a comparison, nor of
 * its reason. */
bool tilt__cut_drops(const char *name);

/* A result on its way, piece by piece. */
typedef struct tilt__cutter {
    tilt__buf *out;   /* borrowed */
    tilt__buf name;   /* of the member that is begun, where names tell what is dropped */
    size_t depth;     /* containers that are open */
    uint64_t objects; /* by depth: which of them are objects */
    bool in_string, escaped, key_next, naming;
    bool in_views, in_comparisons; /* the lists of these names are open */
    bool dropping, any;            /* of a comparison: this member goes; some member was kept */
} tilt__cutter;

/* Without white space between values, and otherwise the bytes that the result has. `out` is borrowed. */
void tilt__cutter_start(tilt__cutter *cutter, tilt__buf *out);
void tilt__cutter_free(tilt__cutter *cutter);
/* A tilt__piece_fn of a cutter; the text is valid JSON of at most TILT__JSON_DEPTH levels. False when memory
 * runs out, or where it is nested deeper. */
bool tilt__cut_piece(void *cutter, const char *text, size_t n);

#endif
