#!/bin/sh
# Runs once, when the database is made: the owner of the tables, and a role for each kind of server that owns nothing.
set -eu
secret() { cat "/run/secrets/$1"; }
psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \
  --set owner="$(secret owner_password)" --set assistant="$(secret assistant_password)" --set actions="$(secret actions_password)" <<'SQL'
CREATE ROLE qiao_owner LOGIN PASSWORD :'owner';
CREATE ROLE qiao_assistant LOGIN PASSWORD :'assistant';
CREATE ROLE qiao_actions LOGIN PASSWORD :'actions';
ALTER DATABASE qiao OWNER TO qiao_owner;
SQL
