#!/usr/bin/env bash
# Replaces the database of this box by a dump:  one-box/restore.sh one-box/backups/waiter-....dump
# Run it in the folder deploy/. Works on an empty box too. The dump is restored beside the database,
# which is replaced by a rename once all of the dump is in: a bad dump changes nothing. The services
# stop for the rename only. Guests wait meanwhile; their pages retry.
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
sql() { in_backup psql --dbname="$1" --quiet --set=ON_ERROR_STOP=1 "${@:2}"; }
say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$1"; }
# Runs a command of Waiter on the copy. The URLs have passwords: Compose reads them from the
# environment, because others can read arguments.
on_copy() (
  variables=()
  while IFS='=' read -r name url; do
    [[ $url == */waiter ]] ||
      { echo "$name in one-box/secrets/migrate.env does not end with /waiter" >&2; exit 1; }
    export "$name=${url}_restored"
    variables+=(--env "$name")
  done < <(grep '^[A-Z_]*DATABASE_URL=' one-box/secrets/migrate.env)
  # Without one of them a command would work on the database in use.
  [ ${#variables[@]} = 6 ] ||
    { echo "one-box/secrets/migrate.env does not name the three database URLs" >&2; exit 1; }
  docker compose run --rm "${variables[@]}" migrate "$@"
)
empty_copy() {
  sql postgres --command='drop database if exists waiter_restored with (force)' \
    --command='create database waiter_restored'
}
part=copy
explain() {
  [ "$part" != done ] || return 0
  echo "The restore of $file has failed; the cause is above." >&2
  case $part in
    copy)
      echo "Nothing was changed: the database is as it was before." >&2
      sql postgres --command='drop database if exists waiter_restored with (force)' || true ;;
    rename)
      echo "The database is as it was before. Starting the services again." >&2
      docker compose up --detach || true ;;
    start)
      cat >&2 <<END
The dump is in the database, but not every service runs: see docker compose ps --all.
The data before it is in the database waiter_replaced until the next restore.
END
  esac
}
trap explain EXIT

docker compose up --detach --wait postgres redis
# Without --wait: it is unhealthy where the last dump is old, as after days without a database.
docker compose up --detach backup
say "reading $(basename "$file"), $(stat --format=%s "$file") bytes"
in_backup pg_restore --file=/dev/null <"$file"
# The dump's policies name roles, which a new box does not have yet: a migration creates them.
empty_copy
on_copy
empty_copy
say "restoring into a second database; a large dump takes some minutes"
in_backup pg_restore --dbname=waiter_restored --no-owner --no-privileges --exit-on-error <"$file"
# A dump of another program has no such table.
sql waiter_restored --output=/dev/null --command='select from pgmigrations limit 1'
say "migrating"
# Grants, and this release's schema if the dump is older.
on_copy
# A new epoch: every screen loads a new snapshot, and takes no new event for a duplicate.
on_copy epoch bump
say "stopping the services"
part=rename
docker compose stop caddy api worker
# One transaction: a power cut leaves the old database or the new one.
sql postgres --command='drop database if exists waiter_replaced with (force)'
sql postgres --single-transaction --output=/dev/null <<'END'
select pg_terminate_backend(pid) from pg_stat_activity
  where datname in ('waiter', 'waiter_restored');
select 'alter database waiter rename to waiter_replaced'
  from pg_database where datname = 'waiter' \gexec
alter database waiter_restored rename to waiter;
END
part=start
say "starting the services"
docker compose up --detach
docker compose up --detach --wait caddy worker
part=done
sql postgres --command='drop database if exists waiter_replaced with (force)'
echo "restored $(basename "$file")"
