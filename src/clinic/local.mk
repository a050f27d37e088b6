libguichet_a_SOURCES += \
	include/guichet/clinic/agenda.h %reldir%/agenda.h %reldir%/agenda.c %reldir%/agenda_writeback.c \
	%reldir%/action.h %reldir%/action.c \
	include/guichet/clinic/audit.h %reldir%/audit.c \
	include/guichet/clinic/backup.h %reldir%/backup.c \
	%reldir%/backoff.h %reldir%/backoff.c \
	include/guichet/clinic/calendar.h %reldir%/calendar.c \
	include/guichet/clinic/calendar_source.h %reldir%/calendar_source.c \
	include/guichet/clinic/chart.h %reldir%/chart.h %reldir%/chart.c \
	%reldir%/chart_ask.c %reldir%/chart_json.c %reldir%/chart_recheck.c %reldir%/chart_settle.c \
	%reldir%/check.h %reldir%/check.c \
	%reldir%/consent.h %reldir%/consent.c \
	%reldir%/feed_count.c \
	include/guichet/clinic/certificate.h %reldir%/certificate.c \
	include/guichet/clinic/contract.h %reldir%/contract.h %reldir%/contract.c %reldir%/contract.def \
	%reldir%/contract_allow.c %reldir%/contract_class.c %reldir%/contract_day.c %reldir%/contract_host.c \
	%reldir%/contract_kind.c %reldir%/contract_standing.c \
	%reldir%/draft_request.c \
	%reldir%/finding.h %reldir%/finding.c \
	%reldir%/guard.h %reldir%/guard.c \
	%reldir%/import.h %reldir%/import.c \
	include/guichet/clinic/destination.h %reldir%/destination.c \
	include/guichet/clinic/feed.h %reldir%/feed.c \
	%reldir%/task.h %reldir%/task.c \
	include/guichet/clinic/intake.h %reldir%/intake.h %reldir%/intake.c \
	%reldir%/intake_extend.c %reldir%/intake_look.c %reldir%/intake_match.c %reldir%/intake_path.c %reldir%/intake_spell.c \
	include/guichet/clinic/item.h %reldir%/item.h %reldir%/item.c %reldir%/item.def \
	include/guichet/clinic/job.h %reldir%/job.c \
	%reldir%/journal.c \
	%reldir%/kind.c \
	%reldir%/limit.h %reldir%/limit.c \
	include/guichet/clinic/outbox.h %reldir%/outbox.h %reldir%/outbox.c \
	%reldir%/outbox_lane.c %reldir%/outbox_why.c \
	%reldir%/parcel.c \
	include/guichet/clinic/patient.h %reldir%/patient.h %reldir%/patient.c \
	%reldir%/payload.h %reldir%/payload.c %reldir%/payload_fields.c \
	%reldir%/payload_mail.c %reldir%/payload_note.c \
	include/guichet/clinic/figure.h %reldir%/figure.h %reldir%/figure.c %reldir%/figure_read.c \
	%reldir%/fate.c %reldir%/fate.def %reldir%/writing.c \
	%reldir%/proof.h %reldir%/proof.c \
	include/guichet/clinic/queue.h %reldir%/queue.c \
	%reldir%/reason.c %reldir%/reason.def \
	include/guichet/clinic/recheck.h %reldir%/recheck.c \
	include/guichet/clinic/review.h %reldir%/review.h %reldir%/review.c \
	%reldir%/look.h %reldir%/look.c %reldir%/review_look.c \
	%reldir%/review_check.c %reldir%/review_override.c %reldir%/review_save.c %reldir%/review_sign.c \
	include/guichet/clinic/reminder.h %reldir%/reminder.h %reldir%/reminder.c \
	%reldir%/reminder_answer.c %reldir%/reminder_approve.c %reldir%/reminder_hold.c %reldir%/reminder_holiday.c \
	%reldir%/reminder_message.c %reldir%/reminder_mode.c %reldir%/reminder_outlook.c \
	%reldir%/reminder_person.c %reldir%/reminder_policy.c %reldir%/reminder_sign.c %reldir%/reminder_skip.c \
	%reldir%/reminder_slot.c %reldir%/reminder_take.c %reldir%/reminder_tend.c \
	%reldir%/revision.c \
	%reldir%/role.h %reldir%/role.c %reldir%/role.def \
	include/guichet/clinic/session.h %reldir%/session.h %reldir%/session.c \
	%reldir%/state.h %reldir%/state.c \
	include/guichet/clinic/user.h %reldir%/user.c \
	include/guichet/clinic/visit.h %reldir%/visit.h %reldir%/visit.c \
	%reldir%/visit_import.c \
	%reldir%/visit_kind.def \
	%reldir%/visit_read.c \
	include/guichet/clinic/style.h %reldir%/style.c \
	include/guichet/clinic/way.h %reldir%/way.c
libguichet_a_SOURCES += \
	include/guichet/clinic/choice.h %reldir%/choice.c \
	include/guichet/clinic/returned.h %reldir%/returned.c \
	include/guichet/clinic/mail.h %reldir%/mail.c \
	include/guichet/clinic/amendment.h %reldir%/amendment.c %reldir%/amendment.h \
	include/guichet/clinic/letter.h %reldir%/letter.c
