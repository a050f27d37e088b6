-- Statements that nothing said carries, and that a reader looked at while they had the item open.
CREATE TABLE look (
  item INTEGER NOT NULL,
  reader INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,              -- digests of their words, under the item's key
  PRIMARY KEY (item, reader)
) STRICT, WITHOUT ROWID;
