-- Where the key of an encrypted body stands in the file of keys; empty for a body that is no secret.
ALTER TABLE entry ADD COLUMN slot BIGINT;
