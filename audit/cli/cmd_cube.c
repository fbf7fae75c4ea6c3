/* cli/cmd_cube.c - exports reduced to one cube file. It holds small cells, so nobody but its owner may read
 * it. */
#include "base/error.h"
#include "base/io.h"
#include "cli/command.h"
#include "cli/given.h"
#include "cli/watch.h"
#include "map/spec.h"
#include "tiltmeter/audit.h"

static tilt__exit put(const tilt__cli *cli, const char *text, size_t n, tilt_error *err) {
    const char *path = tilt__cli_value(cli, "output");
    if (path != NULL)
        return tilt__write_private_file(path, text, n, err) == TILT_OK ? TILT__EXIT_DONE
                                                                       : tilt__cli_fail(err);
    tilt__buf out = TILT__BUF_INIT;
    tilt__buf_add(&out, text, n);
    tilt__exit code = tilt__cli_print(&out);
    tilt__buf_free(&out);
    return code;
}

tilt__exit cmd_cube(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt__given_spec(cli, &err);
    bool allowed = spec != NULL && !spec->publish;
    tilt_audit *cube = NULL;
    size_t n = 0;
    if (spec != NULL && !allowed)
        (void)tilt__fail(&err, TILT_EUSAGE,
                         "a cube cannot be published: it holds every count, the small ones too; leave "
                         "--publish (or \"publish\" of the spec) out, and keep the cube");
    if (allowed) {
        tilt__watch_start(spec, tilt__cli_has(cli, "quiet"));
        cube = tilt_audit_reduce(spec, &err);
        tilt__watch_end();
    }
    const char *text = cube != NULL ? tilt_audit_result(cube, &n) : NULL;
    tilt__exit code = text != NULL ? put(cli, text, n, &err) : tilt__cli_fail(&err);
    tilt_audit_free(cube);
    tilt_spec_free(spec);
    return code;
}
