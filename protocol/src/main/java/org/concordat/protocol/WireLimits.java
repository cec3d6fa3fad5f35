package org.concordat.protocol;

/**
 * Every limit of the wire, with defaults that carry 256 members and 10^8 parameters.
 *
 * @param partBytes the largest part of a blob or upload in one message
 * @param sessionMessageBytes the largest message on an agent's session (an epoch deposit of 256
 *     members is 3.5 MB)
 * @param uploadBytes the largest masked vector that is accepted at all
 * @param callsPerConnection concurrent calls of one peer
 * @param handshakeMillis how long a TLS handshake may take
 * @param keepAliveMillis silence after which a peer is probed, and dropped if it does not answer in
 *     half that time
 */
public record WireLimits(
    int partBytes,
    int sessionMessageBytes,
    long uploadBytes,
    int callsPerConnection,
    long handshakeMillis,
    long keepAliveMillis) {

  /** Room for the protobuf fields around a part. */
  private static final int PART_OVERHEAD_BYTES = 64 * 1024;

  public static final WireLimits DEFAULT =
      new WireLimits(1 << 20, 8 << 20, 4L << 30, 32, 10_000, 20_000);

  public WireLimits {
    if (partBytes < 1024 || sessionMessageBytes < partBytes || uploadBytes < 1) {
      throw new IllegalArgumentException(
          "limits out of order: partBytes "
              + partBytes
              + ", sessionMessageBytes "
              + sessionMessageBytes);
    }
  }

  /** What gRPC may buffer for one inbound message. */
  public int maxInboundMessageBytes() {
    return sessionMessageBytes + PART_OVERHEAD_BYTES;
  }
}
