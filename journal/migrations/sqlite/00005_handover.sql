-- The default is for the release before, which does not fill the column.

-- +goose Up
-- What the process after this one must know, as the notifier writes it: when the
-- latest requests were answered, which the platform goes on counting.
ALTER TABLE destinations ADD COLUMN handover TEXT NOT NULL DEFAULT '';
