/* Replays a corpus through a fuzz target: every file of the folders named, one TAP case a folder.
 */
#include <stdint.h>
#include <stdio.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint
replay(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint n = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
      continue;
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    n++;
  }
  return n;
}

int
main(int argc, char **argv)
{
  const char *top = g_getenv("abs_top_srcdir");
  g_autofree char *name = g_path_get_basename(argv[0]);
  g_autofree char *own = g_build_filename(top != NULL ? top : ".", "tests/fuzz/corpus",
                                          g_str_has_prefix(name, "fuzz_") ? name + 5 : name, NULL);
  int failed = 0;
  printf("1..%d\n", argc > 1 ? argc - 1 : 1);
  for (int i = 1; i < (argc > 1 ? argc : 2); i++) {
    const char *folder = argc > 1 ? argv[i] : own;
    guint n = replay(folder);
    printf("%s %d - %u inputs of %s\n", n > 0 ? "ok" : "not ok", i, n, folder);
    failed += n == 0;
  }
  return failed > 0;
}
