#include "clinic/check.h"

#include <stdio.h>

#include "clinic/session.h"
#include "guichet/base/clock.h"

const ScribeLexicon *
clinic_check_lexicon(ClinicSession *session, GError **error)
{
  g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&session->lexicon_lock);
  (void)locked;
  if (session->lexicon == NULL) {
    g_autofree char *own = g_build_filename(clinic_session_folder(session), "lexicon", NULL);
    gboolean there = g_file_test(own, G_FILE_TEST_IS_DIR);
    if (!scribe_lexicon_load(there ? own : NULL, &session->lexicon, error))
      return NULL;
  }
  return session->lexicon;
}

int
clinic_check_age(const char *birth, gint64 at)
{
  int year, month, day, y, m, d;
  g_autofree char *now = base_clock_iso(at);
  if (birth == NULL || sscanf(birth, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
      sscanf(now, "%4d-%2d-%2d", &y, &m, &d) != 3)
    return 0;
  int age = y - year - (m < month || (m == month && d < day) ? 1 : 0);
  return age > 0 && age < 130 ? age : 0;
}
