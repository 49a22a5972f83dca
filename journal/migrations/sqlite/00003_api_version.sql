-- +goose Up
-- The default is for the release before, which does not fill the column.
ALTER TABLE entries ADD COLUMN api_version TEXT NOT NULL DEFAULT '';
