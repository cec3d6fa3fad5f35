package org.concordat.certs;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the members agree on in a document of its own, named by a roster. The list is closed. */
public enum DocumentKind {
  /** Which action is allowed with whose data; the first one is in the genesis. */
  POLICY("policy"),
  /** What the members owe each other; there is none until a roster names one. */
  AGREEMENT("agreement");

  private final String wireName;

  DocumentKind(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<DocumentKind> find(String wireName) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(wireName)).findFirst();
  }

  /**
   * @throws IllegalArgumentException naming the known kinds when {@code wireName} is none of them
   */
  public static DocumentKind of(String wireName) {
    return find(wireName)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown kind of document "
                        + Quoted.text(wireName)
                        + "; known: "
                        + Arrays.stream(values())
                            .map(DocumentKind::wireName)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return wireName;
  }
}
