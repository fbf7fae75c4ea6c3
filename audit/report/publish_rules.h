/* report/publish_rules.h - how a rule is written down. For the tables of report/publish_rules*.c. */
#ifndef TILT_REPORT_PUBLISH_RULES_H
#define TILT_REPORT_PUBLISH_RULES_H

#include "report/publish.h"

#define INSIDE(path)                                                                                         \
    { path, TILT__PUBLISH_INSIDE, 0 }
#define KEEP(path)                                                                                           \
    { path, TILT__PUBLISH_KEEP, 0 }
#define LABELS(path)                                                                                         \
    { path, TILT__PUBLISH_LABELS, 0 }
#define FROM(path, what)                                                                                     \
    { path, TILT__PUBLISH_KEEP, what }
#define NUMBERS(path, what)                                                                                  \
    { path, TILT__PUBLISH_NUMBERS, what }
#define ESTIMATES(path, what)                                                                                \
    { path, TILT__PUBLISH_ESTIMATES, what }
#define ENTRY(path, what)                                                                                    \
    { path, TILT__PUBLISH_ENTRY, what }

#endif
