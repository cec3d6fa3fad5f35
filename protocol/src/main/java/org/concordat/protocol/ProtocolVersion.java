package org.concordat.protocol;

/**
 * The versions this build speaks. A peer of another version is refused by name, never guessed at.
 */
public final class ProtocolVersion {
  /** Of the gRPC contract between agents, operators and the coordinator. */
  public static final int WIRE = 2;

  /** Of the local protocol between an agent and its trainer. */
  public static final int TRAINER = 1;

  private ProtocolVersion() {}

  /**
   * Refuses a peer that speaks another version.
   *
   * @throws UnsupportedVersionException naming both versions and who should upgrade
   */
  public static void require(String peer, int theirs, int ours) {
    if (theirs != ours) {
      throw new UnsupportedVersionException(peer, theirs, ours);
    }
  }

  /** A peer speaks a protocol version that this build does not. */
  public static final class UnsupportedVersionException extends RuntimeException {
    UnsupportedVersionException(String peer, int theirs, int ours) {
      super(
          String.format(
              "%s speaks protocol version %d, this side speaks %d: upgrade %s",
              peer, theirs, ours, theirs < ours ? peer : "this side"));
    }
  }
}
