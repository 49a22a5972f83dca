-- The defaults are for the release before, which does not fill the columns.

-- +goose Up
ALTER TABLE polarbell.entries ADD COLUMN api_version TEXT NOT NULL DEFAULT '';
ALTER TABLE polarbell.entries ADD COLUMN organization TEXT NOT NULL DEFAULT '';
-- The message of a day that the card is part of, '' for a message of its own.
ALTER TABLE polarbell.messages ADD COLUMN day TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_day ON polarbell.messages (destination, day) WHERE day <> '';

-- Since when a destination fails, when the others were told, and the post of
-- which nobody knows whether it arrived: when it was tried first and last, how
-- often, and the entry up to which it is made.
ALTER TABLE polarbell.destinations ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polarbell.destinations ADD COLUMN unreachable_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polarbell.destinations ADD COLUMN doubt_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polarbell.destinations ADD COLUMN doubt_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polarbell.destinations ADD COLUMN doubt_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polarbell.destinations ADD COLUMN doubt_head BIGINT NOT NULL DEFAULT 0;
