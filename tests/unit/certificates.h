/* Certificates of two authorities, made by the openssl program: what is signed and encrypted is
 * also read by it. */
#ifndef GUICHET_TESTS_CERTIFICATES_H
#define GUICHET_TESTS_CERTIFICATES_H

#include "unit.h"

#include <string.h>

/* Runs a script in that folder; was it content? */
static inline gboolean
certificates_run(const char *dir, const char *script)
{
  const char *argv[] = {"/bin/sh", "-c", script, NULL};
  int status = 1;
  g_autofree char *said = NULL;
  if (!g_spawn_sync(dir, (char **)(gintptr)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                    &said, &status, NULL))
    return FALSE;
  if (status != 0)
    print_message("# %s\n", said);
  return status == 0;
}

static inline gboolean
certificates_there(void)
{
  g_autofree char *program = g_find_program_in_path("openssl");
  return program != NULL;
}

/* ca.pem, other.pem: authorities; NAME.pem and NAME.key; ca-list.pem: ca.pem with its revoked ones.
 */
static inline void
certificates_make(const char *dir)
{
  static const char SCRIPT[] =
      "set -e; umask 077; exec 2>log || exit 1\n"
      "ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key "
      "-out $1.pem -days 3650 -subj \"/CN=$1\"; }\n"
      "cert() { name=$1; by=$2; names=$3; use=$4; ext=$5; shift 5\n"
      "  openssl req -new -newkey \"$@\" -nodes -keyout $name.key -out $name.csr -subj "
      "\"/O=Tests/CN=$name\"\n"
      "  printf 'subjectAltName=%s\\nkeyUsage=critical,%s\\nextendedKeyUsage=%s\\n' \"$names\" "
      "\"$use\" \"$ext\" >$name.ext\n"
      "  openssl x509 -req -in $name.csr -CA $by.pem -CAkey $by.key -set_serial $(od -An -N4 -tu4 "
      "/dev/urandom) -days 365 -extfile $name.ext -out $name.pem; }\n"
      "ec='ec -pkeyopt ec_paramgen_curve:P-256'\n"
      "ca ca; ca other\n"
      "cert desk ca email:desk@clinic.example digitalSignature emailProtection $ec\n"
      "cert ana ca email:Ana@Direct.example keyEncipherment emailProtection rsa:2048\n"
      "cert eva ca email:eva@direct.example keyAgreement emailProtection $ec\n"
      "cert org ca DNS:direct.example keyAgreement emailProtection $ec\n"
      "cert web ca DNS:direct.example keyAgreement serverAuth $ec\n"
      "cert weak ca email:ana@direct.example keyEncipherment emailProtection rsa:1024\n"
      "cert stranger other email:ana@direct.example keyAgreement emailProtection $ec\n"
      "cert sign ca email:ana@direct.example digitalSignature emailProtection $ec\n"
      "cert gone ca email:gone@direct.example keyAgreement emailProtection $ec\n"
      "printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ncrlnumber=number\\ndefault_md=sha256\\n"
      "default_crl_days=3650\\n' >ca.cnf; : >index; echo 01 >number\n"
      "openssl ca -config ca.cnf -cert ca.pem -keyfile ca.key -revoke gone.pem\n"
      "openssl ca -config ca.cnf -cert ca.pem -keyfile ca.key -gencrl -out crl.pem\n"
      "cat ca.pem crl.pem >ca-list.pem\n";
  if (!certificates_run(dir, SCRIPT)) {
    g_autofree char *path = g_build_filename(dir, "log", NULL);
    g_autofree char *log = NULL;
    g_file_get_contents(path, &log, NULL, NULL);
    fail_msg("no certificates: %s", log != NULL ? log : "");
  }
}

static inline char *
certificates_text(const char *dir, const char *name, gsize *ret_length)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  char *text = NULL;
  assert_true(g_file_get_contents(path, &text, ret_length, NULL));
  return text;
}

#endif
