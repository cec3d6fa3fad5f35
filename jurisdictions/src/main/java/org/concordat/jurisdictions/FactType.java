package org.concordat.jurisdictions;

/**
 * The type of a fact's value. Text is brought to one spelling when a fact or a policy is read, so
 * that no rule can be passed by writing {@code ch} for {@code CH}.
 */
public enum FactType {
  /** ISO 3166-1 alpha-2 code, kept in upper case. */
  COUNTRY("a country code such as CH"),
  /** A jurisdiction of the alliance such as {@code eu} or {@code us-ca}, kept in lower case. */
  JURISDICTION("a jurisdiction code such as eu"),
  /** A word of 1 to 64 of a-z, 0-9, {@code . _ / -}, kept in lower case. */
  CODE("a word of a-z, 0-9, '.', '_', '/' and '-'"),
  /** Up to 200 printable characters, compared exactly. */
  REFERENCE("up to 200 printable characters"),
  /** A set, never empty, of at most 256 jurisdiction codes. */
  JURISDICTIONS("a list of jurisdiction codes, not empty"),
  /** A finite number. */
  NUMBER("a number"),
  /** True or false. */
  FLAG("true or false");

  private final String expected;

  FactType(String expected) {
    this.expected = expected;
  }

  /** What a value of this type looks like, for messages. */
  public String expected() {
    return expected;
  }

  public boolean isText() {
    return this == COUNTRY || this == JURISDICTION || this == CODE || this == REFERENCE;
  }
}
