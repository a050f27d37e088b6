/* What the files of a review share. */
#ifndef GUICHET_CLINIC_REVIEW_PRIVATE_H
#define GUICHET_CLINIC_REVIEW_PRIVATE_H

#include "guichet/clinic/review.h"
#include "guichet/store/item.h"

#define CLINIC_REVIEW_LEASE (5 * BASE_CLOCK_MINUTE)

/* Begins a transaction on the review's item as it was seen, and asks item.def for the action;
 * rolled back on failure.  A refusal leaves its own event. */
gboolean clinic_review_begin(ClinicSession *session, const ClinicReview *review,
                             ClinicAction action, StoreItem **ret, GError **error);

/* What belongs to the item beside its row and its patient. */
gboolean clinic_review_load(ClinicSession *session, const StoreItem *item, ClinicReview *review,
                            GError **error);

/* Puts the row's new state into review->item. */
void clinic_review_update(ClinicSession *session, ClinicReview *review, const StoreItem *item);

#endif
