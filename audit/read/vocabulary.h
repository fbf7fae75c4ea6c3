/* read/vocabulary.h - the words that stand in headers of exports, and what they mean.
 * One table: normalised header -> role and name, with the platforms and the language that write it so. It
 * finds the header row, tells platforms apart and proposes roles. */
#ifndef TILT_READ_VOCABULARY_H
#define TILT_READ_VOCABULARY_H

#include "base/buf.h"
#include "tiltmeter/source.h"

/* One bit per platform, in the order of the platform table. */
enum {
    TILT__META = 1 << 0,
    TILT__GOOGLE = 1 << 1,
    TILT__LINKEDIN = 1 << 2,
    TILT__TIKTOK = 1 << 3,
    TILT__SNAPCHAT = 1 << 4,
    TILT__MICROSOFT = 1 << 5,
    TILT__DV360 = 1 << 6,
    TILT__CM360 = 1 << 7,
    TILT__AMAZON = 1 << 8,
    TILT__PINTEREST = 1 << 9,
    TILT__X = 1 << 10,
    TILT__GENERIC = 1 << 11,
    TILT__ANY = (1 << 12) - 1
};

typedef struct tilt__word {
    const char *normal; /* as tilt__header_normalise() makes it */
    tilt_role role;
    const char *name;     /* gender, ad_set, impressions ... */
    unsigned platforms;   /* who writes it so */
    const char *language; /* "en", "de", "fr", "es", "nl" ... */
    const char *note;     /* why it is ignored or special; NULL */
} tilt__word;

/* Normalises a header: blanks trimmed and made single, underscores to blanks, letters to lower case (Latin,
 * also accented), a trailing unit or currency in parentheses taken off into *out_unit (may be NULL).
 * Appends to `out`. */
void tilt__header_normalise(const char *text, size_t n, tilt__buf *out, tilt__buf *out_unit);

/* The word for a normalised header; an entry of `platform` (one bit; 0: any) before a general one. NULL when
 * unknown. Static. */
const tilt__word *tilt__vocabulary_find(const char *normal, unsigned platform);
/* The same from a header as it stands in the file: in normal form, and where that is unknown with
 * "AdGroupName" taken apart. `scratch` is overwritten with the normal form. */
const tilt__word *tilt__vocabulary_find_header(const char *header, size_t n, unsigned platform,
                                               tilt__buf *scratch);
size_t tilt__vocabulary_count(void);
const tilt__word *tilt__vocabulary_at(size_t i);

/* True for a value that stands for "not known": unknown, Undetermined, (not set), n/a, inconnu, unbekannt ...
 */
bool tilt__value_is_unknown(const char *text, size_t n);

/* True for a header (normalised) that names personal data: e-mail, phone, person names, user ids. */
bool tilt__header_is_personal(const char *normal);
/* True for a cell that is an e-mail address or a telephone number. */
bool tilt__value_is_personal(const char *text, size_t n);

/* The stage that a Meta result type counts ("Link Clicks", "actions:link_click" -> "clicks"); NULL when it is
 * none that we know. Static. */
const char *tilt__result_stage(const char *type, size_t n);

#endif
