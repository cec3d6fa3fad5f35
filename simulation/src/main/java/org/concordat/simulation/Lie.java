package org.concordat.simulation;

/**
 * Something that a member says once that its agent did not.
 *
 * @param atMillis the first message after that which the lie is about is the one
 * @param choice whatever is to be chosen in it
 */
record Lie(Kind kind, String member, long atMillis, int choice) {
  /** What it is. */
  enum Kind {
    /** Random bytes instead of an upload, committed to as they should be. */
    NOISE,
    /** One word of an upload, a parameter or the weight, is another one, committed to. */
    WORD,
    /** Other bytes than were committed to. */
    OTHER_BYTES,
    /** An upload is shorter than the task asks for, and the commitment says so. */
    SHORTER,
    /** After an upload another one for the same token. */
    TWO_UPLOADS,
    /** A share is not what was dealt. */
    SHARE,
    /** After its Reveal a NonReveal of the token. */
    VOID_TOO,
    /** After its signature on the survivors one on others. */
    TWO_SURVIVOR_SETS,
    /** After its signature on a state one on another. */
    TWO_STATES,
    /** After its signature on a manifest one on another. */
    TWO_MANIFESTS,
    /** What it deposits for one member does not open. */
    DEPOSIT,
    /** Somebody else's message as if it were its own. */
    FOREIGN,
    /** Its own old messages, again. */
    REPLAY,
    /** A hundred messages of all sorts. */
    FLOOD,
    /** Nothing is sent for a while, over a line that is open. */
    SILENCE
  }

  @Override
  public String toString() {
    return String.format("%6.1f s %s lies: %s (%d)", atMillis / 1000.0, member, kind, choice);
  }
}
