package org.concordat.certs;

/** Fewer valid signatures of agents than the quorum. */
public final class QuorumNotReachedException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String document;
  private final int have;
  private final int need;

  QuorumNotReachedException(String document, int have, int need) {
    super(
        "%s has %d valid signatures of agents and needs %d; collect %d more"
            .formatted(document, have, need, need - have));
    this.document = document;
    this.have = have;
    this.need = need;
  }

  public String document() {
    return document;
  }

  public int have() {
    return have;
  }

  public int need() {
    return need;
  }
}
