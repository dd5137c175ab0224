#!/usr/bin/env bash
# Makes the secrets of compose.yml in var/compose, each once; those that are there stay as they are. With "kubernetes" also
# writes them where the self-contained overlay reads them (deploy/kubernetes/overlays/self-contained/secrets).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=var/compose
umask 077
mkdir -p "$folder"
keep() { [ -s "$folder/$1" ] || printf '%s' "$2" > "$folder/$1"; }
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
get() { cat "$folder/$1"; }
for name in postgres_password owner_password assistant_password actions_password redis_password session_secret; do
  keep "$name" "$(random)"
done
keep owner_url "postgresql://qiao_owner:$(get owner_password)@postgres:5432/qiao"
keep conversations_url "postgresql://qiao_assistant:$(get assistant_password)@postgres:5432/qiao"
keep actions_url "postgresql://qiao_actions:$(get actions_password)@postgres:5432/qiao"
keep redis_url "redis://:$(get redis_password)@redis:6379/0"
# Compose mounts these files as they are, and the containers' users are not their owner; the folder itself stays closed
chmod 0644 "$folder"/*
echo "The secrets are in $folder."
[ "${1:-}" = kubernetes ] || exit 0
overlay=deploy/kubernetes/overlays/self-contained/secrets
mkdir -p "$overlay"
write() { printf '%s\n' "${@:2}" > "$overlay/$1.env"; }
write assistant "QIAO_CONVERSATIONS_URL=$(get conversations_url)" "QIAO_REDIS_URL=$(get redis_url)" \
  "QIAO_SESSION_SECRET=$(get session_secret)"
write actions "QIAO_RULES_URL=$(get actions_url)" "QIAO_RECORDS_URL=$(get actions_url)"
write owner "QIAO_CONVERSATIONS_URL=$(get owner_url)" "QIAO_RULES_URL=$(get owner_url)" "QIAO_RECORDS_URL=$(get owner_url)"
for name in postgres owner assistant actions; do echo "${name}_password=$(get "${name}_password")"; done > "$overlay/postgres.env"
write redis "redis_password=$(get redis_password)"
echo "They are also in $overlay."
