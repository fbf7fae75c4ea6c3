/* generate.c - writes twelve monthly exports of one advertiser, and the truth about them.
 *
 *     generate DIR [SEED]
 *
 * Everything the bytes depend on is integer arithmetic and a counter-based generator (a draw is a hash of
 * what it is for): the same bytes on every machine. Planted, and nothing else: from August on, women's click
 * rate on Reels falls to 350 permille of what it was. Before that, women and men click alike on every
 * placement. Campaigns, weeks and genders have small factors of their own, so that impressions are not
 * independent.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_CAMPAIGN = 6, N_PLACEMENT = 3, N_WEEK = 4, N_MONTH = 12, DRIFT_MONTH = 8, REELS = 2 };
enum { FOR_IMPRESSIONS = 1, FOR_CAMPAIGN, FOR_WEEK, FOR_GENDER, FOR_CLICKS };

static const char *const campaigns[N_CAMPAIGN] = {"Nursing",  "Logistics", "Retail",
                                                  "Teaching", "Trades",    "Office"};
static const char *const placements[N_PLACEMENT] = {"Feed", "Stories", "Reels"};
static const char *const genders[2] = {"female", "male"};
static const uint64_t placement_share[N_PLACEMENT] = {300, 200, 500}; /* permille of impressions */
static const uint64_t placement_ctr_ppm[N_PLACEMENT] = {24000, 18000, 21000};
static const uint64_t drift_permille = 350, weekly_impressions = 3000;
static const char *const days[N_WEEK] = {"01", "08", "15", "22"};

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014) over a chain of keys. */
static uint64_t mix(uint64_t x) {
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t key_of(uint64_t seed, uint64_t what, const uint64_t *at, size_t n) {
    uint64_t key = mix(seed ^ mix(what));
    for (size_t i = 0; i < n; i++) key = mix(key ^ (at[i] + 1));
    return key;
}

/* 1000 +- spread, in permille. */
static uint64_t factor(uint64_t key, uint64_t spread) {
    return 1000 - spread + key % (2 * spread + 1);
}

/* Sum of n yes/no draws at p parts per million. */
static uint64_t draw(uint64_t key, uint64_t n, uint64_t ppm) {
    uint64_t hits = 0;
    for (uint64_t i = 0; i < n; i++) hits += mix(key + i * UINT64_C(0x9e3779b97f4a7c15)) % 1000000 < ppm;
    return hits;
}

static void put_cell(FILE *out, uint64_t seed, const uint64_t at[5]) {
    uint64_t month = at[0], campaign = at[1], placement = at[2], week = at[3], gender = at[4];
    uint64_t impressions = weekly_impressions * placement_share[placement] / 1000 *
                           factor(key_of(seed, FOR_IMPRESSIONS, at, 5), 100) / 1000;
    uint64_t ppm =
        placement_ctr_ppm[placement] * factor(key_of(seed, FOR_CAMPAIGN, &campaign, 1), 200) / 1000;
    ppm = ppm * factor(key_of(seed, FOR_WEEK, at, 4), 60) / 1000; /* shared by both genders */
    ppm = ppm * factor(key_of(seed, FOR_GENDER, at, 5), 30) / 1000;
    if (month + 1 >= DRIFT_MONTH && placement == REELS && gender == 0) ppm = ppm * drift_permille / 1000;
    uint64_t clicks = draw(key_of(seed, FOR_CLICKS, at, 5), impressions, ppm);
    (void)fprintf(out, "2025-%02" PRIu64 "-%s,%s,%s,%s,%" PRIu64 ",%" PRIu64 "\n", month + 1, days[week],
                  campaigns[campaign], placements[placement], genders[gender], impressions, clicks);
}

static bool write_month(const char *folder, uint64_t seed, uint64_t month) {
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/2025-%02" PRIu64 ".csv", folder, month + 1);
    FILE *out = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
    if (out == NULL) return false;
    (void)fprintf(out, "Day,Campaign,Placement,Gender,Impressions,Clicks\n");
    for (uint64_t c = 0; c < N_CAMPAIGN; c++)
        for (uint64_t p = 0; p < N_PLACEMENT; p++)
            for (uint64_t w = 0; w < N_WEEK; w++)
                for (uint64_t g = 0; g < 2; g++) put_cell(out, seed, (const uint64_t[5]){month, c, p, w, g});
    bool whole = !ferror(out);
    return fclose(out) == 0 && whole;
}

static bool write_truth(const char *folder, uint64_t seed) {
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/truth.json", folder);
    FILE *out = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
    if (out == NULL) return false;
    (void)fprintf(out,
                  "{\"seed\": %" PRIu64
                  ", \"drift\": {\"month\": \"2025-%02d\", \"placement\": \"%s\", \"group\": "
                  "\"female\", \"rate_permille\": %" PRIu64 "}}\n",
                  seed, DRIFT_MONTH, placements[REELS], drift_permille);
    bool whole = !ferror(out);
    return fclose(out) == 0 && whole;
}

int main(int argc, char **argv) {
    if (argc < 2 || argc > 3) {
        (void)fprintf(stderr, "usage: %s DIR [SEED]\n", argv[0]);
        return 2;
    }
    uint64_t seed = argc == 3 ? strtoull(argv[2], NULL, 10) : 12;
    bool whole = write_truth(argv[1], seed);
    for (uint64_t month = 0; month < N_MONTH && whole; month++) whole = write_month(argv[1], seed, month);
    if (!whole) (void)fprintf(stderr, "%s: cannot write\n", argv[1]);
    return whole ? 0 : 1;
}
