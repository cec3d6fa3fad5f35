package org.concordat.iam.keycloak;

import java.io.IOException;

/** A realm that did not answer as it should. The message holds no token and no name of a person. */
final class RealmException extends IOException {
  private static final long serialVersionUID = 1L;

  RealmException(String message) {
    super(message);
  }
}
