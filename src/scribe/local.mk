libguichet_a_SOURCES += \
	include/guichet/scribe/builtin.h %reldir%/builtin.c \
	include/guichet/scribe/check.h %reldir%/check.c \
	include/guichet/scribe/draft.h %reldir%/draft.c \
	%reldir%/field.h %reldir%/field.c \
	%reldir%/finding.c %reldir%/finding.def \
	%reldir%/role.h %reldir%/role.c \
	include/guichet/scribe/transcript.h %reldir%/transcript.c \
	%reldir%/transcript_build.h %reldir%/transcript_build.c \
	%reldir%/transcript_cue.h %reldir%/transcript_cue.c \
	%reldir%/transcript_line.h %reldir%/transcript_line.c \
	%reldir%/answer.h %reldir%/answer.c \
	%reldir%/candidate.h %reldir%/candidate.c \
	include/guichet/scribe/chat.h %reldir%/chat.c %reldir%/chat_section.def \
	include/guichet/scribe/style.h %reldir%/style.c \
	%reldir%/chat_note.h %reldir%/chat_note.c \
	%reldir%/chat_plan.h %reldir%/chat_plan.c \
	%reldir%/chat_prompt.h %reldir%/chat_prompt.c \
	%reldir%/chat_proof.h %reldir%/chat_proof.c \
	%reldir%/engine.h %reldir%/engine.c \
	%reldir%/english.h %reldir%/english.c \
	%reldir%/feature.h %reldir%/feature.c \
	%reldir%/french.h %reldir%/french.c \
	%reldir%/language.h %reldir%/language.c \
	%reldir%/layout.h %reldir%/layout.c \
	%reldir%/model.h %reldir%/model.c \
	%reldir%/note.h %reldir%/note.c \
	%reldir%/numeral.h %reldir%/numeral.c %reldir%/section.def \
	%reldir%/place.h %reldir%/place.c %reldir%/plan.h %reldir%/plan.c \
	%reldir%/prose.h %reldir%/prose.c \
	%reldir%/speech.h %reldir%/speech.c \
	%reldir%/system.h %reldir%/system.c \
	%reldir%/index.h %reldir%/index.c \
	%reldir%/lexicon.h %reldir%/lexicon.c \
	%reldir%/lexicon_table.h %reldir%/lexicon_table.c \
	%reldir%/message.h %reldir%/message.c \
	%reldir%/number.h %reldir%/number.c \
	%reldir%/pattern.h %reldir%/pattern.c \
	%reldir%/polarity.h %reldir%/polarity.c \
	%reldir%/reading.h %reldir%/reading.c \
	%reldir%/rule_allergy.h %reldir%/rule_allergy.c \
	%reldir%/rule_contradiction.h %reldir%/rule_contradiction.c \
	%reldir%/rule_omission.h %reldir%/rule_omission.c \
	%reldir%/rule_person.h %reldir%/rule_person.c \
	%reldir%/rule_safety.h %reldir%/rule_safety.c \
	%reldir%/rule_text.h %reldir%/rule_text.c \
	%reldir%/slot_date.h %reldir%/slot_date.c \
	%reldir%/slot_name.h %reldir%/slot_name.c \
	%reldir%/slot_number.h %reldir%/slot_number.c \
	%reldir%/slot_person.h %reldir%/slot_person.c \
	%reldir%/slot_polarity.h %reldir%/slot_polarity.c \
	%reldir%/slot_side.h %reldir%/slot_side.c \
	%reldir%/slot_support.h %reldir%/slot_support.c \
	%reldir%/stem.h %reldir%/stem.c \
	%reldir%/suspect.h %reldir%/suspect.c %reldir%/suspect.def \
	%reldir%/voice.h %reldir%/voice.c \
	%reldir%/witness.h %reldir%/witness.c
