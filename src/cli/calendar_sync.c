/* guichet calendar sync: what the worker does on a schedule. */
#include <stdio.h>

#include "cli/calendar.h"
#include "cli/option.h"
#include "guichet/base/i18n.h"
#include "guichet/worker/calendar.h"

enum { PROBLEMS_SHOWN = 20 };

typedef struct {
  json_t *list; /* NULL: in words */
  const char *shown_of;
  guint shown;
  int status; /* of the first that failed */
} Telling;

static void
on_problem(const char *name, const CalendarProblem *problem, gpointer data)
{
  Telling *telling = data;
  if (telling->shown_of != name)
    telling->shown = 0;
  telling->shown_of = name;
  if (telling->shown++ < PROBLEMS_SHOWN)
    fprintf(stderr, "guichet: %s:%u: %s: %s\n", name, problem->line, problem->component,
            problem->message);
  else if (telling->shown == PROBLEMS_SHOWN + 1)
    fprintf(stderr, _("guichet: more is wrong with %s\n"), name);
}

static json_t *
told_json(const WorkerCalendarTold *told)
{
  const ClinicIntakeResult none = {0}, *r = told->result != NULL ? told->result : &none;
  return json_pack(
      "{s:s, s:b, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "name", told->name,
      "same", (int)told->same, "error", told->error != NULL ? told->error->message : NULL, "events",
      (json_int_t)r->events, "problems", (json_int_t)r->problems, "added", (json_int_t)r->added,
      "changed", (json_int_t)r->changed, "gone", (json_int_t)r->gone, "booked",
      (json_int_t)r->booked, "moved", (json_int_t)r->moved, "cancelled", (json_int_t)r->cancelled,
      "restored", (json_int_t)r->restored, "lacking", (json_int_t)r->lacking);
}

static void
print_told(const WorkerCalendarTold *told)
{
  const ClinicIntakeResult *r = told->result;
  if (told->same)
    printf(_("%s: nothing has changed\n"), told->name);
  else
    printf(_("%s: %llu events, %llu new, %llu changed, %llu gone; appointments: %llu booked, %llu "
             "moved, %llu cancelled, %llu restored\n"),
           told->name, (unsigned long long)r->events, (unsigned long long)r->added,
           (unsigned long long)r->changed, (unsigned long long)r->gone,
           (unsigned long long)r->booked, (unsigned long long)r->moved,
           (unsigned long long)r->cancelled, (unsigned long long)r->restored);
}

static void
on_told(const WorkerCalendarTold *told, gpointer data)
{
  Telling *telling = data;
  if (telling->list != NULL)
    json_array_append_new(telling->list, told_json(told));
  if (told->error != NULL) {
    g_autoptr(GError) named = g_error_new(told->error->domain, told->error->code, "%s: %s",
                                          told->name, told->error->message);
    int status = cli_option_fail(named);
    telling->status = telling->status != 0 ? telling->status : status;
  } else if (telling->list == NULL) {
    print_told(told);
  }
}

int
cli_calendar_sync(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  Telling telling = {0};
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON,
                                NULL, _("[NAME…]"),
                                _("Reads the calendars again: those of guichet.conf, those at an "
                                  "address, and files and folders that have changed.  One that "
                                  "fails hinders no other; the exit status is the first one's."),
                                &option);
  if (status >= 0)
    return status;
  const WorkerCalendarSync sync = {
      .names = argc > 1 ? (const char *const *)argv + 1 : NULL,
      .problem = on_problem,
      .told = on_told,
      .data = &telling,
  };
  if (!cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  telling.list = option.json ? json_array() : NULL;
  if (!worker_calendar_sync(session, &sync, &error)) {
    json_decref(telling.list);
    return cli_option_fail(error);
  }
  int printed = telling.list != NULL ? cli_option_print(telling.list) : cli_option_flush();
  return telling.status != 0 ? telling.status : printed;
}
