/* A limit expression, parsed. */
#ifndef GUICHET_CLINIC_LIMIT_H
#define GUICHET_CLINIC_LIMIT_H

#include "guichet/clinic/queue.h"
#include "guichet/store/item.h"

typedef enum {
  LIMIT_HAS_BLOCK = 1,
  LIMIT_HAS_WARN = 2,
  LIMIT_HAS_FINDING = 4,
  LIMIT_HAS_NONE = 8
} LimitHas;

struct ClinicLimit {
  guint kinds, states;   /* bits; 0 any */
  guint has, has_not;    /* of LimitHas */
  int held;              /* 1 held, -1 free, 0 either */
  gint64 clinician, id;  /* 0 any */
  gint64 older, younger; /* created before, after; 0 any */
  int surer, unsurer;    /* confidence above, below, per thousand; -1 any */
  GArray *patients;      /* of gint64; NULL any */
};

/* Does this row stand in it? */
gboolean clinic_limit_holds(const ClinicLimit *limit, const StoreItem *item, gint64 now);

#endif
