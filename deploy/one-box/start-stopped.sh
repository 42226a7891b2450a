#!/usr/bin/env bash
# Starts every service of this box whose container has stopped, or was made 15 minutes ago and never
# started. waiter.timer runs it every minute: Docker restarts a process that died, but neither a
# container that `docker kill` ended nor one of an upgrade that a power cut interrupted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# A restore stops services on purpose.
exec 9>one-box/.lock
flock --nonblock 9 || exit 0
stopped=$(docker compose ps --all --status exited --services)
made=$(docker compose ps --all --status created --quiet)
failed=0
# A service that cannot start, such as Caddy while another program has its port, delays no other.
start() { docker compose up --detach --no-build --no-deps "$1" || failed=1; }
for service in $stopped; do
  [ "$service" = migrate ] || start "$service"
done
# A younger one belongs to a `docker compose up` that is under way: it waits for the migration.
long_ago=$(date -d "15 minutes ago" +%s)
of_container='{{.Created}} {{index .Config.Labels "com.docker.compose.service"}}'
for id in $made; do
  read -r at service < <(docker inspect --format "$of_container" "$id")
  [ "$(date -d "$at" +%s)" -gt "$long_ago" ] || start "$service"
done
exit "$failed"
