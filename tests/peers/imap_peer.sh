# Dovecot as an ordinary user in $work/d (a short path: sockets), INBOX of inbox@clinic.test, password s3cret;
# $imap and $imaps are its ports.  `imap_put FILE` delivers, `imap_stop` ends it.
imap_conf() {
  cat >"$work/d/dovecot.conf" <<END
base_dir = $work/d/run
state_dir = $work/d/state
protocols = imap
listen = 127.0.0.1
log_path = $work/d/log
default_internal_user = $imap_user
default_internal_group = $imap_group
default_login_user = $imap_user
mail_uid = $imap_user
mail_gid = $imap_group
first_valid_uid = 1
ssl = required
ssl_cert = <$work/d/cert.pem
ssl_key = <$work/d/key.pem
ssl_dh =
auth_mechanisms = plain login
mail_location = maildir:$work/d/home/%n/Maildir
passdb {
  driver = passwd-file
  args = scheme=PLAIN $work/d/users
}
userdb {
  driver = static
  args = uid=$imap_user gid=$imap_group home=$work/d/home/%n
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
END
}
imap_free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
imap_answers() { "$python" -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1" 2>/dev/null; }
imap_as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$work/d" LANG=C.UTF-8 "$@"; else "$@"; fi; }
imap_start() {
  if [ "$(id -u)" = 0 ]; then imap_user=nobody imap_group=nogroup; else imap_user=$(id -un) imap_group=$(id -gn); fi
  mkdir -p "$work/d/run" "$work/d/state" "$work/d/home/inbox/Maildir/new" "$work/d/home/inbox/Maildir/cur" \
    "$work/d/home/inbox/Maildir/tmp"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/d/key.pem" -out "$work/d/cert.pem" -days 30 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
  echo 'inbox@clinic.test:{PLAIN}s3cret' >"$work/d/users"
  imap=$(imap_free_port) imaps=$(imap_free_port)
  imap_conf
  [ "$(id -u)" != 0 ] || { chown -R nobody:nogroup "$work/d"; chmod 711 "$work"; }
  imap_as /usr/sbin/dovecot -F -c "$work/d/dovecot.conf" >"$work/dovecot.out" 2>&1 &
  imap_pid=$!
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    imap_answers "$imaps" && return 0
    kill -0 "$imap_pid" 2>/dev/null || return 1
    sleep 0.25
  done
  return 1
}
imap_stop() { [ -z "${imap_pid-}" ] || { kill "$imap_pid" 2>/dev/null; wait "$imap_pid" 2>/dev/null; imap_pid=; }; }
imap_n=0
imap_put() {
  imap_n=$((imap_n + 1))
  cp "$1" "$work/d/home/inbox/Maildir/tmp/$imap_n"
  [ "$(id -u)" != 0 ] || chown nobody:nogroup "$work/d/home/inbox/Maildir/tmp/$imap_n"
  mv "$work/d/home/inbox/Maildir/tmp/$imap_n" "$work/d/home/inbox/Maildir/new/$(date +%s).M$imap_n.test"
}
imap_seen() { find "$work/d/home/inbox/Maildir/cur" -name '*:2,*S*' | grep -c .; }
