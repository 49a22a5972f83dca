-- +goose Up
CREATE TABLE polarbell.entries (
  seq      BIGINT PRIMARY KEY,
  id       TEXT NOT NULL,
  type     TEXT NOT NULL,
  subject  TEXT NOT NULL,
  object   TEXT NOT NULL,
  brief    TEXT NOT NULL,
  at       BIGINT NOT NULL,
  received BIGINT NOT NULL,
  body     BYTEA NOT NULL
);
-- Ids are random to their last character: the last twelve find a row as well
-- as the whole and take a quarter of the room.
CREATE INDEX entries_id ON polarbell.entries (SUBSTR(id, LENGTH(id) - 11));
CREATE INDEX entries_subject ON polarbell.entries (SUBSTR(subject, LENGTH(subject) - 11), seq);
CREATE INDEX entries_object ON polarbell.entries (SUBSTR(object, LENGTH(object) - 11), seq);
-- All that counting what waits has to read: entries themselves hold bodies.
CREATE INDEX entries_waiting ON polarbell.entries (seq, type, received);

CREATE TABLE polarbell.head (
  id     BIGINT PRIMARY KEY CHECK (id = 1),
  last   BIGINT NOT NULL,
  probed BIGINT NOT NULL DEFAULT 0
);
INSERT INTO polarbell.head (id, last) VALUES (1, 0);

CREATE TABLE polarbell.destinations (
  name        TEXT PRIMARY KEY,
  cursor      BIGINT NOT NULL,
  delivered   BIGINT NOT NULL DEFAULT 0,
  error       TEXT NOT NULL DEFAULT '',
  error_at    BIGINT NOT NULL DEFAULT 0,
  parked_code TEXT NOT NULL DEFAULT '',
  parked_at   BIGINT NOT NULL DEFAULT 0,
  retry_at    BIGINT NOT NULL DEFAULT 0
);

-- message is NULL where the platform cannot edit: NULLs are not unique.
-- owed is the number of the news that the message does not tell yet.
CREATE TABLE polarbell.cards (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  message     TEXT,
  slot        BIGINT NOT NULL,
  line        BOOLEAN NOT NULL,
  posted      BIGINT NOT NULL,
  born        BIGINT NOT NULL,
  shown       BIGINT NOT NULL,
  told        BIGINT NOT NULL,
  owed        BIGINT,
  UNIQUE (destination, message, slot)
);
CREATE INDEX cards_subject ON polarbell.cards (subject, destination, id);
CREATE INDEX cards_owed ON polarbell.cards (destination, owed) WHERE owed IS NOT NULL;

CREATE TABLE polarbell.again (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  UNIQUE (destination, subject)
);
CREATE INDEX again_subject ON polarbell.again (subject);
CREATE INDEX again_order ON polarbell.again (destination, id);

CREATE TABLE polarbell.refused (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  headline    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at          BIGINT NOT NULL,
  UNIQUE (destination, subject, seq)
);
CREATE INDEX refused_subject ON polarbell.refused (subject);

CREATE TABLE polarbell.secrets (
  key   TEXT PRIMARY KEY,
  value BYTEA NOT NULL
);

-- until is in microseconds of the server's clock; term counts the holders.
CREATE TABLE polarbell.lease (
  id     BIGINT PRIMARY KEY CHECK (id = 1),
  holder TEXT NOT NULL,
  term   BIGINT NOT NULL,
  until  BIGINT NOT NULL
);
INSERT INTO polarbell.lease (id, holder, term, until) VALUES (1, '', 0, 0);
