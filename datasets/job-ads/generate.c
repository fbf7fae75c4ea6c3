/* generate.c - writes the job-ads exports and the truth about them.
 *
 *     generate DIR [SEED [META_PERMILLE GOOGLE_PERMILLE]]
 *
 * In: a seed and the strength of the two planted tilts (1000 = none). Out: four exports and truth.json in
 * DIR. Everything the bytes depend on is integer arithmetic on fixed-width types and a counter-based
 * generator of our own (a draw is a hash of what it is for), so the same bytes come out on every machine and
 * in any loop order. Counts are sums of single yes/no draws: slow (a few million hashes) but exactly binomial
 * and free of libm.
 *
 * Planted, and nothing else: on Meta, on one placement, women get fewer impressions per targeted person; on
 * Google, on one device, women's click-through rate is lower. Days differ by a factor that both genders share
 * and by a small one of their own, so that impressions are not independent, as in life.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEMALE, MALE, UNKNOWN, N_GENDER };
enum { N_AD = 4, N_DAY = 14, N_AGE = 6, N_PLACEMENT = 3, N_DEVICE = 3, REELS = 2, MOBILE = 1 };
enum { META = 1, GOOGLE = 2 };
enum {
    FOR_TARGETED = 1,
    FOR_DAY,
    FOR_DAY_GENDER,
    FOR_IMPRESSIONS,
    FOR_UNKNOWN,
    FOR_REACH,
    FOR_CLICKS,
    FOR_PRICE
};

static const char *const ad_names[N_AD] = {"Nurse", "Preschool teacher", "Truck driver",
                                           "Warehouse operative"};
static const char *const ad_campaigns[N_AD] = {"Care jobs", "Care jobs", "Logistics jobs", "Logistics jobs"};
static const char *const ages[N_AGE] = {"18-24", "25-34", "35-44", "45-54", "55-64", "65+"};
static const char *const placements[N_PLACEMENT] = {"Facebook Feed", "Instagram Stories", "Instagram Reels"};
static const char *const devices[N_DEVICE] = {"Computers", "Mobile phones", "Tablets"};
static const char *const meta_genders[N_GENDER] = {"female", "male", "unknown"};
static const char *const google_genders[N_GENDER] = {"Female", "Male", "Unknown"};

/* The plan. Permille unless the name says otherwise. */
static const uint64_t ad_people[N_AD] = {62000, 48000, 71000, 55000}; /* targeted, both genders */
static const uint64_t ad_female[N_AD] = {540, 520, 450, 480};         /* women among them */
static const uint64_t ad_intensity[N_AD] = {2200, 2000, 1900, 2000}; /* impressions per targeted man x 1000 */
static const uint64_t age_share[N_AGE] = {190, 250, 210, 170, 130, 50}; /* the same for both genders */
static const uint64_t placement_share[N_PLACEMENT] = {400, 150, 450};   /* of men's impressions */
static const uint64_t placement_ctr_ppm[N_PLACEMENT] = {19000, 13000, 11000};
static const uint64_t placement_cpm_cents[N_PLACEMENT] = {410, 360,
                                                          290}; /* price of a thousand impressions */
static const uint64_t device_share[N_DEVICE] = {350, 550, 100};
static const uint64_t device_ctr_ppm[N_DEVICE] = {40000, 30000, 30000};
static const uint64_t google_intensity = 3000, meta_unknown = 15, google_unknown = 310, reach_lost = 180;
static const uint64_t people_reached = 620; /* of the targeted, once each, for the account's summary row */

typedef struct plan {
    uint64_t seed, meta_tilt, google_tilt;
} plan;

typedef struct cell {
    uint64_t impressions, reach, clicks, cost; /* cost: Meta 1/10000, Google 1/100 of a euro */
} cell;

typedef struct world {
    uint64_t targeted[N_AD][N_AGE][2];
    cell meta[N_AD][N_DAY][N_PLACEMENT][N_AGE][N_GENDER];
    cell google[N_AD][N_DAY][N_DEVICE][N_GENDER];
} world;

/* ---- random numbers: the finaliser of splitmix64 (Steele, Lea and Flood 2014) over a key and a counter ----
 */

static uint64_t mix(uint64_t x) {
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A key for one purpose at one place of the world; fields are small numbers, 8 bits each. */
static uint64_t key_of(const plan *p, unsigned platform, unsigned purpose, const unsigned place[5]) {
    uint64_t packed = platform;
    packed = packed << 8 | purpose;
    for (size_t i = 0; i < 5; i++) packed = packed << 8 | place[i];
    return mix(mix(p->seed) ^ packed);
}

static uint64_t draw(uint64_t key, uint64_t i) {
    return mix(key + i * UINT64_C(0x9e3779b97f4a7c15));
}

/* How many of n independent draws come up, each with chance part/whole. */
static uint64_t draw_count(uint64_t key, uint64_t n, uint64_t part, uint64_t whole) {
    uint64_t limit = UINT64_MAX / whole * part, count = 0;
    for (uint64_t i = 0; i < n; i++) count += draw(key, i) < limit;
    return count;
}

/* A whole number in [1000 - spread, 1000 + spread]. */
static uint64_t draw_factor(uint64_t key, uint64_t spread) {
    return 1000 - spread + draw(key, 0) % (2 * spread + 1);
}

/* ---- the world ---- */

static void draw_targeted(const plan *p, world *w) {
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned age = 0; age < N_AGE; age++)
            for (unsigned g = 0; g < 2; g++) {
                uint64_t share = g == FEMALE ? ad_female[ad] : 1000 - ad_female[ad];
                uint64_t about = ad_people[ad] * age_share[age] * share / 1000000;
                uint64_t key = key_of(p, META, FOR_TARGETED, (unsigned[5]){ad, age, g, 0, 0});
                w->targeted[ad][age][g] = about * draw_factor(key, 15) / 1000;
            }
}

/* The day's factor: one part both genders share, one of each gender's own. */
static uint64_t day_factor(const plan *p, unsigned platform, unsigned ad, unsigned day, unsigned g) {
    uint64_t shared = draw_factor(key_of(p, platform, FOR_DAY, (unsigned[5]){ad, day, 0, 0, 0}), 200);
    uint64_t own = draw_factor(key_of(p, platform, FOR_DAY_GENDER, (unsigned[5]){ad, day, g, 0, 0}), 40);
    return shared * own / 1000;
}

/* Eight times the impressions expected in a cell: eight draws of one eighth each make one expected
 * impression. */
static uint64_t expected_eightfold(uint64_t people, uint64_t intensity, uint64_t share, uint64_t tilt,
                                   uint64_t day) {
    return people * intensity * 8 / 1000 * share / 1000 * tilt / 1000 * day / ((uint64_t)1000 * N_DAY);
}

static void draw_meta_cell(const plan *p, world *w, unsigned ad, unsigned day, unsigned pl, unsigned age) {
    cell *row = w->meta[ad][day][pl][age];
    for (unsigned g = 0; g < 2; g++) {
        const unsigned place[5] = {ad, day, pl, age, g};
        uint64_t tilt = g == FEMALE && pl == REELS ? p->meta_tilt : 1000;
        uint64_t n = expected_eightfold(w->targeted[ad][age][g], ad_intensity[ad], placement_share[pl], tilt,
                                        day_factor(p, META, ad, day, g));
        uint64_t shown = draw_count(key_of(p, META, FOR_IMPRESSIONS, place), n, 1, 8);
        uint64_t hidden = draw_count(key_of(p, META, FOR_UNKNOWN, place), shown, meta_unknown, 1000);
        row[g].impressions = shown - hidden;
        row[UNKNOWN].impressions += hidden;
    }
    for (unsigned g = 0; g < N_GENDER; g++) {
        const unsigned place[5] = {ad, day, pl, age, g};
        uint64_t shown = row[g].impressions;
        uint64_t lost = draw_count(key_of(p, META, FOR_REACH, place), shown, reach_lost, 1000);
        row[g].reach = shown > lost ? shown - lost : shown > 0;
        row[g].clicks = draw_count(key_of(p, META, FOR_CLICKS, place), shown, placement_ctr_ppm[pl], 1000000);
        uint64_t price = draw_factor(key_of(p, META, FOR_PRICE, place), 120);
        row[g].cost = shown * placement_cpm_cents[pl] * price / 10000; /* cents per 1000 -> 1/10000 euro */
    }
}

static uint64_t google_ctr(const plan *p, unsigned device, unsigned g) {
    return g == FEMALE && device == MOBILE ? device_ctr_ppm[device] * p->google_tilt / 1000
                                           : device_ctr_ppm[device];
}

static uint64_t targeted_of(const world *w, unsigned ad, unsigned g) {
    uint64_t sum = 0;
    for (unsigned age = 0; age < N_AGE; age++) sum += w->targeted[ad][age][g];
    return sum;
}

/* A person whose gender Google does not know clicks as the person does, so `unknown` hides part of each
 * gender. */
static void draw_google_cell(const plan *p, world *w, unsigned ad, unsigned day, unsigned device) {
    cell *row = w->google[ad][day][device];
    for (unsigned g = 0; g < 2; g++) {
        const unsigned place[5] = {ad, day, device, g, 0}, hidden_place[5] = {ad, day, device, g, 1};
        uint64_t n = expected_eightfold(targeted_of(w, ad, g), google_intensity, device_share[device], 1000,
                                        day_factor(p, GOOGLE, ad, day, g));
        uint64_t shown = draw_count(key_of(p, GOOGLE, FOR_IMPRESSIONS, place), n, 1, 8);
        uint64_t hidden = draw_count(key_of(p, GOOGLE, FOR_UNKNOWN, place), shown, google_unknown, 1000);
        uint64_t ctr = google_ctr(p, device, g);
        row[g].impressions = shown - hidden;
        row[g].clicks = draw_count(key_of(p, GOOGLE, FOR_CLICKS, place), shown - hidden, ctr, 1000000);
        row[UNKNOWN].impressions += hidden;
        row[UNKNOWN].clicks += draw_count(key_of(p, GOOGLE, FOR_CLICKS, hidden_place), hidden, ctr, 1000000);
    }
    for (unsigned g = 0; g < N_GENDER; g++)
        row[g].cost = row[g].clicks * 48 *
                      draw_factor(key_of(p, GOOGLE, FOR_PRICE, (unsigned[5]){ad, day, device, g, 0}), 150) /
                      1000;
}

static void draw_world(const plan *p, world *w) {
    draw_targeted(p, w);
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned day = 0; day < N_DAY; day++) {
            for (unsigned pl = 0; pl < N_PLACEMENT; pl++)
                for (unsigned age = 0; age < N_AGE; age++) draw_meta_cell(p, w, ad, day, pl, age);
            for (unsigned device = 0; device < N_DEVICE; device++) draw_google_cell(p, w, ad, day, device);
        }
}

/* ---- printing ---- */

static void add_cell(cell *sum, const cell *part) {
    sum->impressions += part->impressions;
    sum->reach += part->reach;
    sum->clicks += part->clicks;
    sum->cost += part->cost;
}

/* value / 10^digits with all its digits. */
static void put_fixed(FILE *out, uint64_t value, unsigned digits) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < digits; i++) unit *= 10;
    fprintf(out, "%" PRIu64 ".%0*" PRIu64, value / unit, (int)digits, value % unit);
}

/* a / b rounded half up to `digits` decimals; b > 0. */
static void put_ratio(FILE *out, uint64_t a, uint64_t b, unsigned digits) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < digits; i++) unit *= 10;
    put_fixed(out, (a * unit + b / 2) / b, digits);
}

/* Meta quotes a text only where it has a space. */
static void put_text(FILE *out, const char *text) {
    bool quote = strchr(text, ' ') != NULL;
    fprintf(out, quote ? "\"%s\"," : "%s,", text);
}

static void put_meta_counts(FILE *out, const cell *c) {
    fprintf(out, "%" PRIu64 ",%" PRIu64 ",", c->reach, c->impressions);
    if (c->reach > 0) put_ratio(out, c->impressions, c->reach, 6);
    fprintf(out, ",");
    if (c->clicks > 0) fprintf(out, "%" PRIu64, c->clicks); /* as exported: no clicks is an empty cell */
    fprintf(out, ",");
    put_fixed(out, c->cost, 4);
}

/* The account's summary row: blank dimensions, people counted once, so that its reach is not the sum. */
static void put_meta_summary(FILE *out, const world *w) {
    cell sum = {0};
    uint64_t people = 0;
    for (unsigned ad = 0; ad < N_AD; ad++) {
        people += targeted_of(w, ad, FEMALE) + targeted_of(w, ad, MALE);
        for (unsigned day = 0; day < N_DAY; day++)
            for (unsigned pl = 0; pl < N_PLACEMENT; pl++)
                for (unsigned age = 0; age < N_AGE; age++)
                    for (unsigned g = 0; g < N_GENDER; g++) add_cell(&sum, &w->meta[ad][day][pl][age][g]);
    }
    sum.reach = people * people_reached / 1000;
    fprintf(out, ",,,,,,");
    put_meta_counts(out, &sum);
    fprintf(out, ",2024-09-02,2024-09-15\n");
}

static void write_meta_delivery(FILE *out, const world *w) {
    fprintf(
        out,
        "\xEF\xBB\xBF\"Campaign name\",\"Ad set name\",Day,Age,Gender,Placement,Reach,Impressions,Frequency,"
        "\"Link clicks\",\"Amount spent (EUR)\",\"Reporting starts\",\"Reporting ends\"\n");
    put_meta_summary(out, w);
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned day = 0; day < N_DAY; day++)
            for (unsigned pl = 0; pl < N_PLACEMENT; pl++)
                for (unsigned age = 0; age < N_AGE; age++)
                    for (unsigned g = 0; g < N_GENDER; g++) {
                        const cell *c = &w->meta[ad][day][pl][age][g];
                        if (c->impressions == 0) continue; /* platforms do not list what was not shown */
                        put_text(out, ad_campaigns[ad]);
                        put_text(out, ad_names[ad]);
                        fprintf(out, "2024-09-%02u,%s,%s,", day + 2, ages[age], meta_genders[g]);
                        put_text(out, placements[pl]);
                        put_meta_counts(out, c);
                        fprintf(out, ",2024-09-02,2024-09-15\n");
                    }
}

static void write_meta_targeting(FILE *out, const world *w) {
    fprintf(out, "\"Campaign name\",\"Ad set name\",Age,Gender,\"Audience size\"\n");
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned age = 0; age < N_AGE; age++)
            for (unsigned g = 0; g < 2; g++) {
                put_text(out, ad_campaigns[ad]);
                put_text(out, ad_names[ad]);
                fprintf(out, "%s,%s,%" PRIu64 "\n", ages[age], meta_genders[g], w->targeted[ad][age][g]);
            }
}

/* A count as Google writes it: "1,234" in quotes from a thousand on. */
static void put_grouped(FILE *out, uint64_t value) {
    if (value >= 1000000)
        fprintf(out, "\"%" PRIu64 ",%03" PRIu64 ",%03" PRIu64 "\"", value / 1000000, value / 1000 % 1000,
                value % 1000);
    else if (value >= 1000)
        fprintf(out, "\"%" PRIu64 ",%03" PRIu64 "\"", value / 1000, value % 1000);
    else
        fprintf(out, "%" PRIu64, value);
}

static void put_grouped_cost(FILE *out, uint64_t cents) {
    if (cents >= 100000)
        fprintf(out, "\"%" PRIu64 ",%03" PRIu64 ".%02" PRIu64 "\"", cents / 100000, cents / 100 % 1000,
                cents % 100);
    else
        put_fixed(out, cents, 2);
}

static void put_google_counts(FILE *out, const cell *c) {
    put_grouped(out, c->clicks);
    fprintf(out, ",");
    put_grouped(out, c->impressions);
    fprintf(out, ",");
    if (c->impressions > 0) {
        put_ratio(out, c->clicks * 100, c->impressions, 2);
        fprintf(out, "%%,EUR,");
    } else {
        fprintf(out, " --,EUR,");
    }
    if (c->clicks > 0)
        put_ratio(out, c->cost, c->clicks * 100, 2);
    else
        fprintf(out, " --");
    fprintf(out, ",");
    put_grouped_cost(out, c->cost);
    fprintf(out, "\n");
}

static void write_google_delivery(FILE *out, const world *w) {
    static const char *const totals[] = {"Total: Genders", "Total: Account", "Total: Search"};
    cell sum = {0}, none = {0};
    fprintf(out,
            "Gender report\n\"September 2, 2024 - September 15, 2024\"\nDemographic status,Gender,Campaign,"
            "Ad group,Status,Day,Device,Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost\n");
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned day = 0; day < N_DAY; day++)
            for (unsigned device = 0; device < N_DEVICE; device++)
                for (unsigned g = 0; g < N_GENDER; g++) {
                    const cell *c = &w->google[ad][day][device][g];
                    fprintf(out, "Enabled,%s,%s,%s,Eligible,2024-09-%02u,%s,", google_genders[g],
                            ad_campaigns[ad], ad_names[ad], day + 2, devices[device]);
                    put_google_counts(out, c);
                    add_cell(&sum, c);
                }
    for (unsigned g = 0; g < N_GENDER;
         g++) { /* an ad group that never ran: its rates must be undefined, not zero */
        fprintf(out, "Enabled,%s,%s,%s,Ad group not complete,2024-09-02,%s,", google_genders[g], "Care jobs",
                "Midwife", devices[MOBILE]);
        put_google_counts(out, &none);
    }
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        fprintf(out, "%s,,,,,,,", totals[i]);
        put_google_counts(out, &sum);
    }
}

static void write_google_targeting(FILE *out, const world *w) {
    fprintf(out, "Campaign,Ad group,Gender,Audience size\n");
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned g = 0; g < 2; g++)
            fprintf(out, "%s,%s,%s,%" PRIu64 "\n", ad_campaigns[ad], ad_names[ad], google_genders[g],
                    targeted_of(w, ad, g));
}

/* ---- the truth: what the plan expects, in millionths, beside what was drawn ---- */

static void put_micro(FILE *out, const char *name, int64_t value, const char *after) {
    uint64_t size = value < 0 ? (uint64_t)(-value) : (uint64_t)value;
    fprintf(out, "\"%s\": %s", name, value < 0 ? "-" : "");
    put_fixed(out, size, 6);
    fprintf(out, "%s", after);
}

/* Kitagawa (1955) in millionths: composition half sum (a_j - r_j)(R_aj + R_rj), rate effect the rest of the
 * gap. Shares in 1e-9, rates in 1e-6. */
static int64_t composition(size_t n, const uint64_t base[][2], const uint64_t rate[][2]) {
    uint64_t total[2] = {0, 0};
    int64_t sum = 0;
    for (size_t j = 0; j < n; j++)
        for (size_t g = 0; g < 2; g++) total[g] += base[j][g];
    for (size_t j = 0; j < n; j++) {
        int64_t share_a = (int64_t)(base[j][FEMALE] * 1000000000 / total[FEMALE]);
        int64_t share_r = (int64_t)(base[j][MALE] * 1000000000 / total[MALE]);
        sum += (share_a - share_r) * (int64_t)(rate[j][FEMALE] + rate[j][MALE]);
    }
    return sum / 2000000000;
}

/* The rate over all levels, in the unit of the levels' rates. */
static uint64_t pooled_rate(size_t n, const uint64_t base[][2], const uint64_t rate[][2], size_t g) {
    uint64_t total = 0, sum = 0;
    for (size_t j = 0; j < n; j++) {
        total += base[j][g];
        sum += base[j][g] * rate[j][g];
    }
    return total > 0 ? (sum + total / 2) / total : 0;
}

static void put_rates(FILE *out, const char *factor, size_t n, const uint64_t base[][2],
                      const uint64_t rate[][2]) {
    uint64_t female = pooled_rate(n, base, rate, FEMALE), male = pooled_rate(n, base, rate, MALE);
    int64_t gap = (int64_t)female - (int64_t)male, mix_part = composition(n, base, rate);
    put_micro(out, "female", (int64_t)female, ", ");
    put_micro(out, "male", (int64_t)male, ", ");
    put_micro(out, "impact_ratio", male > 0 ? (int64_t)((female * 1000000 + male / 2) / male) : 0, ", ");
    put_micro(out, "gap", gap, ", ");
    fprintf(out, "\"by\": \"%s\", ", factor);
    put_micro(out, "composition", mix_part, ", ");
    put_micro(out, "rate_effect", gap - mix_part, "");
}

static uint64_t placement_multiplier(const plan *p, unsigned pl, unsigned g) {
    return g == FEMALE && pl == REELS ? p->meta_tilt : 1000;
}

static void write_meta_truth(FILE *out, const plan *p, const world *w) {
    uint64_t people[N_AD][2], rate[N_AD][2], shown[N_PLACEMENT][2], ctr[N_PLACEMENT][2], total[2] = {0, 0};
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned g = 0; g < 2; g++) {
            uint64_t sum = 0;
            for (unsigned pl = 0; pl < N_PLACEMENT; pl++)
                sum += ad_intensity[ad] * placement_share[pl] * placement_multiplier(p, pl, g);
            people[ad][g] = targeted_of(w, ad, g);
            rate[ad][g] = sum / 1000; /* permille cubed to millionths */
            total[g] += people[ad][g] * ad_intensity[ad];
        }
    uint64_t all[2] = {0, 0};
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned g = 0; g < 2; g++) all[g] += people[ad][g];
    fprintf(out, "      \"impressions_per_targeted\": {");
    put_rates(out, "ad_set", N_AD, (const uint64_t(*)[2])people, (const uint64_t(*)[2])rate);
    fprintf(out, ",\n        \"gap_by_placement\": {");
    for (unsigned pl = 0; pl < N_PLACEMENT; pl++) {
        int64_t part[2];
        for (unsigned g = 0; g < 2; g++) {
            uint64_t weight = placement_share[pl] * placement_multiplier(p, pl, g); /* millionths */
            shown[pl][g] = total[g] / 1000 * weight / 1000000;
            ctr[pl][g] = placement_ctr_ppm[pl];
            part[g] = (int64_t)((total[g] * weight / all[g]) / 1000);
        }
        put_micro(out, placements[pl], part[FEMALE] - part[MALE], pl + 1 < N_PLACEMENT ? ", " : "}},\n");
    }
    fprintf(out, "      \"clicks_per_impression\": {");
    put_rates(out, "placement", N_PLACEMENT, (const uint64_t(*)[2])shown, (const uint64_t(*)[2])ctr);
    fprintf(out, "}\n");
}

static void write_google_truth(FILE *out, const plan *p, const world *w) {
    uint64_t people[N_AD][2], rate[N_AD][2], shown[N_DEVICE][2] = {{0}}, ctr[N_DEVICE][2];
    for (unsigned ad = 0; ad < N_AD; ad++)
        for (unsigned g = 0; g < 2; g++) {
            people[ad][g] = targeted_of(w, ad, g);
            rate[ad][g] = google_intensity * (1000 - google_unknown);
            for (unsigned d = 0; d < N_DEVICE; d++) shown[d][g] += people[ad][g] * device_share[d] / 1000;
        }
    for (unsigned d = 0; d < N_DEVICE; d++)
        for (unsigned g = 0; g < 2; g++) ctr[d][g] = google_ctr(p, d, g);
    fprintf(out, "      \"impressions_per_targeted\": {");
    put_rates(out, "ad_group", N_AD, (const uint64_t(*)[2])people, (const uint64_t(*)[2])rate);
    fprintf(out, "},\n      \"clicks_per_impression\": {");
    put_rates(out, "device", N_DEVICE, (const uint64_t(*)[2])shown, (const uint64_t(*)[2])ctr);
    fprintf(out, "}\n");
}

static void put_drawn(FILE *out, const world *w, bool meta) {
    for (unsigned g = 0; g < N_GENDER; g++) {
        cell sum = {0};
        uint64_t people = 0;
        for (unsigned ad = 0; ad < N_AD; ad++) {
            if (g != UNKNOWN) people += targeted_of(w, ad, g);
            for (unsigned day = 0; day < N_DAY; day++)
                for (unsigned f = 0; f < 3; f++) {
                    if (!meta) add_cell(&sum, &w->google[ad][day][f][g]);
                    for (unsigned age = 0; meta && age < N_AGE; age++)
                        add_cell(&sum, &w->meta[ad][day][f][age][g]);
                }
        }
        fprintf(out, "      \"%s\": {\"targeted\": ", meta_genders[g]);
        if (g == UNKNOWN)
            fprintf(out, "null");
        else
            fprintf(out, "%" PRIu64, people);
        if (meta) fprintf(out, ", \"reach\": %" PRIu64, sum.reach);
        fprintf(out, ", \"impressions\": %" PRIu64 ", \"clicks\": %" PRIu64 "}%s\n", sum.impressions,
                sum.clicks, g + 1 < N_GENDER ? "," : "");
    }
}

static void write_planted(FILE *out, const char *of, const char *per, const char *factor, const char *level,
                          uint64_t tilt) {
    fprintf(
        out,
        "    \"planted\": {\"of\": \"%s\", \"per\": \"%s\", \"audience\": \"gender\", \"group\": \"female\", "
        "\"reference\": \"male\",\n      \"factor\": \"%s\", \"level\": \"%s\", \"multiplier\": ",
        of, per, factor, level);
    put_fixed(out, tilt, 3);
    fprintf(out, "},\n    \"expected\": {\n");
}

static void write_truth(FILE *out, const plan *p, const world *w) {
    fprintf(out, "{\n  \"seed\": %" PRIu64 ",\n  \"meta\": {\n", p->seed);
    write_planted(out, "impressions", "targeted", "placement", placements[REELS], p->meta_tilt);
    write_meta_truth(out, p, w);
    fprintf(out, "    },\n    \"drawn\": {\n");
    put_drawn(out, w, true);
    fprintf(out, "    }\n  },\n  \"google\": {\n");
    write_planted(out, "clicks", "impressions", "device", devices[MOBILE], p->google_tilt);
    write_google_truth(out, p, w);
    fprintf(out, "    },\n    \"drawn\": {\n");
    put_drawn(out, w, false);
    fprintf(out, "    }\n  }\n}\n");
}

/* ---- files ---- */

static FILE *open_in(const char *directory, const char *name) {
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *out = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
    if (out == NULL) fprintf(stderr, "generate: cannot write %s/%s\n", directory, name);
    return out;
}

static bool close_well(FILE *out) {
    bool good = !ferror(out);
    return fclose(out) == 0 && good;
}

static bool write_files(const char *directory, const plan *p, const world *w) {
    static const struct {
        const char *name;
        void (*write)(FILE *out, const world *w);
    } exports[] = {{"meta-delivery.csv", write_meta_delivery},
                   {"meta-targeting.csv", write_meta_targeting},
                   {"google-delivery.csv", write_google_delivery},
                   {"google-targeting.csv", write_google_targeting}};
    for (size_t i = 0; i < sizeof exports / sizeof exports[0]; i++) {
        FILE *out = open_in(directory, exports[i].name);
        if (out == NULL) return false;
        exports[i].write(out, w);
        if (!close_well(out)) return false;
    }
    FILE *out = open_in(directory, "truth.json");
    if (out == NULL) return false;
    write_truth(out, p, w);
    return close_well(out);
}

int main(int argc, char **argv) {
    plan p = {.seed = 1, .meta_tilt = 350, .google_tilt = 500};
    if (argc != 2 && argc != 3 && argc != 5) {
        fprintf(stderr, "usage: generate DIR [SEED [META_PERMILLE GOOGLE_PERMILLE]]\n");
        return 2;
    }
    if (argc > 2) p.seed = strtoull(argv[2], NULL, 10);
    if (argc > 4) {
        p.meta_tilt = strtoull(argv[3], NULL, 10);
        p.google_tilt = strtoull(argv[4], NULL, 10);
    }
    if (p.meta_tilt > 2000 || p.google_tilt > 2000) {
        fprintf(stderr, "generate: a tilt is 0 to 2000 permille, 1000 for none\n");
        return 2;
    }
    world *w = calloc(1, sizeof *w);
    if (w == NULL) return 4;
    draw_world(&p, w);
    bool written = write_files(argv[1], &p, w);
    free(w);
    return written ? 0 : 4;
}
