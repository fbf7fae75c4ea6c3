/* read/columns.c - from a header row to columns with proposed roles, and to the platform that wrote them.
 * A platform is recognised by words that it alone (or with few others) writes, and by the lines around the
 * table. Words that everybody writes say nothing; a file without telling words is plain CSV. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "read/chars.h"
#include "read/range.h"
#include "read/reduced.h"
#include "read/state.h"

/* Least score, and at least one telling sign, that make a platform. */
#define ENOUGH 1.2
/* A word of at most two platforms and of nobody else. */
#define TELLING 0.5

typedef struct votes {
    double score[12];   /* by row of the platform table */
    size_t telling[12]; /* words of this platform alone, and marks around the table */
} votes;

static size_t count_bits(unsigned mask) {
    size_t n = 0;
    for (; mask != 0; mask &= mask - 1) n++;
    return n;
}

/* What a header says for every platform that writes it: the less the more of them do, and less still where
 * files that people make use the word too. *out_writers gets the platforms. */
static double weigh_word(const char *normal, unsigned *out_writers) {
    unsigned writers = 0;
    bool common = false;
    for (size_t i = 0; i < tilt__vocabulary_count(); i++) {
        const tilt__word *word = tilt__vocabulary_at(i);
        if (word->normal[0] != normal[0] || strcmp(word->normal, normal) != 0) continue;
        if (word->platforms == TILT__ANY)
            common = true;
        else
            writers |= word->platforms;
    }
    *out_writers = writers;
    return writers == 0 ? 0 : 1.0 / (double)(count_bits(writers) + (common ? 3 : 0));
}

static void vote_word(votes *v, const char *normal) {
    unsigned writers;
    double weight = weigh_word(normal, &writers);
    for (size_t p = 0; p < tilt__platform_count(); p++) {
        if ((writers & tilt__platform_at(p)->bit) == 0) continue;
        v->score[p] += weight;
        v->telling[p] += weight >= TELLING;
    }
}

static void vote_lines(votes *v, const tilt__head *head) {
    for (size_t p = 0; p < tilt__platform_count(); p++) {
        const tilt__platform *platform = tilt__platform_at(p);
        size_t before = 0, after = 0;
        for (size_t i = 0; i < head->n_preamble; i++) {
            tilt_cell line = head->preamble[i];
            if (line.length > 0 && line.text[0] == '"') line = (tilt_cell){line.text + 1, line.length - 1};
            before += tilt__mark_fits(platform->preambles, line.text, line.length);
        }
        for (size_t i = 0; i < head->n_after; i++)
            after += tilt__mark_fits(platform->totals, head->after[i].text, head->after[i].length) ||
                     tilt__mark_fits(platform->footers, head->after[i].text, head->after[i].length);
        v->score[p] += before > 2 ? 2.0 : (double)before;
        v->score[p] += after > 2 ? 1.0 : 0.5 * (double)after;
        v->telling[p] += before + after;
    }
}

/* The vocabulary's form of a header ("AdGroupName" is "ad group name"), NULL when it is unknown. */
static tilt_status known_form(const tilt_column *c, const char **out_normal, tilt_error *err) {
    tilt__buf scratch = TILT__BUF_INIT;
    const char *header = c->header != NULL ? c->header : "";
    const tilt__word *word = tilt__vocabulary_find_header(header, strlen(header), 0, &scratch);
    bool failed = scratch.failed;
    tilt__buf_free(&scratch);
    *out_normal = word != NULL ? word->normal : NULL;
    return failed ? tilt__fail_memory(err) : TILT_OK;
}

static tilt_status propose_platform(tilt_source *source, const tilt__head *head, tilt_error *err) {
    votes v = {0};
    for (size_t i = 0; i < source->n_columns; i++) {
        const char *normal;
        tilt_status status = known_form(&source->columns[i], &normal, err);
        if (status != TILT_OK) return status;
        if (normal != NULL) vote_word(&v, normal);
    }
    vote_lines(&v, head);
    size_t best = tilt__platform_count() - 1;
    double first = 0, second = 0;
    for (size_t p = 0; p + 1 < tilt__platform_count(); p++) {
        if (v.telling[p] > 0 && v.score[p] > first) {
            second = first;
            first = v.score[p];
            best = p;
        } else if (v.score[p] > second) {
            second = v.score[p];
        }
    }
    bool known = first >= ENOUGH;
    source->platform = known ? tilt__platform_at(best) : tilt__platform_by_bit(0);
    source->dialect.confidence = known ? first / (first + second + 0.05) : 0.95 - first / ENOUGH / 2;
    return TILT_OK;
}

/* Names up to three of the headers that say most for the platform. */
static tilt_status name_telling(const tilt_source *source, tilt__buf *why, tilt_error *err) {
    static const double steps[] = {1.0, TELLING, 0.15};
    size_t named = 0;
    double above = 2;
    for (size_t step = 0; step < sizeof steps / sizeof *steps; above = steps[step++]) {
        for (size_t i = 0; i < source->n_columns && named < 3; i++) {
            const char *normal;
            unsigned writers = 0;
            tilt_status status = known_form(&source->columns[i], &normal, err);
            if (status != TILT_OK) return status;
            double weight = normal != NULL ? weigh_word(normal, &writers) : 0;
            if ((writers & source->platform->bit) == 0 || weight < steps[step] || weight >= above) continue;
            tilt__buf_format(why, "%s\"%.60s\"", named++ == 0 ? "headers " : ", ", source->columns[i].header);
        }
    }
    return TILT_OK;
}

/* Says what the platform was recognised by: telling headers, and the lines around the table. */
static tilt_status explain_platform(tilt_source *source, const tilt__head *head, tilt_error *err) {
    tilt__buf why = TILT__BUF_INIT;
    unsigned bit = source->platform->bit;
    tilt_status status = name_telling(source, &why, err);
    for (size_t i = 0; i < head->n_preamble; i++) {
        if (!tilt__mark_fits(source->platform->preambles, head->preamble[i].text, head->preamble[i].length))
            continue;
        tilt__buf_format(&why, "%sline %zu \"%.60s\"", why.length == 0 ? "" : "; ", i + 1,
                         head->preamble[i].text);
        break;
    }
    if (bit == TILT__GENERIC) {
        tilt__buf_reset(&why);
        tilt__buf_text(&why, "no header that one platform alone writes");
    }
    if (source->opts.platform != NULL) {
        tilt__buf_reset(&why);
        tilt__buf_text(&why, "named by the caller");
    }
    source->dialect.why =
        why.failed ? NULL : tilt__arena_text(&source->arena, tilt__buf_get(&why), why.length);
    tilt__buf_free(&why);
    if (status != TILT_OK) return status;
    return source->dialect.why == NULL ? tilt__fail_memory(err) : TILT_OK;
}

static tilt_status name_column(tilt_source *source, size_t i, const tilt_cell *cell, tilt_error *err) {
    tilt_column *c = &source->columns[i];
    tilt__buf normal = TILT__BUF_INIT, unit = TILT__BUF_INIT;
    tilt__header_normalise(cell->text, cell->length, &normal, &unit);
    bool failed = normal.failed || unit.failed;
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    c->header = failed ? NULL : tilt__arena_text(&source->arena, text, n);
    c->normal = failed ? NULL : tilt__arena_text(&source->arena, tilt__buf_get(&normal), normal.length);
    c->unit = failed ? NULL : tilt__arena_text(&source->arena, tilt__buf_get(&unit), unit.length);
    c->name = c->normal;
    c->note = "";
    c->copy_of = c->same_header = c->type_column = TILT_NO_COLUMN;
    tilt__buf_free(&normal);
    tilt__buf_free(&unit);
    return c->header == NULL || c->normal == NULL || c->unit == NULL ? tilt__fail_memory(err) : TILT_OK;
}

/* The name of a role in a form that can be typed: blanks to underscores. */
static tilt_status own_name(tilt_source *source, tilt_column *c, tilt_error *err) {
    char *name = tilt__arena_copy(&source->arena, c->normal);
    if (name == NULL) return tilt__fail_memory(err);
    for (char *p = name; *p != '\0'; p++)
        if (*p == ' ') *p = '_';
    c->name = name;
    return TILT_OK;
}

/* "Impressions (min)": one end of the range of a stage or a cost that the vocabulary knows. */
static tilt_status range_role(tilt_source *source, tilt_column *c, tilt_error *err) {
    tilt__buf stem = TILT__BUF_INIT, unit = TILT__BUF_INIT;
    tilt__range_part part = tilt__range_of_header(c->normal, &stem, &unit);
    const tilt__word *word = part != TILT__RANGE_NONE && !stem.failed
                                 ? tilt__vocabulary_find(tilt__buf_get(&stem), source->platform->bit)
                                 : NULL;
    bool failed = stem.failed || unit.failed;
    if (word != NULL && (word->role == TILT_ROLE_STAGE || word->role == TILT_ROLE_COST)) {
        const char *name =
            tilt__arena_format(&source->arena, "%s:%s", word->name, tilt__range_part_name(part));
        c->role = word->role;
        if (name != NULL) c->name = name;
        if (unit.length > 0 && c->unit[0] == '\0')
            c->unit = tilt__arena_text(&source->arena, tilt__buf_get(&unit), unit.length);
        failed = failed || name == NULL || c->unit == NULL;
    }
    tilt__buf_free(&stem);
    tilt__buf_free(&unit);
    return failed ? tilt__fail_memory(err) : TILT_OK;
}

static bool ends_as_id(const char *normal) {
    size_t n = strlen(normal);
    return n > 3 && (strcmp(normal + n - 3, " id") == 0 || strcmp(normal + n - 3, "-id") == 0);
}

static tilt_status give_role(tilt_source *source, size_t i, tilt_error *err) {
    tilt_column *c = &source->columns[i];
    tilt__buf scratch = TILT__BUF_INIT;
    const tilt__word *word =
        tilt__vocabulary_find_header(c->header, strlen(c->header), source->platform->bit, &scratch);
    bool failed = scratch.failed;
    tilt__buf_free(&scratch);
    if (failed) return tilt__fail_memory(err);
    if (word != NULL) {
        c->role = word->role;
        c->name = word->name;
        c->note = word->note != NULL ? word->note : "";
    } else if (ends_as_id(c->normal)) {
        c->role = TILT_ROLE_IDENTIFIER;
    }
    if (word == NULL && own_name(source, c, err) != TILT_OK) return TILT_ENOMEM;
    if (word == NULL && range_role(source, c, err) != TILT_OK) return TILT_ENOMEM;
    if (tilt__header_is_personal(c->normal)) {
        c->guarded = true;
        c->note = "looks like personal data: not loaded unless it is given a role";
        if (c->role != TILT_ROLE_IDENTIFIER) c->role = TILT_ROLE_IGNORE;
    }
    if (c->role == TILT_ROLE_STAGE) c->empty = source->platform->empty_stage;
    if (c->role == TILT_ROLE_AUDIENCE) c->empty = source->platform->empty_audience;
    return TILT_OK;
}

static size_t find_name(const tilt_source *source, const char *name) {
    for (size_t i = 0; i < source->n_columns; i++)
        if (source->columns[i].role != TILT_ROLE_IGNORE && strcmp(source->columns[i].name, name) == 0)
            return i;
    return TILT_NO_COLUMN;
}

static bool has_normal(const tilt_source *source, const char *normal) {
    for (size_t i = 0; i < source->n_columns; i++)
        if (strcmp(source->columns[i].normal, normal) == 0) return true;
    return false;
}

/* What single platforms do with words. LinkedIn renamed its levels and writes both; only "Clicks (all)" are
 * clicks where there is no better column; a political library lists who was targeted, and empty means
 * everybody. */
static void apply_customs(tilt_source *source) {
    bool old_linkedin = has_normal(source, "campaign group name") && !has_normal(source, "ad set name");
    bool library =
        has_normal(source, "regions (included)") || has_normal(source, "candidate ballot information");
    bool only_all_clicks = find_name(source, "clicks") == TILT_NO_COLUMN;
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        if (old_linkedin && source->platform->bit == TILT__LINKEDIN &&
            strcmp(c->normal, "campaign name") == 0)
            c->name = "ad_set";
        if (only_all_clicks && strcmp(c->name, "clicks_all") == 0) c->name = "clicks";
        if (library && c->role == TILT_ROLE_AUDIENCE) c->empty = TILT_EMPTY_UNRESTRICTED;
    }
    source->dialect.kind = library ? "targeting" : "delivery";
}

/* Two columns may not answer to one name: the later one is called by its own header. */
static tilt_status make_names_unique(tilt_source *source, tilt_error *err) {
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        if (c->role == TILT_ROLE_IGNORE) continue;
        for (size_t j = 0; j < i; j++) {
            const tilt_column *other = &source->columns[j];
            if (other->role == TILT_ROLE_IGNORE || strcmp(other->name, c->name) != 0) continue;
            if (own_name(source, c, err) != TILT_OK) return TILT_ENOMEM;
            break;
        }
    }
    return TILT_OK;
}

static void link_result_type(tilt_source *source) {
    size_t type = TILT_NO_COLUMN;
    for (size_t i = 0; i < source->n_columns; i++)
        if (strcmp(source->columns[i].name, "result_type") == 0) type = i;
    for (size_t i = 0; i < source->n_columns; i++)
        if (strcmp(source->columns[i].name, "results") == 0) {
            source->columns[i].type_column = type;
            source->columns[i].empty = TILT_EMPTY_ZERO;
        }
}

/* The language that most headers are written in; English where it is a tie. */
static void find_language(tilt_source *source) {
    static const char *const languages[] = {"en", "de", "fr", "es", "nl", "pt", "it", "ko"};
    size_t votes_for[sizeof languages / sizeof *languages] = {0}, best = 0;
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        for (size_t i = 0; i < source->n_columns; i++) {
            const char *normal = source->columns[i].normal;
            for (size_t w = 0; w < tilt__vocabulary_count(); w++) {
                const tilt__word *word = tilt__vocabulary_at(w);
                if (word->normal[0] != normal[0] || strcmp(word->language, languages[l]) != 0) continue;
                if (strcmp(word->normal, normal) != 0) continue;
                votes_for[l]++;
                break;
            }
        }
        if (votes_for[l] > votes_for[best]) best = l;
    }
    source->dialect.language = languages[best];
}

static tilt_status make_room(tilt_source *source, size_t n, tilt_error *err) {
    source->n_columns = n;
    source->columns = tilt__arena_alloc(&source->arena, n, sizeof *source->columns);
    source->date_styles = tilt__arena_alloc(&source->arena, n, sizeof *source->date_styles);
    source->is_key = tilt__arena_alloc(&source->arena, n, sizeof *source->is_key);
    source->has_wholes = tilt__arena_alloc(&source->arena, n, sizeof *source->has_wholes);
    source->fewest_decimals = tilt__arena_alloc(&source->arena, n, sizeof *source->fewest_decimals);
    bool ok = source->columns != NULL && source->date_styles != NULL && source->is_key != NULL &&
              source->has_wholes != NULL && source->fewest_decimals != NULL;
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status propose_cube(tilt_source *source, bool *out_is, tilt_error *err) {
    tilt_status status = tilt__reduced_columns(source, out_is, err);
    if (status != TILT_OK || !*out_is) return status;
    source->platform = tilt__platform_by_id("generic");
    source->dialect.confidence = 1;
    source->dialect.platform = source->platform->id;
    source->dialect.platform_name = "Cube";
    return TILT_OK;
}

/* A platform that was only assumed is recognised again, so that the reasons are those of the first time. */
static tilt_status choose_platform(tilt_source *source, const tilt__head *head, tilt_error *err) {
    const tilt__platform *named =
        source->opts.platform != NULL ? tilt__platform_by_id(source->opts.platform) : NULL;
    if (named == NULL || source->opts.platform_assumed) {
        tilt_status status = propose_platform(source, head, err);
        if (status != TILT_OK || named == NULL) return status;
    }
    if (source->opts.platform_assumed && source->platform == named) {
        source->opts.platform = NULL;
        return TILT_OK;
    }
    source->platform = named;
    source->dialect.confidence = 1;
    return TILT_OK;
}

tilt_status tilt__columns_propose(tilt_source *source, const tilt__head *head, tilt_error *err) {
    bool is_cube = false;
    tilt_status status = make_room(source, head->n, err);
    for (size_t i = 0; i < head->n && status == TILT_OK; i++)
        status = name_column(source, i, &head->header[i], err);
    if (status == TILT_OK) status = propose_cube(source, &is_cube, err);
    if (status != TILT_OK || is_cube) return status;
    if (status == TILT_OK) status = choose_platform(source, head, err);
    if (status == TILT_OK) status = explain_platform(source, head, err);
    for (size_t i = 0; i < head->n && status == TILT_OK; i++) status = give_role(source, i, err);
    if (status != TILT_OK) return status;
    apply_customs(source);
    link_result_type(source);
    find_language(source);
    status = make_names_unique(source, err);
    for (size_t i = 0; i < source->n_columns; i++) {
        const tilt_column *c = &source->columns[i];
        bool amount = strcmp(c->name, "bid") == 0 || strcmp(c->name, "budget") == 0;
        source->is_key[i] = (c->role == TILT_ROLE_AUDIENCE || c->role == TILT_ROLE_FACTOR) && !amount;
        source->n_keys += source->is_key[i];
    }
    source->dialect.platform = source->platform->id;
    source->dialect.platform_name = source->platform->name;
    return status;
}
