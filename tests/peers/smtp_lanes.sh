#!/bin/sh
# Lanes of the outbox beside each other: two submission servers, one of them slow, broken or held.
program=smtp_lanes
. "$abs_top_srcdir/tests/peers/smtp_peers.sh"
