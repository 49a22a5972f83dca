-- The tables cards, again and refused stay as they are, so that the release
-- before can open the journal again. The next release drops them.

-- +goose Up
-- One row per card in a message of a destination.
CREATE TABLE messages (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,    -- '': posted by a release that had no keys
  kind        TEXT NOT NULL,
  message     TEXT,             -- the platform's reference; NULL: it cannot be edited
  position    INTEGER NOT NULL, -- of the card in the message
  posted      INTEGER NOT NULL,
  newest      INTEGER NOT NULL, -- the newest entry that the card is made of
  fingerprint TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  due         INTEGER,          -- when the message is to be brought in line with its card; NULL: it is in line
  UNIQUE (destination, message, position),
  -- NULLs are not unique: this makes a repeated settlement harmless for rows without a reference.
  UNIQUE (destination, subject, key, posted, position)
);
CREATE INDEX messages_subject ON messages (subject, destination, id);
CREATE INDEX messages_due ON messages (destination, due) WHERE due IS NOT NULL;
INSERT INTO messages
  (destination, subject, key, kind, message, position, posted, newest, fingerprint, outcome, due)
  SELECT destination, subject, '', CASE WHEN line THEN 'line' ELSE '' END, message, slot, posted, born, '', '',
    CASE WHEN owed IS NOT NULL AND message IS NOT NULL THEN posted END
  FROM cards WHERE TRUE ORDER BY id ON CONFLICT DO NOTHING;

-- What a destination is to post again.
CREATE TABLE replays (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  requested   INTEGER NOT NULL,
  UNIQUE (destination, subject, key, seq)
);
CREATE INDEX replays_order ON replays (destination, id);
CREATE INDEX replays_subject ON replays (subject);
INSERT INTO replays (destination, subject, key, seq, requested)
  SELECT destination, subject, '', seq, CAST(STRFTIME('%s', 'now') AS INTEGER) * 1000000 FROM again ORDER BY id;

-- Cards that a destination did not take.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  headline    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  UNIQUE (destination, subject, key, seq)
);
CREATE INDEX dead_letters_subject ON dead_letters (subject);
INSERT INTO dead_letters (destination, subject, key, seq, headline, reason, at)
  SELECT destination, subject, '', seq, headline, reason, at FROM refused ORDER BY id;
