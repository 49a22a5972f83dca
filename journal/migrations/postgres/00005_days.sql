-- +goose Up
-- The message of a day that the card is part of, '' for a message of its own.
ALTER TABLE polarbell.messages ADD COLUMN day TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_day ON polarbell.messages (destination, day) WHERE day <> '';
