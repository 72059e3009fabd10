/* SPDX-License-Identifier: Apache-2.0 */
/* What comes to lie in a set of files that is written: a copied or moved folder brings files to where none are
 * yet, and a rule about those must meet them before they are there. */
#ifndef AEX_DEMAND_ARRIVALS_H
#define AEX_DEMAND_ARRIVALS_H

#include "demand/build.h"

/* What comes to lie at one place. */
struct arrival {
    struct both_forms place;
    bool keeps_name;    /* it lies in `place` under its own name */
    struct text name;   /* that of the one that comes; those of a glob have theirs */
    struct text origin; /* absolute: the file or folder, links resolved, or a glob */
    bool is_glob;
    bool excludes_hidden;
    struct text link; /* the origin as it is named, where it is a link itself */
    bool is_name; /* nothing comes: the place is a name that the set's glob stands for when there is no other */
};

struct set_arrivals {
    struct arrival *items;
    size_t count;
    size_t capacity;
    bool changes_present; /* files that are there and that nothing comes to are written too */
};

/* One file, folder or link that will lie there. */
struct arriving {
    struct both_forms forms;
    bool is_open; /* a link to a folder, or to nothing: anything may lie below that name */
};

VECTOR_DECLARE(arriving_vector, struct arriving);

/* Adds to `arrivals` what lies at `origin` (as build_resolve takes paths; a glob: absolute). `place` is the
 * folder or the name it gets. False: it cannot be told. */
bool arrivals_add(struct demand_build *build, struct set_arrivals *arrivals, struct text origin, bool is_glob,
                  bool excludes_hidden, struct text place, bool keeps_name);

/* Adds the glob's own text as a name. False: it cannot be told. */
bool arrivals_add_name(struct demand_build *build, struct set_arrivals *arrivals, struct text glob);

/* All that will lie there by what is at the origins now. False: it cannot be told, or is more than
 * LIMIT_TREE_ENTRIES. */
bool arrivals_list(const struct set_arrivals *arrivals, struct arena *arena,
                   struct arriving_vector *ret_arriving);

/* Whether the members of the set are what is there now and what `arrivals` says, if anything; false: nobody can
 * say. */
bool arrivals_tell_members(const struct demand *set);

#endif
