-- +goose Up
-- One row per order, kept beyond the deliveries: no names, no addresses.
CREATE TABLE polarbell.orders (
  id           TEXT PRIMARY KEY,
  customer     TEXT NOT NULL,     -- a keyed hash; '': not known; '-': forgotten
  subscription TEXT NOT NULL,     -- likewise
  organization TEXT NOT NULL,
  product      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  currency     TEXT NOT NULL,
  total        BIGINT NOT NULL,   -- amounts are in the currency's smallest unit
  net          BIGINT NOT NULL,
  tax          BIGINT NOT NULL,
  fee          BIGINT,            -- NULL: not known
  refunded     BIGINT NOT NULL,
  country      TEXT NOT NULL,
  paid         BIGINT NOT NULL,   -- when; 0: not paid
  test         BOOLEAN NOT NULL,
  sale         BOOLEAN NOT NULL,  -- counts among the sales of its day
  state_at     BIGINT NOT NULL,   -- of the newest state
  seen_waiting BOOLEAN NOT NULL,
  seen_paid    BIGINT NOT NULL,   -- the oldest state that is paid; 0: none
  refunded_at  BIGINT NOT NULL    -- the oldest state with this sum of refunds; 0: none
);
-- All that a message asks of a customer.
CREATE INDEX orders_customer ON polarbell.orders (customer, paid, id, subscription, currency, total, refunded, kind, organization)
  WHERE NOT test;
CREATE INDEX orders_paid ON polarbell.orders (paid) WHERE NOT test;
CREATE INDEX orders_sales ON polarbell.orders (paid, currency, total, organization) WHERE sale;

-- One row per refund. One with the id of its order is what the order says of
-- refunds that are not known themselves.
CREATE TABLE polarbell.refunds (
  id           TEXT PRIMARY KEY,
  order_id     TEXT NOT NULL,
  customer     TEXT NOT NULL,
  organization TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount       BIGINT NOT NULL,   -- with tax
  succeeded    BOOLEAN NOT NULL,
  at           BIGINT NOT NULL,   -- 0: when is not known
  test         BOOLEAN NOT NULL,
  state_at     BIGINT NOT NULL
);
CREATE INDEX refunds_order ON polarbell.refunds (order_id);
CREATE INDEX refunds_customer ON polarbell.refunds (customer, at) WHERE customer NOT IN ('', '-');
CREATE INDEX refunds_at ON polarbell.refunds (at);

-- How far the orders are made of the entries, and how many rows there are.
CREATE TABLE polarbell.ledger (
  id     BIGINT PRIMARY KEY CHECK (id = 1),
  cursor BIGINT NOT NULL,
  rows   BIGINT NOT NULL
);
INSERT INTO polarbell.ledger (id, cursor, rows) VALUES (1, 0, 0);

-- From when on all orders of an organization are known, and whether those of
-- before were imported.
CREATE TABLE polarbell.coverage (
  organization TEXT PRIMARY KEY,
  since        BIGINT NOT NULL,
  imported     BOOLEAN NOT NULL
);

-- What the bridge remembers about itself, such as when it was last alive.
CREATE TABLE polarbell.notes (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- When a job is to look at a subject again.
CREATE TABLE polarbell.due (
  job     TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (job, subject)
);

-- To list an organization's deliveries without reading those of the others:
-- the column stands behind the body. Where none is named it is empty.
CREATE INDEX entries_organization ON polarbell.entries (organization, seq) WHERE organization <> '';
