/* cube/bulk.h - the fast way from a file to its cube, for files that are plain and large. It gives what
 * load.c gives row by row, bit for bit, or declines. */
#ifndef TILT_CUBE_BULK_H
#define TILT_CUBE_BULK_H

#include "cube/loader.h"
#include "read/bulk_scan.h"

/* Fills the cube (not sealed), the sums and what was seen. *out_done false: the file has to be read row by
 * row, and nothing was changed. TILT_ENOMEM. */
tilt_status tilt__bulk_load(tilt__loader *loader, tilt_source *source, bool *out_done,
                            tilt_error *err) TILT_NODISCARD;

typedef enum tilt__bulk_when { TILT__BULK_LARGE, TILT__BULK_ALWAYS, TILT__BULK_NEVER } tilt__bulk_when;

/* For tests, which set them before any thread is begun: files of every size, small tiles, and each way of
 * looking at bytes. */
typedef struct tilt__bulk_settings {
    tilt__bulk_when when;
    size_t tile_bytes; /* 0: as built; a multiple of TILT__SCAN_BLOCK */
    bool level_given;  /* else the best that runs */
    tilt__scan_level level;
    size_t most_scores; /* different ones that are counted, not sorted; 0: as built */
} tilt__bulk_settings;
void tilt__bulk_set(const tilt__bulk_settings *wanted);

#endif
