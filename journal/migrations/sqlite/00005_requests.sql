-- The default is for the release before, which does not fill the column.

-- +goose Up
-- When the latest requests were answered: the platform goes on counting them
-- when the process ends. What it holds is the notifier's.
ALTER TABLE destinations ADD COLUMN requests TEXT NOT NULL DEFAULT '';
