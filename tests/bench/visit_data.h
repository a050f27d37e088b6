/* The visits and the injected errors that the scribe's programs learn from and are measured on. */
#ifndef GUICHET_TESTS_BENCH_VISIT_DATA_H
#define GUICHET_TESTS_BENCH_VISIT_DATA_H

#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "guichet/scribe/transcript.h"

#define VISIT_DATA_PARTS 5u

typedef struct {
  GHashTable *visits; /* id → ScribeTranscript */
  GPtrArray *ids;     /* in the files' order */
  GHashTable *notes;  /* id → note */
  GPtrArray *rows;    /* of json_t: the checks' rows */
  guint trained;      /* of ids: so many stand in train.jsonl, the rest in valid.jsonl */
} VisitData;

static inline void
visit_data_lines(const char *path, void (*take)(VisitData *, json_t *), VisitData *data)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return;
  for (char *line = text; line != NULL && *line != '\0';) {
    char *stop = strchr(line, '\n');
    if (stop != NULL)
      *stop = '\0';
    json_t *row = json_loads(line, 0, NULL);
    if (row != NULL)
      take(data, row);
    json_decref(row);
    line = stop != NULL ? stop + 1 : NULL;
  }
}

static inline void
visit_data_take_visit(VisitData *data, json_t *row)
{
  const char *id = json_string_value(json_object_get(row, "id"));
  const char *note = json_string_value(json_object_get(row, "note"));
  ScribeTranscript *transcript = NULL;
  if (id == NULL || note == NULL || !scribe_transcript_from_json(id, row, &transcript, NULL))
    return;
  char *key = g_strdup(id);
  g_hash_table_insert(data->visits, key, transcript);
  g_hash_table_insert(data->notes, g_strdup(id), g_strdup(note));
  g_ptr_array_add(data->ids, key);
}

static inline void
visit_data_take_row(VisitData *data, json_t *row)
{
  g_ptr_array_add(data->rows, json_incref(row));
}

/* FALSE where the folder is not there. */
static inline gboolean
visit_data_read(const char *folder, VisitData *data)
{
  data->visits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)scribe_transcript_free);
  data->notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  data->ids = g_ptr_array_new();
  data->rows = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  static const char *const FILES[] = {"visits/train.jsonl", "visits/valid.jsonl"};
  for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
    g_autofree char *path = g_build_filename(folder, FILES[i], NULL);
    data->trained = data->ids->len; /* before the last file */
    visit_data_lines(path, visit_data_take_visit, data);
  }
  g_autofree char *path = g_build_filename(folder, "checks/train.jsonl", NULL);
  visit_data_lines(path, visit_data_take_row, data);
  return data->rows->len > 0 && data->ids->len > 0;
}

static inline void
visit_data_clear(VisitData *data)
{
  g_hash_table_unref(data->visits);
  g_hash_table_unref(data->notes);
  g_ptr_array_unref(data->ids);
  g_ptr_array_unref(data->rows);
}

/* One of `parts` parts, by the encounter's name alone. */
static inline guint
visit_data_part(const char *encounter, guint parts)
{
  guint32 h = 2166136261u;
  for (const char *p = encounter; *p != '\0'; p++)
    h = (h ^ (guchar)*p) * 16777619u;
  return (h >> 8) % parts;
}

/* PART 0 to 4: is it of that fifth?  5: is it of valid.jsonl? */
static inline gboolean
visit_data_is_of(const VisitData *data, const char *encounter, int part)
{
  if (part < 0)
    return FALSE;
  if (part < (int)VISIT_DATA_PARTS)
    return visit_data_part(encounter, VISIT_DATA_PARTS) == (guint)part;
  for (guint i = data->trained; i < data->ids->len; i++)
    if (strcmp(data->ids->pdata[i], encounter) == 0)
      return TRUE;
  return FALSE;
}

/* Stretches with a letter or digit between full stops, question marks and line ends. */
static inline guint
visit_data_sentences(const char *note)
{
  guint n = 0;
  gboolean inside = FALSE;
  for (const char *p = note; *p != '\0'; p++) {
    gboolean stop = *p == '\n' || (strchr(".?!", *p) != NULL && strchr(" \n", p[1]) != NULL);
    if (g_ascii_isalnum(*p) && !inside)
      n++;
    inside = g_ascii_isalnum(*p) || (inside && !stop);
  }
  return n;
}

#endif
