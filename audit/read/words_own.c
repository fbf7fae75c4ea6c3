/* read/words_own.c - headers of tables that people make themselves. A word that may mean persons or events
 * ("shown", "clicked") is taken for events, whose intervals promise less; "views" and "seen" may be either
 * and are left to the user. */
#include "read/words.h"

const tilt__word tilt__words_own[] = {
    {"user gender", TILT_ROLE_AUDIENCE, "gender", TILT__ANY, "en", NULL},
    {"audience gender", TILT_ROLE_AUDIENCE, "gender", TILT__ANY, "en", NULL},
    {"user age", TILT_ROLE_AUDIENCE, "age", TILT__ANY, "en", NULL},
    {"audience age", TILT_ROLE_AUDIENCE, "age", TILT__ANY, "en", NULL},
    {"people targeted", TILT_ROLE_STAGE, "targeted", TILT__ANY, "en", NULL},
    {"targeted people", TILT_ROLE_STAGE, "targeted", TILT__ANY, "en", NULL},
    {"eligible people", TILT_ROLE_STAGE, "eligible", TILT__ANY, "en", NULL},
    {"applied", TILT_ROLE_STAGE, "applicants", TILT__ANY, "en", NULL},
    {"number of applicants", TILT_ROLE_STAGE, "applicants", TILT__ANY, "en", NULL},
    {"applications", TILT_ROLE_STAGE, "applications", TILT__ANY, "en", NULL},
    {"number of applications", TILT_ROLE_STAGE, "applications", TILT__ANY, "en", NULL},
    {"reached", TILT_ROLE_STAGE, "reach", TILT__ANY, "en", NULL},
    {"people reached", TILT_ROLE_STAGE, "reach", TILT__ANY, "en", NULL},
    {"persons reached", TILT_ROLE_STAGE, "reach", TILT__ANY, "en", NULL},
    {"users reached", TILT_ROLE_STAGE, "reach", TILT__ANY, "en", NULL},
    {"unique reach", TILT_ROLE_STAGE, "reach", TILT__ANY, "en", NULL},
    {"ad impressions", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"total impressions", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"number of impressions", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"times shown", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"ads shown", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"shown", TILT_ROLE_STAGE, "impressions", TILT__ANY, "en", NULL},
    {"clicked", TILT_ROLE_STAGE, "clicks", TILT__ANY, "en", NULL},
    {"ad clicks", TILT_ROLE_STAGE, "clicks", TILT__ANY, "en", NULL},
    {"total clicks", TILT_ROLE_STAGE, "clicks", TILT__ANY, "en", NULL},
    {"number of clicks", TILT_ROLE_STAGE, "clicks", TILT__ANY, "en", NULL},
};
const size_t tilt__words_own_count = sizeof tilt__words_own / sizeof *tilt__words_own;
