-- The tables cards, again and refused stay as they are, so that the release
-- before can open the journal again. The next release drops them.

-- +goose Up
-- One row per card in a message of a destination.
CREATE TABLE polarbell.messages (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,   -- '': posted by a release that had no keys
  kind        TEXT NOT NULL,
  message     TEXT,            -- the platform's reference; NULL: it cannot be edited
  position    BIGINT NOT NULL, -- of the card in the message
  posted      BIGINT NOT NULL,
  newest      BIGINT NOT NULL, -- the newest entry that the card is made of
  fingerprint TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  due         BIGINT,          -- when the message is to be brought in line with its card; NULL: it is in line
  UNIQUE (destination, message, position),
  -- NULLs are not unique: this makes a repeated settlement harmless for rows without a reference.
  UNIQUE (destination, subject, key, posted, position)
);
CREATE INDEX messages_subject ON polarbell.messages (subject, destination, id);
CREATE INDEX messages_due ON polarbell.messages (destination, due) WHERE due IS NOT NULL;
INSERT INTO polarbell.messages
  (destination, subject, key, kind, message, position, posted, newest, fingerprint, outcome, due)
  SELECT destination, subject, '', CASE WHEN line THEN 'line' ELSE '' END, message, slot, posted, born, '', '',
    CASE WHEN owed IS NOT NULL AND message IS NOT NULL THEN posted END
  FROM polarbell.cards ORDER BY id ON CONFLICT DO NOTHING;

-- What a destination is to post again.
CREATE TABLE polarbell.replays (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  requested   BIGINT NOT NULL,
  UNIQUE (destination, subject, key, seq)
);
CREATE INDEX replays_order ON polarbell.replays (destination, id);
CREATE INDEX replays_subject ON polarbell.replays (subject);
INSERT INTO polarbell.replays (destination, subject, key, seq, requested)
  SELECT destination, subject, '', seq, CAST(EXTRACT(EPOCH FROM NOW()) * 1000000 AS BIGINT)
  FROM polarbell.again ORDER BY id;

-- Cards that a destination did not take.
CREATE TABLE polarbell.dead_letters (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination TEXT NOT NULL,
  subject     TEXT NOT NULL,
  key         TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  headline    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at          BIGINT NOT NULL,
  UNIQUE (destination, subject, key, seq)
);
CREATE INDEX dead_letters_subject ON polarbell.dead_letters (subject);
INSERT INTO polarbell.dead_letters (destination, subject, key, seq, headline, reason, at)
  SELECT destination, subject, '', seq, headline, reason, at FROM polarbell.refused ORDER BY id;
