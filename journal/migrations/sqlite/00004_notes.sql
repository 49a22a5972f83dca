-- +goose Up
-- What the bridge remembers about itself, such as when it was last alive.
CREATE TABLE notes (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- When a job is to look at a subject again.
CREATE TABLE due (
  job     TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (job, subject)
);
