package org.concordat.certs;

/** A membership request that must not be admitted. */
public final class InvalidRequestException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final transient MemberId member;
  private final String problem;

  InvalidRequestException(MemberId member, String problem) {
    super("request of member " + member + " refused: " + problem);
    this.member = member;
    this.problem = problem;
  }

  public MemberId member() {
    return member;
  }

  public String problem() {
    return problem;
  }
}
