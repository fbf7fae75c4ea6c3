/* cube/harmonise.c - the same people under other words: female, Female, F, Women.
 * Every label of an audience gets the label it is shown as; cubes are then made again under those labels, so
 * that nothing after this needs to know. */
#include "cube/harmonise.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "cube/targeting.h"
#include "read/chars.h"
#include "read/vocabulary.h"

enum { MOST_BINS = 512, MOST_YEARS = 150 };

typedef struct bin {
    int from, to;
    const char *label; /* as an export writes it; NULL for one we made */
} bin;

typedef struct harmoniser {
    tilt__loaded *loaded;
    size_t n;
    bin bins[MOST_BINS]; /* ages of all exports, in their order */
    size_t n_bins;
    bool is_cut[MOST_YEARS + 2]; /* a bin may start at this year */
    tilt__map *renamed;          /* "F -> female" */
    tilt__map *coarsened;        /* "18-20 -> 18-24" */
    tilt__arena *arena;
    tilt__checks *checks;
    tilt_error *err;
} harmoniser;

/* ---- ages ---- */

static size_t read_year(const char *text, size_t n, size_t at, int *out) {
    int year = 0;
    size_t start = at;
    while (at < n && at < start + 3 && text[at] >= '0' && text[at] <= '9')
        year = year * 10 + (text[at++] - '0');
    *out = year;
    return at > start && year <= MOST_YEARS ? at : 0;
}

static bool rest_is(const char *text, size_t n, size_t at, const char *word) {
    text += at;
    n -= at;
    tilt__trim(&text, &n);
    return tilt__same_word(text, n, word);
}

bool tilt__age_parse(const char *text, size_t n, int *out_from, int *out_to) {
    static const char *const before[] = {"age_range_", "age_", "age ", "ages "};
    static const char *const open[] = {"+",        "or more", "and over", "and older",
                                       "or older", "plus",    "_up",      "_plus"};
    static const char *const between[] = {"-", "_", "\xe2\x80\x93", "to"};
    tilt__trim(&text, &n);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (!tilt__has_prefix(text, n, before[i])) continue;
        text += strlen(before[i]);
        n -= strlen(before[i]);
        break;
    }
    size_t at = read_year(text, n, 0, out_from);
    if (at == 0) return false;
    *out_to = TILT__AGE_OPEN;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (rest_is(text, n, at, open[i])) return true;
    while (at < n && text[at] == ' ') at++;
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        size_t length = strlen(between[i]);
        if (!tilt__has_prefix(text + at, n - at, between[i])) continue;
        size_t next = at + length;
        while (next < n && text[next] == ' ') next++;
        return read_year(text, n, next, out_to) == n && *out_to >= *out_from;
    }
    return false;
}

static void take_bins(harmoniser *h, const tilt_cube *cube) {
    size_t dim = tilt__cube_find_dim(cube, "age");
    if (dim == SIZE_MAX || tilt__cube_dim(cube, dim)->kind != TILT__DIM_AUDIENCE) return;
    for (uint32_t i = 1; i <= tilt__cube_n_labels(cube, dim) && h->n_bins < MOST_BINS; i++) {
        size_t n;
        bin b;
        b.label = tilt__cube_label(cube, dim, i, &n);
        if (tilt__age_parse(b.label, n, &b.from, &b.to)) h->bins[h->n_bins++] = b;
    }
}

/* A year is a cut where some bin starts or the one before ends, and none goes over it. */
static void find_cuts(harmoniser *h) {
    for (size_t i = 0; i < h->n_bins; i++) {
        h->is_cut[h->bins[i].from] = true;
        if (h->bins[i].to <= MOST_YEARS) h->is_cut[h->bins[i].to + 1] = true;
    }
    for (size_t i = 0; i < h->n_bins; i++) {
        for (int year = h->bins[i].from + 1; year <= h->bins[i].to && year <= MOST_YEARS + 1; year++)
            h->is_cut[year] = false;
    }
}

/* The common bin that holds a bin. */
static bin common_bin(const harmoniser *h, bin b) {
    int from = b.from, to = b.to;
    while (from > 0 && !h->is_cut[from]) from--;
    if (to < TILT__AGE_OPEN) {
        while (to <= MOST_YEARS && !h->is_cut[to + 1]) to++;
        if (to > MOST_YEARS) to = TILT__AGE_OPEN;
    }
    return (bin){from, to, NULL};
}

static const char *age_label(const harmoniser *h, bin b) {
    for (size_t i = 0; i < h->n_bins; i++) {
        if (h->bins[i].from == b.from && h->bins[i].to == b.to) return h->bins[i].label;
    }
    return b.to == TILT__AGE_OPEN ? tilt__arena_format(h->arena, "%d+", b.from)
                                  : tilt__arena_format(h->arena, "%d-%d", b.from, b.to);
}

/* ---- words ---- */

typedef enum meaning { NOTHING_KNOWN, UNKNOWN, FEMALE, MALE } meaning;

static meaning meaning_of(const char *dim, const char *text, size_t n) {
    static const struct {
        const char *word;
        meaning is;
    } words[] = {
        {"female", FEMALE},
        {"f", FEMALE},
        {"females", FEMALE},
        {"woman", FEMALE},
        {"women", FEMALE},
        {"weiblich", FEMALE},
        {"frauen", FEMALE},
        {"femme", FEMALE},
        {"femmes", FEMALE},
        {"mujer", FEMALE},
        {"mujeres", FEMALE},
        {"vrouw", FEMALE},
        {"vrouwen", FEMALE},
        {"male", MALE},
        {"m", MALE},
        {"males", MALE},
        {"man", MALE},
        {"men", MALE},
        {"m\xc3\xa4nnlich", MALE},
        {"m\xc3\xa4nner", MALE},
        {"homme", MALE},
        {"hommes", MALE},
        {"hombre", MALE},
        {"hombres", MALE},
        {"mannen", MALE},
        {"gender_female", FEMALE},
        {"gender_male", MALE},
    };
    if (tilt__value_is_unknown(text, n)) return UNKNOWN;
    tilt__trim(&text, &n);
    for (size_t i = 0; strcmp(dim, "gender") == 0 && i < sizeof words / sizeof *words; i++) {
        if (tilt__same_word(text, n, words[i].word)) return words[i].is;
    }
    return NOTHING_KNOWN;
}

static bool takes_part(const tilt__loaded *loaded) {
    return !tilt__kind_is_sidecar(loaded->mapping->source_spec->kind);
}

/* The first label of any export that means the same. */
static const char *first_meaning(const harmoniser *h, const char *name, meaning is, size_t *out_n) {
    for (size_t s = 0; s < h->n; s++) {
        const tilt_cube *cube = h->loaded[s].cube;
        size_t dim = tilt__cube_find_dim(cube, name);
        if (!takes_part(&h->loaded[s]) || dim == SIZE_MAX) continue;
        for (uint32_t i = 1; i <= tilt__cube_n_labels(cube, dim); i++) {
            const char *text = tilt__cube_label(cube, dim, i, out_n);
            if (meaning_of(name, text, *out_n) == is) return text;
        }
    }
    return NULL;
}

static bool note(tilt__map *map, const char *from, const char *to) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "\"%.60s\" as \"%.60s\"", from, to);
    bool ok = !text.failed && tilt__map_add(map, tilt__buf_get(&text), text.length) != TILT__MAP_NONE;
    tilt__buf_free(&text);
    return ok;
}

/* What a label is shown as; NULL when memory runs out. The text is copied where it must outlive its cube. */
static const char *shown_as(const harmoniser *h, const char *name, const char *text, size_t n) {
    const char *shown = text;
    tilt__map *said = h->renamed;
    bin b = {0, 0, NULL};
    meaning is = meaning_of(name, text, n);
    if (is != NOTHING_KNOWN) {
        size_t length;
        shown = first_meaning(h, name, is, &length);
    } else if (strcmp(name, "age") == 0 && tilt__age_parse(text, n, &b.from, &b.to)) {
        bin common = common_bin(h, b);
        shown = age_label(h, common);
        if (common.from != b.from || common.to != b.to) said = h->coarsened;
    }
    if (shown == NULL || strcmp(shown, text) == 0) return shown;
    return note(said, text, shown) ? shown : NULL;
}

/* ---- cubes again ---- */

static const char *platform_of(const tilt__loaded *loaded) {
    return tilt_source_dialect(loaded->mapping->source)->platform;
}

static bool delivers(const tilt__loaded *loaded) {
    tilt__source_kind kind = loaded->mapping->source_spec->kind;
    if (kind == TILT__KIND_TARGETING || tilt__kind_is_sidecar(kind)) return false;
    return !(kind == TILT__KIND_AUTO && tilt__only_bases(loaded->cube));
}

static tilt_status label_key(const harmoniser *h, const tilt_cube *from, size_t c, tilt_cube *into,
                             uint32_t *key) {
    for (size_t d = 0; d < tilt__cube_n_dims(from); d++) {
        uint32_t label = tilt__cube_key(from, c)[d];
        key[d] = 0;
        if (label == 0) continue;
        size_t n;
        const char *text = tilt__cube_label(from, d, label, &n);
        if (tilt__cube_dim(from, d)->kind == TILT__DIM_AUDIENCE) {
            text = shown_as(h, tilt__cube_dim(from, d)->name, text, n);
            if (text == NULL) return tilt__fail_memory(h->err);
            n = strlen(text);
        }
        key[d] = tilt__cube_label_add(into, d, text, n);
        if (key[d] == 0) return tilt__fail_memory(h->err);
    }
    return TILT_OK;
}

static tilt_status copy_cells(const harmoniser *h, const tilt_cube *from, const char *platform,
                              tilt_cube *into) {
    size_t n = tilt__cube_n_dims(from);
    for (size_t c = 0; c < tilt__cube_n_cells(from); c++) {
        uint32_t key[TILT__MAX_DIMS + 1];
        tilt_status status = label_key(h, from, c, into, key);
        if (status != TILT_OK) return status;
        if (platform != NULL) {
            key[n] = tilt__cube_label_add(into, n, platform, strlen(platform));
            if (key[n] == 0) return tilt__fail_memory(h->err);
        }
        size_t cell = tilt__cube_cell(into, key);
        if (cell == TILT__NO_CELL) return tilt__fail_memory(h->err);
        for (size_t m = 0; m < tilt__cube_n_measures(from); m++) {
            if (tilt__cube_has(from, c, m) && !tilt__cube_add(into, cell, m, tilt__cube_value(from, c, m)))
                return tilt__fail(h->err, TILT_ETOOBIG, "a sum passes 38 digits");
        }
    }
    return tilt__cube_seal(into, h->err);
}

static tilt_status make_again(const harmoniser *h, const tilt__loaded *loaded, tilt_cube **out) {
    tilt__dim dims[TILT__MAX_DIMS + 1];
    tilt__measure measures[TILT__MAX_MEASURES];
    const tilt_cube *from = loaded->cube;
    const char *platform =
        delivers(loaded) ? tilt_source_dialect(loaded->mapping->source)->platform_name : NULL;
    size_t n = tilt__cube_n_dims(from), n_measures = tilt__cube_n_measures(from);
    for (size_t d = 0; d < n; d++) dims[d] = *tilt__cube_dim(from, d);
    for (size_t m = 0; m < n_measures; m++) measures[m] = *tilt__cube_measure(from, m);
    if (platform != NULL) dims[n] = (tilt__dim){TILT__PLATFORM_DIM, TILT__DIM_FACTOR};
    *out = tilt__cube_new(dims, n + (platform != NULL), measures, n_measures, h->err);
    if (*out == NULL) return h->err != NULL ? h->err->status : TILT_ENOMEM;
    return copy_cells(h, from, platform, *out);
}

/* ---- what is said ---- */

static bool say(const harmoniser *h, const char *id, const char *what, const tilt__map *map) {
    tilt__buf text = TILT__BUF_INIT;
    size_t n = tilt__map_count(map), shown = n < 12 ? n : 12;
    if (n == 0) return true;
    for (size_t i = 0; i < shown; i++)
        tilt__buf_format(&text, "%s%s", i > 0 ? ", " : "", tilt__map_text(map, i, NULL));
    if (shown < n) tilt__buf_format(&text, " and %zu more", n - shown);
    bool ok = !text.failed &&
              tilt__check_add(h->arena, h->checks, id, true, "%s %.700s.", what, tilt__buf_get(&text));
    tilt__buf_free(&text);
    return ok;
}

static bool is_new_platform(const harmoniser *h, size_t s) {
    for (size_t i = 0; i < s; i++) {
        if (delivers(&h->loaded[i]) && strcmp(platform_of(&h->loaded[i]), platform_of(&h->loaded[s])) == 0)
            return false;
    }
    return delivers(&h->loaded[s]);
}

/* Known platforms that delivery comes from, by name; their number. */
static size_t list_platforms(const harmoniser *h, tilt__buf *out) {
    size_t n = 0;
    for (size_t s = 0; s < h->n; s++) {
        if (!is_new_platform(h, s) || strcmp(platform_of(&h->loaded[s]), "generic") == 0) continue;
        tilt__buf_format(out, "%s%s", n++ > 0 ? ", " : "",
                         tilt_source_dialect(h->loaded[s].mapping->source)->platform_name);
    }
    return n;
}

static bool say_all(const harmoniser *h, const tilt__buf *platforms, size_t n) {
    return tilt__check_add(h->arena, h->checks, "several_platforms", true,
                           "Delivery comes from %zu platforms (%.400s); the factor " TILT__PLATFORM_DIM
                           " tells them apart. People whom several of them reached count in each.",
                           n, tilt__buf_get(platforms)) &&
           say(h, "values_harmonised",
               "Audience values are shown as the first export writes them:", h->renamed) &&
           say(h, "ages_coarsened",
               "Ages are counted in the finest bins that no platform's bins go over:", h->coarsened);
}

/* All cubes are made before the first old one goes: labels are looked up in them. */
static tilt_status make_all(harmoniser *h) {
    tilt_cube **made = tilt__arena_alloc(h->arena, h->n, sizeof(tilt_cube *));
    if (made == NULL) return tilt__fail_memory(h->err);
    tilt_status status = TILT_OK;
    for (size_t s = 0; s < h->n && status == TILT_OK; s++) {
        if (takes_part(&h->loaded[s])) status = make_again(h, &h->loaded[s], &made[s]);
    }
    for (size_t s = 0; s < h->n; s++) {
        if (status != TILT_OK) {
            tilt__cube_free(made[s]);
        } else if (made[s] != NULL) {
            tilt__cube_free(h->loaded[s].cube);
            h->loaded[s].cube = made[s];
        }
    }
    return status;
}

static tilt_status harmonise(harmoniser *h, const tilt__buf *platforms, size_t n_platforms) {
    h->renamed = tilt__map_new();
    h->coarsened = tilt__map_new();
    if (h->renamed == NULL || h->coarsened == NULL) return tilt__fail_memory(h->err);
    for (size_t s = 0; s < h->n; s++) {
        if (takes_part(&h->loaded[s])) take_bins(h, h->loaded[s].cube);
    }
    find_cuts(h);
    tilt_status status = make_all(h);
    if (status != TILT_OK) return status;
    return say_all(h, platforms, n_platforms) ? TILT_OK : tilt__fail_memory(h->err);
}

tilt_status tilt__platforms_harmonise(tilt__loaded *loaded, size_t n, tilt__arena *arena,
                                      tilt__checks *checks, tilt_error *err) {
    harmoniser *h = tilt__arena_alloc(arena, 1, sizeof *h);
    if (h == NULL) return tilt__fail_memory(err);
    h->loaded = loaded;
    h->n = n;
    h->arena = arena;
    h->checks = checks;
    h->err = err;
    tilt__buf platforms = TILT__BUF_INIT;
    size_t n_platforms = list_platforms(h, &platforms);
    tilt_status status = platforms.failed ? tilt__fail_memory(err) : TILT_OK;
    if (status == TILT_OK && n_platforms > 1) status = harmonise(h, &platforms, n_platforms);
    tilt__buf_free(&platforms);
    tilt__map_free(h->renamed);
    tilt__map_free(h->coarsened);
    return status;
}
