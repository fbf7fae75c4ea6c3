/* report/result_write.c - the result as text, view after view.
 *
 * Views are nearly all of a result, and nine tenths of a view (drivers, levels, campaigns) no sentence is
 * made of. So each view is made, printed and cut down to what sentences need; the whole tree is never there.
 * Views are made side by side, and their texts appended in order. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "report/json.h"
#include "report/publish.h"
#include "report/result.h"
#include "report/sentences.h"
#include "report/summaries.h"

/* A view that is written and waits for those before it. */
typedef struct waiting {
    tilt__buf text;
    cJSON *views; /* a list with the view cut down, or without any */
    bool ready;
} waiting;

typedef struct writing {
    const tilt__outcome *outcome;
    tilt__publishing *publishing; /* NULL: everything is shown */
    void (*done)(void *context, size_t view);
    void *context;
    tilt__json_printer *printer;
    cJSON *views; /* of the tree */
    tilt__buf *out;
    pthread_mutex_t lock; /* guards the places of all views, the tree's list and the text */
    waiting *places;
    size_t next, n; /* the first view that is not in the text yet */
} writing;

/* What no sentence, headline or summary is made of. */
static void cut_down(cJSON *view) {
    static const char *const keys[] = {"drivers",      "levels",  "campaigns",    "standardised",
                                       "support",      "signals", "neutralising", "stratified",
                                       "alternatives", "methods", "adjusted",     "tests"};
    cJSON *comparison;
    cJSON_ArrayForEach(comparison, cJSON_GetObjectItemCaseSensitive(view, "comparisons")) {
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            cJSON_DeleteItemFromObjectCaseSensitive(comparison, keys[k]);
    }
}

static tilt_status print_view(const cJSON *view, tilt__buf *out, tilt_error *err) {
    tilt__json_printer *printer = tilt__json_printer_new(out);
    if (printer == NULL) return tilt__fail_memory(err);
    tilt__json_entry(printer, view, 2);
    tilt__json_printer_free(printer);
    return out->failed ? tilt__fail_memory(err) : TILT_OK;
}

/* Appends what is complete, in order. */
static void append_ready(writing *w) {
    for (; w->next < w->n && w->places[w->next].ready; w->next++) {
        waiting *place = &w->places[w->next];
        cJSON *view = cJSON_DetachItemFromArray(place->views, 0);
        if (view != NULL) {
            tilt__json_key(w->printer, NULL);
            tilt__buf_add(w->out, tilt__buf_get(&place->text), place->text.length);
            cJSON_AddItemToArray(w->views, view);
        }
        tilt__buf_drop(&place->text, w->out);
        cJSON_Delete(place->views);
        place->views = NULL;
    }
}

static tilt_status write_view(void *context, size_t v, tilt_error *err) {
    writing *w = context;
    const tilt__outcome *o = w->outcome;
    waiting own = {.text = TILT__BUF_INIT, .views = cJSON_CreateArray(), .ready = true};
    if (v < o->views->n)
        tilt__put_view(own.views, o, &o->views->items[v], o->explanations[v]);
    else
        tilt__put_ranged(own.views, &o->ranged->items[v - o->views->n]);
    const cJSON *made = tilt__json_first(own.views);
    tilt_status status = made != NULL ? TILT_OK : tilt__fail_memory(err);
    if (status == TILT_OK && w->publishing != NULL)
        status = tilt__publish_view(w->publishing, own.views, v, err);
    if (status == TILT_OK && own.views->child != NULL) {
        status = print_view(own.views->child, &own.text, err);
        cut_down(own.views->child);
    }
    if (w->done != NULL && v < o->views->n) w->done(w->context, v);
    (void)pthread_mutex_lock(&w->lock);
    w->places[v] = own;
    if (status == TILT_OK) append_ready(w);
    (void)pthread_mutex_unlock(&w->lock);
    return status;
}

static tilt_status write_views(writing *w, size_t n_threads, tilt_error *err) {
    w->n = w->outcome->views->n + w->outcome->ranged->n;
    w->places = tilt__alloc(w->n, sizeof *w->places);
    if (w->places == NULL || pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w->places);
        return tilt__fail_memory(err);
    }
    if (w->publishing != NULL) n_threads = 1; /* what may be shown is remembered over all views */
    tilt__json_key(w->printer, "views");
    tilt__json_begin(w->printer, '[');
    tilt_status status = tilt__parallel_for(n_threads, w->n, write_view, w, err);
    tilt__json_end(w->printer, ']');
    for (size_t v = w->next; v < w->n; v++) { /* after a failure */
        tilt__buf_free(&w->places[v].text);
        cJSON_Delete(w->places[v].views);
    }
    free(w->places);
    (void)pthread_mutex_destroy(&w->lock);
    return status;
}

/* Members from `member` on; stops before "views", which is the first member that is not printed. */
static const cJSON *put_members(tilt__json_printer *printer, const cJSON *member) {
    for (; member != NULL && strcmp(member->string, "views") != 0; member = member->next)
        tilt__json_put(printer, member->string, member);
    return member;
}

static tilt_status write_tree(writing *w, cJSON *root, tilt__hidden *hidden, size_t n_threads,
                              tilt_error *err) {
    const tilt_spec *spec = w->outcome->spec;
    tilt__json_begin(w->printer, '{');
    const cJSON *views = put_members(w->printer, root->child);
    w->views = cJSON_GetObjectItemCaseSensitive(root, "views");
    tilt_status status = views != NULL ? write_views(w, n_threads, err) : tilt__fail_memory(err);
    size_t gone = w->publishing != NULL ? tilt__publishing_gone(w->publishing) : 0;
    if (status == TILT_OK) status = tilt__put_privacy(root, hidden, spec->publish, gone, err);
    if (status == TILT_OK) status = tilt__summaries_add(root, spec, err);
    if (status == TILT_OK) status = tilt__sentences_add(root, err);
    if (status != TILT_OK || views == NULL) return status;
    (void)put_members(w->printer, views->next);
    tilt__json_end(w->printer, '}');
    tilt__buf_char(w->out, '\n');
    return w->out->failed ? tilt__fail_memory(err) : TILT_OK;
}

tilt_status tilt__result_write(const tilt__outcome *o, size_t n_threads,
                               void (*done)(void *context, size_t view), void *context, tilt__buf *out,
                               tilt_error *err) {
    writing w = {.outcome = o, .done = done, .context = context, .out = out};
    cJSON *root = tilt__result_frame(o, err);
    tilt__hidden *hidden = root != NULL ? tilt__hidden_find(o, o->spec->min_cell, err) : NULL;
    tilt_status status = hidden != NULL ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK && o->spec->publish) {
        w.publishing = tilt__publishing_new(root, hidden, err);
        status = w.publishing != NULL ? tilt__publish_frame(w.publishing, root, err) : TILT_ENOMEM;
    }
    if (status == TILT_OK) {
        w.printer = tilt__json_printer_new(out);
        status = w.printer != NULL ? write_tree(&w, root, hidden, n_threads, err) : tilt__fail_memory(err);
    }
    tilt__json_printer_free(w.printer);
    tilt__publishing_free(w.publishing);
    tilt__hidden_free(hidden);
    cJSON_Delete(root);
    return status;
}
