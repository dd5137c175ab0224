"""``feedback``: which items people liked least, and what they said."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from actions.authoring.app import AsJson, app, console, failing_clearly, tell_json
from actions.records.records import Records
from actions.rules.database import open_engine
from actions.settings import Settings

RecordsUrl = Annotated[str | None, typer.Option("--records", help="Database URL (default: QIAO_RECORDS_URL or var/records.db).")]


@app.command()
def feedback(
    database: Annotated[
        str | None, typer.Option("--records", help="Database URL (default: QIAO_RECORDS_URL or var/records.db).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the items that people rated, the worst first, with their words."""
    with failing_clearly(as_json):
        rated = Records(open_engine(database or Settings.from_environment().records_url)).rated()
    if as_json:
        tell_json([{"item": r.item, "negative": r.negative, "positive": r.positive, "words": list(r.words)} for r in rated])
        return
    table = Table("item", "bad", "good", "words", title=f"{len(rated)} items were rated")
    for item in rated:
        table.add_row(item.item, str(item.negative), str(item.positive), "\n".join(item.words))
    console.print(table)
