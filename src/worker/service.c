#include "guichet/worker/service.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"

#define SERVICE_CREDENTIAL "guichet-engine-key"
#define SERVICE_KEY_CAP 4096u
#define SERVICE_WAIT (5 * BASE_CLOCK_SECOND)        /* after the first failure */
#define SERVICE_WAIT_MOST (5 * BASE_CLOCK_MINUTE)   /* after many */
#define SERVICE_ASKED_MOST (60 * BASE_CLOCK_MINUTE) /* where it says so itself */

struct WorkerService {
  WorkerServiceSettings settings; /* with the strings below */
  char *url, *model, *ca_file, *key;
  WireChatForm form;
  guint failures;    /* in a row */
  gint64 down_until; /* monotonic; 0 it is up */
  gboolean trying;   /* one request is out to see whether it is back */
  char *why;
};

WorkerServiceSettings
worker_service_settings(const BaseConf *conf, const char *folder)
{
  return (WorkerServiceSettings){
      .url = base_conf_text(conf, BASE_CONF_ENGINE_URL),
      .model = base_conf_text(conf, BASE_CONF_ENGINE_MODEL),
      .key_file = base_conf_text(conf, BASE_CONF_ENGINE_KEY_FILE),
      .ca_file = base_conf_text(conf, BASE_CONF_ENGINE_CA),
      .folder = folder,
      .seconds = (guint)base_conf_int(conf, BASE_CONF_ENGINE_SECONDS),
      .context_tokens = (guint)base_conf_int(conf, BASE_CONF_ENGINE_CONTEXT),
      .seed = base_conf_int(conf, BASE_CONF_ENGINE_SEED),
  };
}

/* --- the key */

static gboolean
key_fail(GError **error, const char *path, const char *what)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "the chat service's key file %s %s", path,
              what);
  return FALSE;
}

/* What systemd lends may show the group-read bit: that is how its ACL looks. */
static gboolean
key_may_be_read(int fd, const char *path, gboolean credential, GError **error)
{
  struct stat about;
  if (fstat(fd, &about) != 0)
    return key_fail(error, path, g_strerror(errno));
  if (!S_ISREG(about.st_mode))
    return key_fail(error, path, "is not a file");
  if (!credential && (about.st_mode & 077) != 0)
    return key_fail(error, path, "can be read by others; make it yours alone: chmod 600");
  return TRUE;
}

static gboolean
key_take(int fd, const char *path, char **ret, GError **error)
{
  char text[SERVICE_KEY_CAP] = "";
  ssize_t n = read(fd, text, sizeof text - 1);
  g_strchomp(text);
  gboolean plain = n > 0 && *text != '\0';
  for (const char *p = text; *p != '\0'; p++)
    plain = plain && g_ascii_isgraph(*p);
  if (plain)
    *ret = g_strdup(text);
  explicit_bzero(text, sizeof text);
  return plain || key_fail(error, path, "does not hold one line with a key");
}

static gboolean
key_read(const WorkerServiceSettings *settings, char **ret, GError **error)
{
  const char *lent = g_getenv("CREDENTIALS_DIRECTORY");
  g_autofree char *path = lent != NULL ? g_build_filename(lent, SERVICE_CREDENTIAL, NULL) : NULL;
  gboolean credential = path != NULL && g_file_test(path, G_FILE_TEST_EXISTS);
  if (!credential && *settings->key_file == '\0')
    return TRUE;
  if (!credential) {
    g_free(path);
    path = g_canonicalize_filename(settings->key_file, settings->folder);
  }
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return key_fail(error, path, g_strerror(errno));
  gboolean ok = key_may_be_read(fd, path, credential, error) && key_take(fd, path, ret, error);
  close(fd);
  return ok;
}

/* --- a service */

gboolean
worker_service_new(const WorkerServiceSettings *settings, WorkerService **ret, GError **error)
{
  g_autoptr(WorkerService) service = g_new0(WorkerService, 1);
  if (*settings->url == '\0') {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "the chat engine has no service: set url under [engine] in guichet.conf");
    return FALSE;
  }
  if (!key_read(settings, &service->key, error))
    return FALSE;
  service->settings = *settings;
  service->settings.url = service->url = g_strdup(settings->url);
  service->settings.model = service->model = g_strdup(settings->model);
  service->settings.key_file = service->settings.folder = NULL;
  service->ca_file = *settings->ca_file != '\0'
                         ? g_canonicalize_filename(settings->ca_file, settings->folder)
                         : NULL;
  service->settings.ca_file = service->ca_file;
  service->why = g_strdup("");
  *ret = g_steal_pointer(&service);
  return TRUE;
}

void
worker_service_free(WorkerService *service)
{
  if (service == NULL)
    return;
  if (service->key != NULL)
    explicit_bzero(service->key, strlen(service->key));
  g_free(service->key);
  g_free(service->url);
  g_free(service->model);
  g_free(service->ca_file);
  g_free(service->why);
  g_free(service);
}

const char *
worker_service_url(const WorkerService *service)
{
  return service->url;
}

const WorkerServiceSettings *
worker_service_of(const WorkerService *service)
{
  return &service->settings;
}

const char *
worker_service_key(const WorkerService *service)
{
  return service->key;
}

WireChatForm
worker_service_form(const WorkerService *service)
{
  return service->form;
}

gboolean
worker_service_step_down(WorkerService *service, WireChatForm form)
{
  if (form < service->form) /* another request has found out already */
    return TRUE;
  if (service->form + 1 >= WIRE_CHAT_FORM_N)
    return FALSE;
  service->form++;
  return TRUE;
}

/* --- up or down */

gboolean
worker_service_ready(WorkerService *service, GError **error)
{
  gint64 left = service->down_until - base_clock_monotonic();
  if (service->down_until == 0)
    return TRUE;
  if (left <= 0 && !service->trying) {
    service->trying = TRUE;
    return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE,
              "the chat service is not asked for another %" G_GINT64_FORMAT " s: %s",
              MAX(left, 0) / BASE_CLOCK_SECOND, service->why);
  return FALSE;
}

void
worker_service_worked(WorkerService *service)
{
  if (service->down_until != 0)
    base_log(BASE_LOG_INFO, "the chat service is back");
  service->failures = 0;
  service->down_until = 0;
  service->trying = FALSE;
}

void
worker_service_failed(WorkerService *service, const char *why, gint64 retry_after)
{
  gint64 now = base_clock_monotonic();
  if (service->down_until > now) /* one that was out when the first failed */
    return;
  gint64 wait = MIN(SERVICE_WAIT << MIN(service->failures, 10u), SERVICE_WAIT_MOST);
  if (retry_after >= 0)
    wait = CLAMP(retry_after * BASE_CLOCK_SECOND, BASE_CLOCK_SECOND, SERVICE_ASKED_MOST);
  service->failures++;
  service->trying = FALSE;
  service->down_until = now + wait;
  g_free(service->why);
  service->why = g_strdup(why);
  base_log(BASE_LOG_WARN, "the chat service: %s; it is not asked for %" G_GINT64_FORMAT " s", why,
           wait / BASE_CLOCK_SECOND);
}

void
worker_service_undone(WorkerService *service)
{
  service->trying = FALSE;
}
