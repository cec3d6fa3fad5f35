package org.concordat.cli.client;

/**
 * Where the coordinator is reached. Its certificate's name is another thing and comes from the
 * genesis.
 *
 * @param port 1 to 65535
 */
public record CoordinatorAddress(String host, int port) {
  public CoordinatorAddress {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "'" + host + ":" + port + "' is no address such as coordinator.example:7400");
    }
  }

  /**
   * @throws IllegalArgumentException unless it is {@code host:port}
   */
  public static CoordinatorAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
      return new CoordinatorAddress(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no address such as coordinator.example:7400");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
