/* guichet queue: what waits for somebody. */
#include <stdio.h>

#include "cli/listing.h"
#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"

typedef struct {
  char *limit, *sort;
  gboolean reverse, counts, json;
  int most; /* 0: all */
  int shown;
} Queue;

static void
cell(const char *text, guint width)
{
  g_autofree char *fitted = base_text_ellipsize(text, width);
  printf("%s%*s  ", fitted, (int)(width - base_text_width(fitted)), "");
}

static void
print_line(const ClinicItem *item)
{
  g_autofree char *age = cli_listing_age(item->created);
  g_autofree char *findings =
      g_strdup_printf("%u/%u/%u", item->n_block, item->n_warn, item->n_info);
  g_autofree char *confidence =
      item->confidence < 0 ? g_strdup("") : g_strdup_printf("%d %%", item->confidence / 10);
  printf("%19" G_GINT64_FORMAT "  ", item->id);
  cell(clinic_state_title(item->state), 10);
  cell(clinic_kind_title(item->kind), 8);
  cell(item->patient_name, 24);
  cell(item->clinician_name, 18);
  cell(age, 6);
  cell(findings, 8);
  cell(confidence, 5);
  printf("%s\n", *item->holder_name != '\0' ? item->holder_name : item->reason);
}

static gboolean
on_item(const ClinicItem *item, gpointer data)
{
  Queue *queue = data;
  if (!queue->json) {
    print_line(item);
  } else {
    json_t *row = cli_listing_json(item);
    fputs(queue->shown == 0 ? "\n" : ",\n", stdout);
    json_dumpf(row, stdout, JSON_COMPACT);
    json_decref(row);
  }
  queue->shown++;
  return !ferror(stdout) && (queue->most == 0 || queue->shown < queue->most);
}

static gboolean
print_items(ClinicSession *session, Queue *queue, GError **error)
{
  ClinicSort sort = CLINIC_SORT_AGE;
  if (queue->sort != NULL && !cli_listing_sort(queue->sort, &sort, error))
    return FALSE;
  if (queue->json)
    putchar('[');
  gboolean ok =
      cli_listing_walk(session, queue->limit, sort, queue->reverse, on_item, queue, error);
  if (queue->json && ok)
    puts(queue->shown == 0 ? "]" : "\n]");
  return ok;
}

static gboolean
print_counts(ClinicSession *session, const Queue *queue, GError **error)
{
  gint64 counts[CLINIC_STATE_N] = {0};
  if (!clinic_queue_counts(session, counts, error))
    return FALSE;
  json_t *all = json_object();
  for (int i = 0; i < CLINIC_STATE_N; i++) {
    if (queue->json)
      json_object_set_new(all, clinic_state_word((ClinicState)i), json_integer(counts[i]));
    else
      printf("%-12s %9" G_GINT64_FORMAT "\n", clinic_state_title((ClinicState)i), counts[i]);
  }
  if (queue->json)
    cli_option_print(json_incref(all));
  json_decref(all);
  return TRUE;
}

static int
run_queue(const CliOption *option, Queue *queue)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  queue->json = option->json;
  if (!cli_option_session(option, &session, &error) ||
      !(queue->counts ? print_counts(session, queue, &error) : print_items(session, queue, &error)))
    return cli_option_fail(error);
  return cli_option_flush();
}

int
cli_queue_run(int argc, char **argv)
{
  Queue queue = {0};
  const GOptionEntry entries[] = {
      {"limit", 'l', 0, G_OPTION_ARG_STRING, &queue.limit,
       N_("only these, such as \"state:ready has:block age>2h\" (the open ones)"), N_("EXPR")},
      {"sort", 's', 0, G_OPTION_ARG_STRING, &queue.sort,
       N_("age, since, findings or confidence (age)"), N_("ORDER")},
      {"reverse", 'r', 0, G_OPTION_ARG_NONE, &queue.reverse, N_("the other way round"), NULL},
      {"most", 'n', 0, G_OPTION_ARG_INT, &queue.most, N_("no more than so many"), N_("N")},
      {"counts", 0, 0, G_OPTION_ARG_NONE, &queue.counts, N_("only how many stand in each state"),
       NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                                _("Lists what waits for somebody: id, state, kind, patient, "
                                  "clinician, age, open findings\n(blocking/warning/told), "
                                  "confidence, and who has it open or what was said of it."),
                                &option);
  if (status < 0 && argc > 1)
    status = cli_option_usage(_("queue takes no arguments; say --limit EXPR"));
  if (status < 0)
    status = run_queue(&option, &queue);
  g_free(queue.limit);
  g_free(queue.sort);
  return status;
}
