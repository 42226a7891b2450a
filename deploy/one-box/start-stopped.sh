#!/usr/bin/env bash
# Starts every service of this box whose container has stopped. waiter.timer runs it every minute:
# Docker restarts a process that died, but not a container that `docker kill` ended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# A restore stops services on purpose.
exec 9>one-box/.lock
flock --nonblock 9 || exit 0
stopped=$(docker compose ps --all --status exited --services)
failed=0
# A service that cannot start, such as Caddy while another program has its port, delays no other.
for service in $stopped; do
  [ "$service" = migrate ] || docker compose up --detach --no-build --no-deps "$service" || failed=1
done
exit "$failed"
