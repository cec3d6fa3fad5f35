-- One SQL for SQLite and PostgreSQL: BIGINT, TEXT and BYTEA only (SQLite keeps blobs as they are whatever
-- a column is called), ids given by the single writer.

CREATE TABLE event (
  stream  TEXT   NOT NULL,
  version BIGINT NOT NULL,
  type    TEXT   NOT NULL,
  schema  BIGINT NOT NULL,
  body    BYTEA  NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (stream, version)
);

CREATE TABLE outbox (
  id     BIGINT NOT NULL PRIMARY KEY,
  stream TEXT   NOT NULL,
  kind   TEXT   NOT NULL,
  target TEXT   NOT NULL,
  body   BYTEA  NOT NULL
);

CREATE TABLE entry (
  kind  TEXT   NOT NULL,
  id    TEXT   NOT NULL,
  body  BYTEA  NOT NULL,
  PRIMARY KEY (kind, id)
);
