#include "guichet/clinic/way.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define WAY_MOST 8u

/* Each channel, the patient's own address for it, and what an import calls it. */
static const struct {
  const char *channel;
  gsize offset; /* of the address in a ClinicPatient */
  const char *import;
} WAYS[] = {
    {"mail", G_STRUCT_OFFSET(ClinicPatient, mail), "mail"},
    {"print", G_STRUCT_OFFSET(ClinicPatient, address), "letter"},
    {"sms", G_STRUCT_OFFSET(ClinicPatient, phone), "sms"},
    {"folder", G_STRUCT_OFFSET(ClinicPatient, record), ""},
};

void
clinic_way_free(ClinicWay *way)
{
  if (way == NULL)
    return;
  g_free(way->channel);
  g_free(way->address);
  g_free(way);
}

static void
way_unref(gpointer data)
{
  clinic_way_free(data);
}

static int
find(const char *channel)
{
  for (guint i = 0; i < G_N_ELEMENTS(WAYS); i++)
    if (strcmp(WAYS[i].channel, channel) == 0)
      return (int)i;
  return -1;
}

static const char *
own_address(const ClinicPatient *patient, guint i)
{
  return *(char *const *)((const char *)patient + WAYS[i].offset);
}

static void
add(GPtrArray *list, const char *channel, const char *address)
{
  if (*address == '\0')
    return;
  for (guint i = 0; i < list->len; i++) {
    const ClinicWay *way = list->pdata[i];
    if (strcmp(way->channel, channel) == 0 && strcmp(way->address, address) == 0)
      return;
  }
  ClinicWay *way = g_new0(ClinicWay, 1);
  way->channel = g_strdup(channel);
  way->address = g_strdup(address);
  g_ptr_array_add(list, way);
}

static void
add_word(GPtrArray *list, const ClinicPatient *patient, const char *word)
{
  g_auto(GStrv) parts = g_strsplit(word, "=", 2);
  int i = parts[0] != NULL ? find(parts[0]) : -1;
  if (i >= 0)
    add(list, parts[0], parts[1] != NULL ? parts[1] : own_address(patient, (guint)i));
}

/* The channel that an import named, then those whose address is known; never one that a person has
 * to have chosen. */
static void
add_usual(GPtrArray *list, const ClinicPatient *patient)
{
  for (guint i = 0; i < G_N_ELEMENTS(WAYS); i++)
    if (*patient->channel != '\0' && strcmp(WAYS[i].import, patient->channel) == 0)
      add(list, WAYS[i].channel, own_address(patient, i));
  add(list, "mail", patient->mail);
  add(list, "print", patient->address);
}

GPtrArray *
clinic_way_list(const ClinicPatient *patient)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(way_unref);
  if (*patient->ways == '\0') {
    add_usual(list, patient);
    return list;
  }
  g_auto(GStrv) words = g_strsplit(patient->ways, " ", -1);
  for (char **word = words; *word != NULL; word++)
    add_word(list, patient, *word);
  return list;
}

static gboolean
refuse(const char *words, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "patient.ways: %s", words);
  return FALSE;
}

/* What can stand in an envelope; the rest is for the mail server to say. */
static gboolean
is_mail(const char *text)
{
  const char *at = strchr(text, '@');
  if (at == NULL || at == text || at[1] == '\0' || strchr(at + 1, '@') != NULL ||
      strlen(text) > 254)
    return FALSE;
  return strpbrk(text, "\"'<>()[]\\,;:") == NULL;
}

static gboolean
word_check(const char *word, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(word, "=", 2);
  if (parts[0] == NULL || find(parts[0]) < 0)
    return refuse(_("a channel is mail, print, sms or folder"), error);
  if (parts[1] == NULL)
    return TRUE;
  if (strcmp(parts[0], "mail") != 0)
    return refuse(_("only mail takes an address of its own, as in mail=anna@work.example"), error);
  return is_mail(parts[1]) || refuse(_("that is no mail address"), error);
}

gboolean
clinic_way_check(const char *ways, GError **error)
{
  if (*ways == '\0')
    return TRUE;
  g_auto(GStrv) words = g_strsplit(ways, " ", -1);
  if (g_strv_length(words) > WAY_MOST)
    return refuse(_("there are more than eight"), error);
  for (char **word = words; *word != NULL; word++)
    if (!word_check(*word, error))
      return FALSE;
  return TRUE;
}

gboolean
clinic_way_opted_out(const ClinicPatient *patient)
{
  if (*patient->reminders != '\0')
    return strcmp(patient->reminders, "no") == 0;
  return strcmp(patient->channel, "none") == 0;
}

char *
clinic_way_fold(const ClinicWay *way)
{
  if (strcmp(way->channel, "mail") == 0)
    return g_utf8_strdown(way->address, -1);
  return base_text_fold(way->address);
}
