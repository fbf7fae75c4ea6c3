/* A file in the place of the module that draws: of another version, and it leaves a file `loaded` in the
 * current directory when it is. */
#include <stdio.h>

#include "report/print.h"

const tilt__print tilt__print_table = {
    .version = "0.0.0", .doc_size = sizeof(tilt__doc), .chart_size = sizeof(tilt__chart)};

__attribute__((constructor)) static void tell(void) {
    FILE *file = fopen("loaded", "w");
    if (file != NULL) (void)fclose(file);
}
