package org.concordat.coordinator.upload;

/** An upload cannot be taken; the message says why. */
public final class UploadRefusedException extends Exception {
  public UploadRefusedException(String message) {
    super(message);
  }
}
