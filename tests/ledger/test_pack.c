/* Packs that a stranger made. The files are those of the fuzz corpus (tests/fuzz/corpus/pack). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ledger/pack.h"

/* Status of reading one; what is said about it goes to `said`. */
static tilt_status read_pack(const char *name, char said[512], bool *out_whole) {
    char path[1024];
    tilt_error err = {.status = TILT_OK};
    tilt__arena arena = {0};
    tilt__members members;
    cJSON *manifest = NULL;
    tilt__buf why = TILT__BUF_INIT;
    (void)snprintf(path, sizeof path, "%s/fuzz/corpus/pack/%s", TILT_TEST_DIR, name);
    tilt_status status = tilt__pack_read(path, &arena, &members, &manifest, &why, &err);
    (void)snprintf(said, 512, "%s", status == TILT_OK ? tilt__buf_get(&why) : err.message);
    *out_whole = status == TILT_OK && why.length == 0;
    cJSON_Delete(manifest);
    tilt__buf_free(&why);
    tilt__arena_free(&arena);
    return status;
}

Test(pack, is_whole_when_every_member_has_its_hash) {
    char said[512];
    bool whole;
    cr_expect_eq(read_pack("small", said, &whole), TILT_OK);
    cr_expect(whole, "%s", said);
    cr_expect_eq(read_pack("made", said, &whole), TILT_OK);
    cr_expect(whole, "%s", said);
}

/* Another tool would unpack the second one, or put a file elsewhere. */
Test(pack, two_members_of_one_name_and_paths_are_refused) {
    char said[512];
    bool whole;
    cr_expect_eq(read_pack("twice", said, &whole), TILT_ESPEC);
    cr_expect(strstr(said, "two members are named \"result.json\"") != NULL, "%s", said);
    cr_expect_eq(read_pack("climbs", said, &whole), TILT_ESPEC);
    cr_expect(strstr(said, "expected a file name, no path") != NULL, "%s", said);
}

Test(pack, a_member_that_says_it_is_larger_than_it_can_be_is_refused) {
    char said[512];
    bool whole;
    cr_expect_eq(read_pack("huge", said, &whole), TILT_ESPEC);
    cr_expect(strstr(said, "cannot be read") != NULL, "%s", said);
    cr_expect_eq(read_pack("bomb", said, &whole), TILT_OK); /* 3 MB of blanks */
    cr_expect_not(whole);
}
