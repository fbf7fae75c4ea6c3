/* cli/cmd_schema.c - the JSON schemas, printed as they are shipped in docs/schema (made part of the program
 * by tilt_embed in cmake/Embed.cmake). */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"

extern const unsigned char tilt__schema_spec[];
extern const size_t tilt__schema_spec_size;
extern const unsigned char tilt__schema_result[];
extern const size_t tilt__schema_result_size;
extern const unsigned char tilt__schema_change[];
extern const size_t tilt__schema_change_size;
extern const unsigned char tilt__schema_trend[];
extern const size_t tilt__schema_trend_size;
extern const unsigned char tilt__schema_pack[];
extern const size_t tilt__schema_pack_size;
extern const unsigned char tilt__schema_list[];
extern const size_t tilt__schema_list_size;
extern const unsigned char tilt__schema_inspect[];
extern const size_t tilt__schema_inspect_size;
extern const unsigned char tilt__schema_plan[];
extern const size_t tilt__schema_plan_size;
extern const unsigned char tilt__schema_policy[];
extern const size_t tilt__schema_policy_size;

typedef struct schema {
    const char *name;
    const unsigned char *text;
    const size_t *size;
} schema;

static const schema schemas[] = {
    {"spec", tilt__schema_spec, &tilt__schema_spec_size},
    {"result", tilt__schema_result, &tilt__schema_result_size},
    {"change", tilt__schema_change, &tilt__schema_change_size},
    {"trend", tilt__schema_trend, &tilt__schema_trend_size},
    {"pack", tilt__schema_pack, &tilt__schema_pack_size},
    {"list", tilt__schema_list, &tilt__schema_list_size},
    {"inspect", tilt__schema_inspect, &tilt__schema_inspect_size},
    {"plan", tilt__schema_plan, &tilt__schema_plan_size},
    {"policy", tilt__schema_policy, &tilt__schema_policy_size},
};

tilt__exit cmd_schema(const tilt__cli *cli) {
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        if (strcmp(cli->args[0], schemas[i].name) != 0) continue;
        (void)fwrite(schemas[i].text, 1, *schemas[i].size, stdout);
        return TILT__EXIT_DONE;
    }
    tilt_error err;
    (void)tilt__fail(&err, TILT_EUSAGE, "there is no schema \"%.80s\"; usage: tiltmeter schema %s",
                     cli->args[0], cli->usage->arguments);
    return tilt__cli_fail(&err);
}
