-- +goose Up
-- One row per order, kept beyond the deliveries: no names, no addresses.
CREATE TABLE orders (
  id           TEXT PRIMARY KEY,
  customer     TEXT NOT NULL,     -- a keyed hash; '': not known; '-': forgotten
  subscription TEXT NOT NULL,     -- likewise
  organization TEXT NOT NULL,
  product      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  currency     TEXT NOT NULL,
  total        INTEGER NOT NULL,  -- amounts are in the currency's smallest unit
  net          INTEGER NOT NULL,
  tax          INTEGER NOT NULL,
  fee          INTEGER,           -- NULL: not known
  refunded     INTEGER NOT NULL,
  country      TEXT NOT NULL,
  paid         INTEGER NOT NULL,  -- when; 0: not paid
  test         BOOLEAN NOT NULL,
  sale         BOOLEAN NOT NULL,  -- counts among the sales of its day
  state_at     INTEGER NOT NULL,  -- of the newest state
  seen_waiting BOOLEAN NOT NULL,
  seen_paid    INTEGER NOT NULL,  -- the oldest state that is paid; 0: none
  refunded_at  INTEGER NOT NULL   -- the oldest state with this sum of refunds; 0: none
);
-- All that a message asks of a customer.
CREATE INDEX orders_customer ON orders (customer, paid, id, subscription, currency, total, refunded, kind, organization)
  WHERE NOT test;
CREATE INDEX orders_paid ON orders (paid) WHERE NOT test;
CREATE INDEX orders_sales ON orders (paid, currency, total, organization) WHERE sale;

-- One row per refund. One with the id of its order is what the order says of
-- refunds that are not known themselves.
CREATE TABLE refunds (
  id           TEXT PRIMARY KEY,
  order_id     TEXT NOT NULL,
  customer     TEXT NOT NULL,
  organization TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount       INTEGER NOT NULL,  -- with tax
  succeeded    BOOLEAN NOT NULL,
  at           INTEGER NOT NULL,  -- 0: when is not known
  test         BOOLEAN NOT NULL,
  state_at     INTEGER NOT NULL
);
CREATE INDEX refunds_order ON refunds (order_id);
CREATE INDEX refunds_customer ON refunds (customer, at) WHERE customer NOT IN ('', '-');
CREATE INDEX refunds_at ON refunds (at);

-- How far the orders are made of the entries, and how many rows there are.
CREATE TABLE ledger (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  cursor INTEGER NOT NULL,
  rows   INTEGER NOT NULL
);
INSERT INTO ledger (id, cursor, rows) VALUES (1, 0, 0);

-- From when on all orders of an organization are known, and whether those of
-- before were imported.
CREATE TABLE coverage (
  organization TEXT PRIMARY KEY,
  since        INTEGER NOT NULL,
  imported     BOOLEAN NOT NULL
);

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

-- To list an organization's deliveries without reading those of the others:
-- the column stands behind the body. Where none is named it is empty.
CREATE INDEX entries_organization ON entries (organization, seq) WHERE organization <> '';
