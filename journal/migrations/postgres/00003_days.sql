-- The defaults are for the release before, which does not fill the columns.

-- +goose Up
ALTER TABLE polarbell.entries ADD COLUMN api_version TEXT NOT NULL DEFAULT '';
ALTER TABLE polarbell.entries ADD COLUMN organization TEXT NOT NULL DEFAULT '';
-- The message of a day that the card is part of, '' for a message of its own.
ALTER TABLE polarbell.messages ADD COLUMN day TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_day ON polarbell.messages (destination, day) WHERE day <> '';
