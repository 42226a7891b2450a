#!/usr/bin/env bash
# Runs in the container `backup`:  backup.sh nightly | now | check
# `nightly` dumps at 03:17 UTC, `now` once, `check` fails if the last dump is older than 26 hours.
set -euo pipefail
# A dump holds names and notes.
umask 077
folder=/backups
days=14

# Bash ignores `set -e` in a function that `||` follows, so each step says what its failure means.
dump() {
  local file
  file=$folder/waiter-$(date -u +%Y-%m-%d-%H%M%S).dump
  # A dump that cannot be listed is no backup.
  pg_dump --format=custom --no-owner --no-privileges --file="$file.part" &&
    pg_restore --list "$file.part" >/dev/null &&
    mv "$file.part" "$file" ||
    { rm -f "$file.part"; return 1; }
  find "$folder" -name 'waiter-*.dump*' -mtime "+$((days - 1))" -delete
  echo "wrote $(basename "$file"), $(stat --format=%s "$file") bytes"
}

seconds_until_night() {
  local now next
  now=$(date -u +%s)
  next=$(date -u -d '03:17' +%s)
  [ "$next" -gt "$now" ] || next=$((next + 86400))
  echo $((next - now))
}

case ${1:-} in
  now) dump ;;
  check)
    # A container that started less than a night ago may have no dump yet.
    [ -z "$(find /tmp/started -mmin +1560)" ] ||
      [ -n "$(find "$folder" -name 'waiter-*.dump' -mmin -1560)" ] ;;
  nightly)
    touch /tmp/started
    while true; do
      sleep "$(seconds_until_night)"
      dump || echo "the backup failed; the next attempt is in an hour" >&2
      until [ -n "$(find "$folder" -name 'waiter-*.dump' -mmin -120)" ]; do
        sleep 3600
        dump || true
      done
    done ;;
  *) echo "usage: backup.sh nightly | now | check" >&2; exit 2 ;;
esac
