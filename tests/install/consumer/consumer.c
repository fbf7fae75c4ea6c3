/* The smallest use of the installed library: it says which version it is, and a bad spec is an error, not an
 * exit. With the arguments RESULT.json OUT.pdf it draws a report, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiltmeter/base.h>
#include <tiltmeter/report.h>
#include <tiltmeter/spec.h>

static int draw(const char *result, const char *pdf) {
    static char json[1 << 20];
    tilt_error err = {0};
    char *bytes = NULL;
    size_t n = 0;
    FILE *in = fopen(result, "rb");
    size_t length = in != NULL ? fread(json, 1, sizeof json, in) : 0;
    tilt_report *report = tilt_report_from_json(json, length, &err);
    int failed =
        report == NULL || tilt_report_render(report, TILT_FORMAT_PDF, NULL, &bytes, &n, &err) != TILT_OK;
    if (failed) fprintf(stderr, "%s\n", err.message);
    FILE *out = failed ? NULL : fopen(pdf, "wb");
    failed = out == NULL || fwrite(bytes, 1, n, out) != n;
    if (out != NULL && fclose(out) != 0) failed = 1;
    if (in != NULL) (void)fclose(in);
    free(bytes);
    tilt_report_free(report);
    return failed;
}

int main(int argc, char **argv) {
    if (argc == 3) return draw(argv[1], argv[2]);
    static const char json[] = "{\"audiense\": [\"gender\"]}";
    tilt_error err = {0};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    if (spec != NULL) {
        tilt_spec_free(spec);
        return 1;
    }
    printf("tiltmeter %s: %s error: %s\n", tilt_version(), tilt_status_name(err.status), err.message);
    return err.status == TILT_ESPEC && strcmp(tilt_version(), TILT_VERSION) == 0 ? 0 : 1;
}
