package org.concordat.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Which addresses are one caller's, as far as an address tells. */
public final class Sites {
  private static final int SITE_BYTES = 8;
  private static final int BLOCK_BYTES = 6;
  private static final int IPV4_BLOCK_BYTES = 3;

  private Sites() {}

  /**
   * What one site has: an IPv4 address, or of an IPv6 address the first 64 bits (RFC 4291 section
   * 2.5.4).
   */
  public static InetAddress site(InetAddress address) {
    return address instanceof Inet6Address ? prefix(address, SITE_BYTES) : address;
  }

  /**
   * What one customer of a network may have: of an IPv6 address the first 48 bits (RFC 6177 section
   * 2), of an IPv4 address the first 24.
   */
  static InetAddress block(InetAddress address) {
    return prefix(address, address instanceof Inet6Address ? BLOCK_BYTES : IPV4_BLOCK_BYTES);
  }

  private static InetAddress prefix(InetAddress address, int keep) {
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, keep, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(bytes.length + " bytes are an address", impossible);
    }
  }
}
