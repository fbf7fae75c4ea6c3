/* map/spec_keep.c - what a ledger asks of a spec: hashes of every input, the whole cube, references that
 * stay. */
#include "base/error.h"
#include "map/spec.h"

void tilt_spec_keep(tilt_spec *spec) {
    spec->sha256 = true;
    spec->keep_cube = true;
}

const char *tilt_spec_ledger(const tilt_spec *spec) {
    return spec->ledger;
}

const char *tilt_spec_against(const tilt_spec *spec) {
    return spec->against;
}

tilt_status tilt__spec_pin(tilt_spec *spec, const char *view, const char *const *labels, size_t n,
                           tilt_error *err) {
    if (n > TILT__MAX_CROSSING) return TILT_OK; /* no view of ours */
    tilt__pin *pin = tilt__arena_push(&spec->arena, (void **)&spec->pins, &spec->n_pins, &spec->pins_capacity,
                                      sizeof *pin);
    if (pin == NULL) return tilt__fail_memory(err);
    pin->view = tilt__arena_copy(&spec->arena, view);
    for (size_t i = 0; i < n; i++) pin->labels[i] = tilt__arena_copy(&spec->arena, labels[i]);
    pin->n_labels = n;
    return spec->arena.failed ? tilt__fail_memory(err) : TILT_OK;
}

bool tilt_spec_has_gate(const tilt_spec *spec) {
    return spec->gate;
}

void tilt_spec_on_progress(tilt_spec *spec, tilt_progress_fn fn, void *user) {
    spec->on_progress = fn;
    spec->progress_user = user;
}
