package org.concordat.simulation;

/** The process that runs now ends, as by kill -9. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String who) {
    super(who + " is killed", null, false, false);
  }
}
