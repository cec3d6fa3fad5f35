package org.concordat.certs;

/** A request, roster, genesis or invitation that is not what its format says. */
public final class MalformedDocumentException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String document;
  private final String problem;

  MalformedDocumentException(String document, String problem) {
    super("malformed " + document + ": " + problem);
    this.document = document;
    this.problem = problem;
  }

  public String document() {
    return document;
  }

  public String problem() {
    return problem;
  }
}
