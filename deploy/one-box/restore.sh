#!/usr/bin/env bash
# Replaces the database of this box by a dump:  one-box/restore.sh one-box/backups/waiter-....dump
# Run it in the folder deploy/. Works on an empty box too. Guests wait meanwhile; their pages retry.
set -euo pipefail
[ $# = 1 ] || { echo "usage: one-box/restore.sh DUMP" >&2; exit 2; }
file=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -s "$file" ] || { echo "$file is no dump" >&2; exit 1; }
# one-box/start-stopped.sh does nothing meanwhile.
exec 9>one-box/.lock
flock 9
# The container `backup` has Postgres' programs and the owner's password.
in_backup() { docker compose exec -T backup "$@"; }
say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$1"; }
# While it is there, start-stopped.sh starts nothing: the database may be half of a dump.
unfinished=one-box/.restoring
explain() {
  [ ! -e "$unfinished" ] || cat >&2 <<END
The restore has failed. The services stay stopped, because the database may hold a part of the dump.
Run one-box/restore.sh again, with this dump or another one.
END
}
trap explain EXIT

docker compose up --detach --wait postgres redis
# Without --wait: it is unhealthy where the last dump is old, as after days without a database.
docker compose up --detach backup
say "reading $(basename "$file"), $(stat --format=%s "$file") bytes"
# Reads all of the file: another file, or half of a dump, stops no service.
in_backup pg_restore --file=/dev/null <"$file"
say "stopping the services"
touch "$unfinished"
docker compose stop caddy api worker
empty_database() {
  in_backup psql --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
    --command='drop database if exists waiter with (force)' --command='create database waiter'
}
# The dump's policies name roles, which a new box does not have yet: a migration creates them.
empty_database
docker compose run --rm migrate
empty_database
say "restoring; a large dump takes some minutes"
in_backup pg_restore --dbname=waiter --no-owner --no-privileges --exit-on-error <"$file"
say "migrating"
# Grants, and this release's schema if the dump is older.
docker compose run --rm migrate
# A new epoch: every screen loads a new snapshot, and takes no new event for a duplicate.
docker compose run --rm --no-deps api epoch bump
rm "$unfinished"
say "starting the services"
docker compose up --detach
docker compose up --detach --wait caddy worker
echo "restored $(basename "$file")"
