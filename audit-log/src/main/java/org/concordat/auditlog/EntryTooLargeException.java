package org.concordat.auditlog;

/** An entry of more than 65,535 bytes: the entry bundle's length prefix holds no more. */
public final class EntryTooLargeException extends AuditLogException {
  private final String id;
  private final int bytes;

  EntryTooLargeException(String id, int bytes) {
    super(
        "entry \""
            + id
            + "\" has "
            + bytes
            + " bytes, at most 65535 fit: log a digest of the payload instead");
    this.id = id;
    this.bytes = bytes;
  }

  public String id() {
    return id;
  }

  public int bytes() {
    return bytes;
  }
}
