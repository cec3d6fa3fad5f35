package org.concordat.auditlog;

/** An entry whose id is already in the log with other content. */
public final class EntryConflictException extends AuditLogException {
  private final String id;
  private final long index;

  EntryConflictException(String id, long index) {
    super(
        "entry \""
            + id
            + "\" is already logged at index "
            + index
            + " with other content: an id is used once; give the new entry an id of its own");
    this.id = id;
    this.index = index;
  }

  public String id() {
    return id;
  }

  public long index() {
    return index;
  }
}
