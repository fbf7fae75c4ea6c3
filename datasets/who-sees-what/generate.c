/* generate.c - writes delivery by partner and the truth about it.
 *
 *     generate DIR [SEED]
 *
 * Integer arithmetic on fixed-width types and a hash of what each draw is for: the same bytes everywhere.
 * Planted, and nothing else: one partner reaches more women and one fewer; the ads that offer credit are
 * shown to women twice as often. Days differ in size, in their share of women, and in their mix of ads.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_PARTNER = 5, N_AD = 6, N_DAY = 28, N_GENDER = 3 };
enum { FOR_SIZE = 1, FOR_WOMEN, FOR_AD, FOR_CLICKS };

static const char *const partners[N_PARTNER] = {"Harbour News", "Kitchen Table", "Open Field",
                                                "Midnight Radio", "Quiet Lane"};
static const char *const platforms[N_PARTNER] = {"Web", "Video", "Web", "Podcast", "Web"};
static const char *const ads[N_AD] = {"Loan today",     "Card for all", "Save a little",
                                      "Slim in a week", "Sleep well",   "Spring walk"};
static const char *const campaigns[N_AD] = {"Money", "Money", "Money", "Health", "Health", "Health"};
static const char *const genders[N_GENDER] = {"female", "male", "unknown"};

/* The plan: impressions a day, share of women and mix of ads in permille, price of a thousand in cents. */
static const uint64_t size[N_PARTNER] = {9000, 6000, 4000, 3000, 2000};
static const uint64_t women[N_PARTNER] = {500, 700, 500, 300, 500};
static const uint64_t price[N_PARTNER] = {400, 650, 500, 300, 250};
static const uint64_t mix[2][N_AD] = {{200, 100, 240, 100, 350, 10}, {100, 50, 390, 100, 350, 10}};

static uint64_t hash(uint64_t seed, const uint64_t *of, size_t n) {
    uint64_t h = seed;
    for (size_t i = 0; i < n; i++) { /* splitmix64 (Steele, Lea and Flood 2014) */
        h += of[i] * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x632be59bd9b4e019);
        h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
        h ^= h >> 31;
    }
    return h;
}

/* value, more or less by up to `spread` permille, each as likely. */
static uint64_t around(uint64_t value, uint64_t spread, uint64_t draw) {
    return value * (1000 - spread + draw % (2 * spread + 1)) / 1000;
}

static FILE *open_in(const char *folder, const char *name) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) perror(path), exit(1);
    return file;
}

static void put_rows(FILE *file, uint64_t seed, uint64_t day, uint64_t p) {
    uint64_t n = around(size[p], 150, hash(seed, (uint64_t[]){FOR_SIZE, day, p}, 3));
    uint64_t share = around(women[p], 80, hash(seed, (uint64_t[]){FOR_WOMEN, day, p}, 3));
    uint64_t people[2] = {n * share / 1000, n - n * share / 1000};
    for (uint64_t ad = 0; ad < N_AD; ad++) {
        for (uint64_t g = 0; g < N_GENDER; g++) {
            uint64_t draw = hash(seed, (uint64_t[]){FOR_AD, day, p, ad, g}, 5);
            uint64_t shown =
                g == 2 ? n * mix[0][ad] * 15 / 1000000 : around(people[g] * mix[g][ad], 100, draw) / 1000;
            uint64_t clicks = shown * (8 + hash(seed, (uint64_t[]){FOR_CLICKS, day, p, ad, g}, 5) % 5) / 1000;
            uint64_t cents = shown * price[p] / 1000;
            (void)fprintf(file,
                          "%s,%s,2026-02-%02" PRIu64 ",%s,%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64
                          ".%02" PRIu64 "\n",
                          campaigns[ad], ads[ad], day + 1, platforms[p], partners[p], genders[g], shown,
                          clicks, cents / 100, cents % 100);
        }
    }
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 8;
    if (argc < 2) return 2;
    FILE *file = open_in(argv[1], "delivery.csv");
    (void)fputs("Campaign name,Ad name,Day,Platform,Publisher,Gender,Impressions,Clicks,Amount spent (EUR)\n",
                file);
    for (uint64_t day = 0; day < N_DAY; day++)
        for (uint64_t p = 0; p < N_PARTNER; p++) put_rows(file, seed, day, p);
    if (fclose(file) != 0) return 1;
    file = open_in(argv[1], "creative-tags.csv");
    (void)fputs("Ad name,Flagged,Claim,Note\n"
                "Loan today,yes,credit offer,terms in small print\n"
                "Card for all,no,credit offer,\n"
                "Save a little,no,none,\n"
                "Slim in a week,yes,health claim; before and after,no study named\n"
                "Sleep well,no,health claim,\n"
                "Autumn walk,no,none,planned and not run\n",
                file);
    if (fclose(file) != 0) return 1;
    file = open_in(argv[1], "truth.json");
    (void)fputs(
        "{\n"
        "  \"index_of_partners\": 0.25347222222222221,\n"
        "  \"women_with_kitchen_table_to_rest\": 1.5,\n"
        "  \"women_to_men\": {\"Flagged\": 1.5, \"Claim: credit offer\": 2.0, \"Claim: health claim\": 1.0}\n"
        "}\n",
        file);
    return fclose(file) == 0 ? 0 : 1;
}
