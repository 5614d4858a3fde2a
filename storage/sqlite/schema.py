"""The tables, built up by migrations: one a version, applied in order, never edited.

people      who is known; `alive` counts their recallable memories, `words` and `reply_words` the
            terms of these; `centre` is the mean of their vectors once they have many (see
            `search`); `revision` counts changes, and a new person
            begins above every person who was erased, so that no revision occurs twice
memories    one row for each memory, living or archived; the other tables follow from it
recallable  one narrow row for each living memory that recall searches, with all that a search
            filters by; a person's rows are stored together; `words` counts the terms of the
            message, and `reply_words` those of the reply
vectors     the embedding of a memory, float32
terms       the full-text index (FTS5), with a column for messages and one for replies. Each term is
            prefixed with its person's key, so that a search reads the postings of that person
            alone, and takes no longer however many other people there are; `vocabulary` and
            `postings` are FTS5's own views of it
conversations  which process answers a person in a place now, and which is next
claims      what may happen only once, such as handling an update of a platform, until it expires
stale_days  days whose turns changed since they were summarised; each change has a new number
key_values  texts and counters of a person, place or community
meta        the embedder and the constants that the stored vectors and times were computed with, the
            version of the terms, and where the revisions of new people begin (see `people`)

Times are whole milliseconds since 1970 (UTC); strengths are days.
"""

SMALLEST_FILE = 512
"""The bytes of SQLite's smallest page: a shorter file that is not empty is no SQLite file."""
APPLICATION_ID = 0x53464D31
"""The mark of siliconfriend's files ("SFM1") in SQLite's header."""
REVISION = "revision"
"""The name in `meta` of the revision that a new person begins with; 0 where there is none."""
TERMS = "terms"
"""The name in `meta` of the `TERMS_VERSION` that all terms are of; 1 where there is none.

While the terms of an older file are updated it is `version/key`, with the key of the last memory
that was updated."""
ERASED = "erased"
"""The name in `meta` that is set from an erasure until its traces are purged, because a process may
die in between."""

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

    CREATE TABLE people (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      zone TEXT NOT NULL,
      language TEXT,
      alive INTEGER NOT NULL DEFAULT 0,
      centre BLOB
    ) STRICT;

    CREATE TABLE memories (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      person INTEGER NOT NULL REFERENCES people(key),
      place TEXT NOT NULL,
      private INTEGER NOT NULL,
      kind TEXT NOT NULL,
      text TEXT NOT NULL,
      reply TEXT,
      said_at INTEGER NOT NULL,
      zone TEXT NOT NULL,
      language TEXT NOT NULL,
      importance REAL NOT NULL,
      strength REAL NOT NULL,
      last_recalled INTEGER NOT NULL,
      recalls INTEGER NOT NULL,
      pinned INTEGER NOT NULL,
      fades_at INTEGER NOT NULL,
      forgotten_at INTEGER NOT NULL,
      archived_at INTEGER,
      sources TEXT NOT NULL,
      finished INTEGER NOT NULL,
      embedded INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX memories_by_day ON memories(person, said_at, key);
    CREATE INDEX memories_by_place ON memories(person, place, said_at, key) WHERE kind = 'turn';
    CREATE INDEX memories_due ON memories(forgotten_at) WHERE archived_at IS NULL;
    CREATE INDEX memories_archived ON memories(archived_at) WHERE archived_at IS NOT NULL;
    CREATE INDEX memories_unembedded ON memories(key) WHERE embedded = 0 AND archived_at IS NULL;

    CREATE TABLE recallable (
      person INTEGER NOT NULL,
      memory INTEGER NOT NULL,
      place TEXT NOT NULL,
      private INTEGER NOT NULL,
      fades_at INTEGER NOT NULL,
      words INTEGER,
      bits BLOB,
      PRIMARY KEY (person, memory)
    ) WITHOUT ROWID, STRICT;
    CREATE TRIGGER recallable_added AFTER INSERT ON recallable BEGIN
      UPDATE people SET alive = alive + 1 WHERE key = new.person;
    END;
    CREATE TRIGGER recallable_removed AFTER DELETE ON recallable BEGIN
      UPDATE people SET alive = alive - 1 WHERE key = old.person;
    END;

    CREATE TABLE vectors (memory INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;

    CREATE VIRTUAL TABLE terms USING fts5(words, tokenize = 'ascii');
    INSERT INTO terms(terms, rank) VALUES ('secure-delete', 1);
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, row);
    CREATE VIRTUAL TABLE postings USING fts5vocab(terms, instance);
    """,
    """
    CREATE TABLE conversations (
      person TEXT NOT NULL,
      place TEXT NOT NULL,
      holder TEXT,
      held_until INTEGER NOT NULL,
      next TEXT,
      next_until INTEGER NOT NULL,
      PRIMARY KEY (person, place)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE claims (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID, STRICT;
    CREATE INDEX claims_by_end ON claims(until);
    """,
    """
    ALTER TABLE people ADD COLUMN same_as TEXT;
    ALTER TABLE people ADD COLUMN accounts TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE people ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE memories ADD COLUMN period TEXT NOT NULL DEFAULT '';
    ALTER TABLE memories ADD COLUMN ended_at INTEGER;
    ALTER TABLE memories ADD COLUMN ended_by TEXT;
    CREATE INDEX memories_derived ON memories(person, said_at, key, kind) WHERE kind <> 'turn';
    DROP INDEX memories_unembedded;
    CREATE INDEX memories_unembedded ON memories(key)
      WHERE embedded = 0 AND archived_at IS NULL AND kind IN ('day', 'fact', 'turn');

    CREATE TABLE stale_days (
      change INTEGER PRIMARY KEY AUTOINCREMENT,
      person INTEGER NOT NULL,
      day TEXT NOT NULL,
      private INTEGER NOT NULL,
      place TEXT NOT NULL,
      UNIQUE (person, day, private, place)
    ) STRICT;
    INSERT INTO stale_days (person, day, private, place)
      SELECT person, local_day(said_at, zone), private, iif(private, '', place) FROM memories
      WHERE kind = 'turn' AND archived_at IS NULL GROUP BY 1, 2, 3, 4 ORDER BY max(said_at);

    CREATE TABLE notes (
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      until INTEGER,
      PRIMARY KEY (owner, name)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX notes_by_end ON notes(until) WHERE until IS NOT NULL;
    """,
    "CREATE INDEX memories_in_archive ON memories(person) WHERE archived_at IS NOT NULL;",
    """
    ALTER TABLE notes RENAME TO key_values;
    DROP INDEX notes_by_end;
    CREATE INDEX key_values_by_end ON key_values(until) WHERE until IS NOT NULL;
    """,
    """
    CREATE VIRTUAL TABLE fields USING fts5(words, reply, tokenize = 'ascii');
    INSERT INTO fields(fields, rank) VALUES ('secure-delete', 1);
    INSERT INTO fields (rowid, words, reply) SELECT rowid, words, '' FROM terms;
    DROP TABLE vocabulary;
    DROP TABLE postings;
    DROP TABLE terms;
    ALTER TABLE fields RENAME TO terms;
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, row);
    CREATE VIRTUAL TABLE postings USING fts5vocab(terms, instance);

    ALTER TABLE recallable ADD COLUMN reply_words INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE people ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE people ADD COLUMN reply_words INTEGER NOT NULL DEFAULT 0;
    UPDATE people SET words =
      (SELECT ifnull(sum(words), 0) FROM recallable WHERE person = people.key);
    DROP TRIGGER recallable_added;
    DROP TRIGGER recallable_removed;
    CREATE TRIGGER recallable_added AFTER INSERT ON recallable BEGIN
      UPDATE people SET alive = alive + 1, words = words + ifnull(new.words, 0),
        reply_words = reply_words + new.reply_words WHERE key = new.person;
    END;
    CREATE TRIGGER recallable_counted AFTER UPDATE OF words, reply_words ON recallable BEGIN
      UPDATE people SET words = words + ifnull(new.words, 0) - ifnull(old.words, 0),
        reply_words = reply_words + new.reply_words - old.reply_words WHERE key = new.person;
    END;
    CREATE TRIGGER recallable_removed AFTER DELETE ON recallable BEGIN
      UPDATE people SET alive = alive - 1, words = words - ifnull(old.words, 0),
        reply_words = reply_words - old.reply_words WHERE key = old.person;
    END;
    """,
)
