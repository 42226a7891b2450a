#!/usr/bin/env bash
# Makes the keys of push notifications, once, so that locked phones ring:
#   one-box/make-push-keys.sh you@example.com
# make-secrets.sh calls it for a new box, with the folder of the secrets. A box that an earlier
# release made has none: run it in the folder deploy/, then `docker compose up --detach`.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 EMAIL" >&2; exit 2; }
email=$1
secrets=${2:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets}
[[ $email =~ ^[^[:space:]@]+@[^[:space:]@]+$ ]] ||
  { echo "$email is not an e-mail address" >&2; exit 2; }
# Each device subscribes to one key: a new one would end every subscription.
! grep --quiet '^VAPID_' "$secrets/api.env" ||
  { echo "$secrets has keys of push notifications. Nothing was changed." >&2; exit 1; }
# A run that was interrupted between its two files is finished with the same keys.
if grep '^VAPID_PUBLIC_KEY=' "$secrets/worker.env" >>"$secrets/api.env"; then exit; fi

pair=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
# PKCS #8 of this curve has 138 bytes: the private number is 36 to 68, the public point the last 65.
der() { openssl pkcs8 -topk8 -nocrypt -outform DER <<<"$pair"; }
base64url() { base64 --wrap=0 | tr '+/' '-_' | tr -d '='; }
public=$(der | tail --bytes=65 | base64url)
private=$(der | head --bytes=68 | tail --bytes=32 | base64url)
printf 'VAPID_%s\n' "PUBLIC_KEY=$public" "PRIVATE_KEY=$private" "SUBJECT=mailto:$email" \
  >>"$secrets/worker.env"
echo "VAPID_PUBLIC_KEY=$public" >>"$secrets/api.env"
