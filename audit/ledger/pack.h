/* ledger/pack.h - an audit as one ZIP file that can be checked elsewhere: manifest.json with the hash of
 * every other member and of every input, spec.json, policy.json, result.json, the report, reviews.json, and
 * the entry of the audit with the head of the chain it stands in. The same audit gives the same bytes. */
#ifndef TILT_LEDGER_PACK_H
#define TILT_LEDGER_PACK_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "ledger/store.h"

#define TILT__PACK_SCHEMA "tiltmeter.pack/1"

typedef struct tilt__member {
    const char *name;
    const char *bytes;
    size_t n;
} tilt__member;

typedef struct tilt__members {
    tilt__member *items;
    size_t n, capacity;
} tilt__members;

/* Writes the pack of an audit with the reviews of its series, readable by its owner only: it holds small
 * counts and names of people. `reports`: rendered reports that go into it. TILT_EIO. */
tilt_status tilt__pack_write(tilt__ledger *ledger, int64_t audit, const tilt__members *reports,
                             const char *path, tilt_error *err) TILT_NODISCARD;

/* Reads every member into the arena and checks them against the manifest. *out_why: empty when all is as the
 * manifest says, else what is not. TILT_ESPEC for a file that is no pack. */
tilt_status tilt__pack_read(const char *path, tilt__arena *arena, tilt__members *out, cJSON **out_manifest,
                            tilt__buf *out_why, tilt_error *err) TILT_NODISCARD;
const tilt__member *tilt__member_find(const tilt__members *members, const char *name);

/* Compares two results node by node; what an audit elsewhere cannot share is left out: ledger, reviews,
 * change, file names and the tool's version. Appends the first few differences to `out`, one a line. */
typedef struct tilt__sameness {
    size_t numbers, texts, differences;
} tilt__sameness;
tilt__sameness tilt__results_compare(const cJSON *recorded, const cJSON *now, tilt__buf *out);

#endif
