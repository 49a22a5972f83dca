-- +goose Up
CREATE TABLE entries (
  seq      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL,
  type     TEXT NOT NULL,
  subject  TEXT NOT NULL,
  object   TEXT NOT NULL,
  brief    TEXT NOT NULL,
  at       INTEGER NOT NULL,
  received INTEGER NOT NULL,
  body     BLOB NOT NULL
);
-- Ids are random to their last character: the last twelve find a row as well
-- as the whole and take a quarter of the room.
CREATE INDEX entries_id ON entries (SUBSTR(id, LENGTH(id) - 11));
CREATE INDEX entries_subject ON entries (SUBSTR(subject, LENGTH(subject) - 11));
CREATE INDEX entries_object ON entries (SUBSTR(object, LENGTH(object) - 11));
-- All that counting what waits has to read: entries themselves hold bodies.
CREATE INDEX entries_waiting ON entries (seq, type, received);

CREATE TABLE head (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  last   INTEGER NOT NULL,
  probed INTEGER NOT NULL DEFAULT 0
);
INSERT INTO head (id, last) VALUES (1, 0);

CREATE TABLE destinations (
  name        TEXT PRIMARY KEY,
  cursor      INTEGER NOT NULL,
  delivered   INTEGER NOT NULL DEFAULT 0,
  error       TEXT NOT NULL DEFAULT '',
  error_at    INTEGER NOT NULL DEFAULT 0,
  parked_code TEXT NOT NULL DEFAULT '',
  parked_at   INTEGER NOT NULL DEFAULT 0,
  retry_at    INTEGER NOT NULL DEFAULT 0
);

-- message is NULL where the platform cannot edit: NULLs are not unique.
-- owed is the number of the news that the message does not tell yet.
CREATE TABLE cards (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  message     TEXT,
  slot        INTEGER NOT NULL,
  line        BOOLEAN NOT NULL,
  posted      INTEGER NOT NULL,
  born        INTEGER NOT NULL,
  shown       INTEGER NOT NULL,
  told        INTEGER NOT NULL,
  owed        INTEGER,
  UNIQUE (destination, message, slot)
);
CREATE INDEX cards_subject ON cards (subject, destination, id);
CREATE INDEX cards_owed ON cards (destination, owed) WHERE owed IS NOT NULL;

CREATE TABLE again (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  UNIQUE (destination, subject)
);
CREATE INDEX again_subject ON again (subject);
CREATE INDEX again_order ON again (destination, id);

CREATE TABLE refused (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  headline    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  UNIQUE (destination, subject, seq)
);
CREATE INDEX refused_subject ON refused (subject);

CREATE TABLE secrets (
  key   TEXT PRIMARY KEY,
  value BLOB NOT NULL
);
