/* cli/cmd_audit.c - the main job: exports or a spec in; summary or JSON to stdout, reports into a directory. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/given.h"
#include "tiltmeter/audit.h"

tilt__exit cmd_audit(const tilt__cli *cli) {
    tilt_error err = {.status = TILT_OK};
    tilt__buf command = TILT__BUF_INIT;
    tilt__cli_command_line(cli, &command);
    tilt_spec *spec = tilt__given_spec(cli, &err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, tilt__buf_get(&command), &err) : NULL;
    tilt__exit code = audit == NULL ? tilt__cli_fail(&err) : TILT__EXIT_DONE;
    if (audit != NULL) {
        size_t n;
        const char *text = tilt_audit_result(audit, &n);
        (void)fwrite(text, 1, n, stdout);
        if (tilt__cli_has(cli, "gate") && tilt_audit_is_tilted(audit)) code = TILT__EXIT_GATE;
    }
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    tilt__buf_free(&command);
    return code;
}
