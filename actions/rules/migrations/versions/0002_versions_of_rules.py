"""Rules and sources are stored once for each wording, and releases list them."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SOURCE_FIELDS = ("title", "publisher", "url", "published")
_RULE_FIELDS = {
    "topic": "topic",
    "kind": "kind",
    "weight": "weight",
    "legal": "legal",
    "as_of": "as_of",
    "checked_on": "checked_on",
    "review_by": "review_by",
    "confidence": "confidence",
    "status": "status",
    "outcome": "outcome",
    "when_json": "when",
    "unless_json": "unless",
    "overrides_json": "overrides",
    "title_json": "title",
    "companies_json": "companies",
    "related_topics_json": "related_topics",
    "lesson_json": "lesson",
}
"""Columns of the old table, and the author's name of the field, by which entries are digested."""


def upgrade() -> None:
    with op.batch_alter_table("releases") as releases:
        releases.add_column(sa.Column("note", sa.Text))
    source_versions = op.create_table(
        "source_versions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("published", sa.String(10)),
        sa.UniqueConstraint("source_id", "digest", name="uq_source_versions"),
    )
    rule_versions = op.create_table(
        "rule_versions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rule_id", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("text_zh", sa.Text, nullable=False),
        sa.Column("when_json", sa.JSON, nullable=False),
        sa.Column("unless_json", sa.JSON, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("overrides_json", sa.JSON, nullable=False),
        sa.Column("sources_json", sa.JSON, nullable=False),
        sa.Column("legal", sa.Boolean, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("checked_on", sa.String(10), nullable=False),
        sa.Column("review_by", sa.String(10), nullable=False),
        sa.Column("confidence", sa.String(6), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("title_json", sa.JSON),
        sa.Column("companies_json", sa.JSON, nullable=False),
        sa.Column("related_topics_json", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String(7)),
        sa.Column("lesson_json", sa.JSON),
        sa.UniqueConstraint("rule_id", "digest", name="uq_rule_versions"),
    )
    release_rules = op.create_table(
        "release_rules",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("rule_version_id", sa.Integer, sa.ForeignKey("rule_versions.id"), primary_key=True),
    )
    op.create_index("ix_release_rules_version", "release_rules", ["rule_version_id"])
    release_sources = op.create_table(
        "release_sources",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("source_version_id", sa.Integer, sa.ForeignKey("source_versions.id"), primary_key=True),
    )
    _move_sources(source_versions, release_sources)
    _move_rules(rule_versions, release_rules)
    _digest_releases([(source_versions, release_sources), (rule_versions, release_rules)])
    op.drop_table("rule_sources")
    op.drop_index("ix_rules_release_topic", table_name="rules")
    op.drop_table("rules")
    op.drop_table("sources")


def _move_sources(versions: sa.Table, memberships: sa.Table) -> None:
    connection = op.get_bind()
    old = sa.Table("sources", sa.MetaData(), autoload_with=connection)
    known: dict[tuple[str, str], int] = {}
    for row in connection.execute(sa.select(old).order_by(old.c.release_id, old.c.source_id)).mappings().all():
        values = {name: row[name] for name in _SOURCE_FIELDS}
        digest = _digest({"id": row["source_id"], **values})
        key = (row["source_id"], digest)
        if key not in known:
            known[key] = len(known) + 1
            connection.execute(versions.insert(), {"id": known[key], "source_id": key[0], "digest": digest, **values})
        connection.execute(memberships.insert(), {"release_id": row["release_id"], "source_version_id": known[key]})


def _move_rules(versions: sa.Table, memberships: sa.Table) -> None:
    connection = op.get_bind()
    old = sa.Table(
        "rules",
        sa.MetaData(),
        *(sa.Column(name, sa.JSON) for name in _RULE_FIELDS if name.endswith("_json")),
        autoload_with=connection,
    )
    citations = sa.Table("rule_sources", sa.MetaData(), autoload_with=connection)
    cited: dict[tuple[int, str], list[str]] = {}
    for row in connection.execute(sa.select(citations).order_by(citations.c.position)).mappings():
        cited.setdefault((row["release_id"], row["rule_id"]), []).append(row["source_id"])
    known: dict[tuple[str, str], int] = {}
    for row in connection.execute(sa.select(old).order_by(old.c.release_id, old.c.rule_id)).mappings().all():
        sources = cited.get((row["release_id"], row["rule_id"]), [])
        entry = {field: row[column] for column, field in _RULE_FIELDS.items()}
        entry |= {"id": row["rule_id"], "text": {"en": row["text_en"], "zh": row["text_zh"]}, "sources": sources}
        digest = _digest(entry)
        key = (row["rule_id"], digest)
        if key not in known:
            known[key] = len(known) + 1
            values = {column: row[column] for column in (*_RULE_FIELDS, "text_en", "text_zh")}
            values |= {"id": known[key], "rule_id": key[0], "digest": digest, "sources_json": sources}
            connection.execute(versions.insert(), values)
        connection.execute(memberships.insert(), {"release_id": row["release_id"], "rule_version_id": known[key]})


def _digest_releases(tables: list[tuple[sa.Table, sa.Table]]) -> None:
    """A release is now known by what it says, no longer by the bytes of the files that it came from."""
    connection = op.get_bind()
    releases = sa.Table("releases", sa.MetaData(), autoload_with=connection)
    for release_id in connection.execute(sa.select(releases.c.id)).scalars().all():
        digests: list[str] = []
        for versions, members in tables:
            version_id = next(column for column in members.c if column.name.endswith("_version_id"))
            query = sa.select(versions.c.digest).join(members, version_id == versions.c.id)
            digests += connection.execute(query.where(members.c.release_id == release_id)).scalars().all()
        whole = hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
        connection.execute(releases.update().where(releases.c.id == release_id).values(digest=whole))


def _digest(entry: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
