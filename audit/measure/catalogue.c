/* measure/catalogue.c - looking up the rows of the catalogue. The rows are in catalogue_*.c. */
#include "measure/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

enum { N_BLOCKS = 8, LONGEST = 64, MOST_WORDS = 1024 };
static const tilt__entry_block *const blocks[N_BLOCKS] = {
    &tilt__catalogue_terms,    &tilt__catalogue_verdicts,  &tilt__catalogue_metrics, &tilt__catalogue_model,
    &tilt__catalogue_criteria, &tilt__catalogue_campaigns, &tilt__catalogue_methods, &tilt__catalogue_beside};

static const char *const kind_names[] = {
    [TILT__ENTRY_METRIC] = "metric",
    [TILT__ENTRY_METHOD] = "method",
    [TILT__ENTRY_VERDICT] = "verdict",
    [TILT__ENTRY_TERM] = "term",
};
static_assert(sizeof kind_names / sizeof *kind_names == TILT__N_ENTRY_KIND, "one name per kind");

size_t tilt__catalogue_count(void) {
    size_t n = 0;
    for (size_t b = 0; b < N_BLOCKS; b++) n += blocks[b]->n;
    return n;
}

const tilt__entry *tilt__catalogue_at(size_t i) {
    for (size_t b = 0; b < N_BLOCKS; b++) {
        if (i < blocks[b]->n) return &blocks[b]->entries[i];
        i -= blocks[b]->n;
    }
    return NULL;
}

const char *tilt__entry_kind_name(tilt__entry_kind kind) {
    return (unsigned)kind < TILT__N_ENTRY_KIND ? kind_names[kind] : "unknown";
}

static char fold(char c) {
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c == '_' || c == ' ' ? '-' : c;
}

static bool alike(const char *word, const char *known, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (word[i] == '\0' || fold(word[i]) != fold(known[i])) return false;
    return word[n] == '\0';
}

/* Calls visit for the name, the title and each alias of a row until it returns true. */
typedef bool visit_fn(void *context, const char *known, size_t n);
static bool each_word(const tilt__entry *entry, visit_fn *visit, void *context) {
    if (visit(context, entry->name, strlen(entry->name))) return true;
    if (visit(context, entry->title, strlen(entry->title))) return true;
    if (entry->aliases == NULL) return false;
    for (const char *at = entry->aliases; *at != '\0'; at += *at == '|') {
        size_t n = strcspn(at, "|");
        if (visit(context, at, n)) return true;
        at += n;
    }
    return false;
}

static bool same_word(void *context, const char *known, size_t n) {
    const char *word = context;
    return alike(word, known, n);
}

const tilt__entry *tilt__catalogue_find(const char *word) {
    char folded[LONGEST];
    size_t n = strlen(word);
    if (n == 0 || n >= sizeof folded) return NULL;
    memcpy(folded, word, n + 1);
    const tilt__entry *entry = NULL;
    for (size_t i = 0; (entry = tilt__catalogue_at(i)) != NULL; i++)
        if (each_word(entry, same_word, folded)) return entry;
    return NULL;
}

/* All words as one list of short texts, for the distance search. */
typedef struct words {
    char texts[MOST_WORDS][LONGEST];
    const char *list[MOST_WORDS];
    size_t n;
} words;

static bool collect(void *context, const char *known, size_t n) {
    words *all = context;
    if (all->n == MOST_WORDS || n >= LONGEST) return false;
    for (size_t i = 0; i < n; i++) all->texts[all->n][i] = known[i] == '_' ? ' ' : known[i];
    all->texts[all->n][n] = '\0';
    all->list[all->n] = all->texts[all->n];
    all->n++;
    return false;
}

bool tilt__catalogue_nearest(const char *word, char *out, size_t size) {
    words all = {.n = 0};
    const tilt__entry *entry = NULL;
    for (size_t i = 0; (entry = tilt__catalogue_at(i)) != NULL; i++) (void)each_word(entry, collect, &all);
    char spaced[LONGEST] = {0};
    for (size_t i = 0; i + 1 < sizeof spaced && word[i] != '\0'; i++)
        spaced[i] = word[i] == '_' ? ' ' : word[i];
    const char *near = tilt__text_nearest(spaced, all.list, all.n);
    if (near == NULL) return false;
    size_t n = strlen(near);
    if (n >= size) n = size - 1;
    memcpy(out, near, n);
    out[n] = '\0';
    return true;
}
