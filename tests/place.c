/* A clinic for a test in a shell: place FOLDER NAME LOGIN:ROLE[:TITLE]…, the administrator first.
 * The password of each goes to LOGIN.pass in the folder where it runs.
 *
 * It wraps their keys as the demo does, with Argon2id's lesser limits: a password takes half a
 * second of a processor to check by the limits of a real clinic, and the tests log in hundreds of
 * times. */
#include <stdio.h>
#include <string.h>

#include "guichet/clinic/session.h"
#include "guichet/clinic/user.h"
#include "guichet/vault/password.h"
#include "guichet/vault/process.h"

typedef struct {
  const char *login, *title;
  ClinicRole role;
  char *password;
} Person;

static gboolean
keep(const Person *person, GError **error)
{
  g_autofree char *path = g_strconcat(person->login, ".pass", NULL);
  g_autofree char *line = g_strconcat(person->password, "\n", NULL);
  return g_file_set_contents_full(path, line, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static gboolean
person_of(char *words, Person *ret, GError **error)
{
  char *role = strchr(words, ':');
  char *title = role == NULL ? NULL : strchr(role + 1, ':');
  if (role != NULL)
    *role++ = '\0';
  if (title != NULL)
    *title++ = '\0';
  ret->login = words;
  ret->title = title != NULL ? title : words;
  ret->password = vault_password_random();
  return clinic_role_parse(role != NULL ? role : "", &ret->role, error) && keep(ret, error);
}

static gboolean
place(const char *folder, const char *name, Person *people, gsize n, GError **error)
{
  g_autoptr(ClinicSession) admin = NULL;
  if (!clinic_user_found(folder, name, people[0].login, people[0].title, people[0].password, TRUE,
                         error) ||
      !clinic_session_login(folder, people[0].login, people[0].password, &admin, error))
    return FALSE;
  for (gsize i = 1; i < n; i++)
    if (!clinic_user_add(admin, people[i].login, people[i].title, people[i].role,
                         people[i].password, TRUE, NULL, error))
      return FALSE;
  return TRUE;
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  gsize n = argc > 3 ? (gsize)argc - 3 : 0;
  if (n == 0) {
    fprintf(stderr, "place FOLDER NAME LOGIN:ROLE[:TITLE]…\n");
    return 64;
  }
  g_autofree Person *people = g_new0(Person, n);
  gboolean ok = vault_process_harden(&error);
  for (gsize i = 0; i < n && ok; i++)
    ok = person_of(argv[3 + i], &people[i], &error);
  ok = ok && place(argv[1], argv[2], people, n, &error);
  for (gsize i = 0; i < n; i++)
    g_free(people[i].password);
  if (!ok)
    fprintf(stderr, "place: %s\n", error->message);
  return ok ? 0 : 1;
}
