package org.concordat.e2e;

import java.util.Map;

/**
 * Where the programs of a test's alliance are reached.
 *
 * @param jurisdiction the coordinator's
 * @param listen the coordinator's own address, or {@code 0.0.0.0}
 * @param agentsGoTo at which agents and people reach the coordinator
 * @param regionalsGoTo at which aggregators reach it
 * @param regionals each aggregator's address; loopback for one that is not there
 */
record Places(
    String jurisdiction,
    String listen,
    String agentsGoTo,
    String regionalsGoTo,
    Map<String, String> regionals) {
  private static final String HERE = "127.0.0.1";
  static final Places LOOPBACK = new Places("eu", HERE, HERE, HERE, Map.of());

  String regional(String name) {
    return regionals.getOrDefault(name, HERE);
  }
}
