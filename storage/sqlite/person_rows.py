"""Reads and writes the rows of people: their keys and their revisions."""

import apsw

from brain.ids import PersonId
from storage.sqlite.schema import REVISION


def key_of_person(db: apsw.Connection, person_id: PersonId) -> int | None:
    """Return the key of a person's rows; None where the person is not known."""
    key: int | None = db.execute("SELECT key FROM people WHERE id = ?", (person_id,)).get
    return key


def ensure_person(db: apsw.Connection, person_id: PersonId) -> int:
    """Return the key of a person's rows; create the person where they are not known."""
    key = key_of_person(db, person_id)
    if key is None:
        key = db.execute(
            "INSERT INTO people (id, name, zone, revision) VALUES (?, '', 'UTC', ?) RETURNING key",
            (person_id, first_revision(db)),
        ).get
    assert key is not None  # noqa: S101 INSERT ... RETURNING gives a row
    return key


def first_revision(db: apsw.Connection) -> int:
    """Return the revision of a person who is not known."""
    return int(db.execute("SELECT value FROM meta WHERE name = ?", (REVISION,)).get or 0)


def revision_of(db: apsw.Connection, person_id: PersonId) -> int:
    """Return a person's revision (`brain.ports.derivations.Derivations.revision`)."""
    found = db.execute("SELECT revision FROM people WHERE id = ?", (person_id,)).get
    return first_revision(db) if found is None else int(found)


def bump_revision(db: apsw.Connection, person_id: PersonId) -> None:
    """Count a change, so that what is being derived from the person's memories is discarded."""
    db.execute("UPDATE people SET revision = revision + 1 WHERE id = ?", (person_id,))


def retire_revision(db: apsw.Connection, key: int) -> None:
    """Let new people begin above a person's revision, so that no job for that person fits them."""
    last = db.execute("SELECT revision FROM people WHERE key = ?", (key,)).get
    after = max(last + 1, first_revision(db))
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (REVISION, str(after)))
