-- +goose Up
-- The message of a day that the card is part of, '' for a message of its own.
ALTER TABLE messages ADD COLUMN day TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_day ON messages (destination, day) WHERE day <> '';
