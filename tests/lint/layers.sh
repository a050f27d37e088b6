#!/bin/sh
# Rooms include only downwards, and a library is seen by one room: src/LAYERS says which.
. "$(dirname "$0")/lib.sh"

list=$(files src include -- c h)
something "$list"
# shellcheck disable=SC2086
found=$(awk -f "$lint/layers.awk" src/LAYERS $list)

verdict "every room is named in src/LAYERS" "$(printf '%s' "$found" | sed -n 's/^room //p')"
verdict "rooms include only downwards" "$(printf '%s' "$found" | sed -n 's/^layer //p')"
verdict "a private header stays in its room" "$(printf '%s' "$found" | sed -n 's/^private //p')"
verdict "one library, one room" "$(printf '%s' "$found" | sed -n 's/^lib //p')"
plan
