package org.concordat.secureagg.kernel;

/** A sum that updates within the job's terms cannot give; the message says what is impossible. */
public final class ImpossibleSumException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImpossibleSumException(String what) {
    super(
        what
            + ": somebody's upload was no update within the job's terms, or members were shown"
            + " different tasks. The masks hide who: nobody is blamed, and the model stays as it was");
  }
}
