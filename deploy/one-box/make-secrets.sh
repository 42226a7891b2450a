#!/usr/bin/env bash
# Makes the secrets and settings of a new box, once:
#   one-box/make-secrets.sh example.com you@example.com
# Writes deploy/.env (settings) and one-box/secrets/ (secrets, readable by this user only). Each
# service receives its own file: signing keys only the api, database URLs never the gateway.
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 DOMAIN EMAIL" >&2; exit 2; }
domain=$1 email=$2
[[ $domain =~ ^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$ ]] ||
  { echo "$domain is not a domain in lower case, such as example.com" >&2; exit 2; }
[[ $email =~ ^[^[:space:]@]+@[^[:space:]@]+$ ]] ||
  { echo "$email is not an e-mail address" >&2; exit 2; }
command -v openssl >/dev/null ||
  { echo "openssl is missing: apt-get install openssl" >&2; exit 1; }
box=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
secrets=$box/secrets
settings=$(cd "$box/.." && pwd)/.env
[ ! -e "$secrets" ] ||
  {
    echo "$secrets exists: new secrets would lock the existing data. Nothing was changed." >&2
    exit 1
  }
[ ! -e "$settings" ] ||
  {
    echo "$settings exists, without $secrets. Nothing was changed." >&2
    echo "If the box has data, copy its secrets there. For a new box move .env away, run" >&2
    echo "this again, and append the old file's other lines, such as WAITER_HTTP_PORT." >&2
    exit 1
  }

umask 077
new() { openssl rand -hex 24; }
owner=$(new) app=$(new) relay=$(new) redis=$(new) internal=$(new) platform=$(new)
private=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
public=$(openssl pkey -pubout <<<"$private")
# One line, as an env file needs it; the services read \n as a line break.
line() { printf '%s' "${1//$'\n'/\\n}"; }

part=$(mktemp -d "$box/.secrets-XXXXXX")
trap 'rm -rf "$part"' EXIT
stores="DATABASE_URL=postgres://waiter_app:$app@postgres:5432/waiter"
relays="RELAY_DATABASE_URL=postgres://waiter_relay:$relay@postgres:5432/waiter"
queues="REDIS_URL=redis://:$redis@redis:6379"
echo "POSTGRES_PASSWORD=$owner" >"$part/postgres.env"
echo "PGPASSWORD=$owner" >"$part/backup.env"
migration="MIGRATION_DATABASE_URL=postgres://waiter_owner:$owner@postgres:5432/waiter"
printf '%s\n' "$stores" "$relays" "$migration" >"$part/migrate.env"
printf '%s\n' "$stores" "$queues" "INTERNAL_TOKEN=$internal" "PLATFORM_ADMIN_TOKEN=$platform" \
  "JWT_PRIVATE_KEYS='$(line "$private")'" "JWT_PUBLIC_KEYS='$(line "$public")'" >"$part/api.env"
printf '%s\n' "$queues" "INTERNAL_TOKEN=$internal" \
  "JWT_PUBLIC_KEYS='$(line "$public")'" >"$part/gateway.env"
printf '%s\n' "$stores" "$relays" "$queues" >"$part/worker.env"
echo "REDISCLI_AUTH=$redis" >"$part/redis.env"
"$box/make-push-keys.sh" "$email" "$part"
mkdir -p "$box/backups"
cat >"$settings" <<END
# Settings of this box. Docker Compose reads this file in the folder deploy/.
COMPOSE_FILE=compose.production.yaml
WAITER_DOMAIN=$domain
WAITER_ACME_EMAIL=$email
WAITER_USER=$(id -u):$(id -g)
END
mv "$part" "$secrets"
trap - EXIT
echo "Made $secrets and $settings. Keep a copy of both outside this machine."
