#!/bin/sh
# The worker and its outbox against a submission server that fails at each stage in turn.
program=smtp_worker
. "$abs_top_srcdir/tests/peers/smtp_peers.sh"
