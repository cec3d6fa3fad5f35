package org.concordat.certs;

/** A signature that does not verify, or by someone who may not sign. */
public final class InvalidSignatureException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String document;
  private final String signer;
  private final String problem;

  InvalidSignatureException(String document, String signer, String problem) {
    super("signature of " + signer + " on " + document + " refused: " + problem);
    this.document = document;
    this.signer = signer;
    this.problem = problem;
  }

  public String document() {
    return document;
  }

  public String signer() {
    return signer;
  }

  public String problem() {
    return problem;
  }
}
