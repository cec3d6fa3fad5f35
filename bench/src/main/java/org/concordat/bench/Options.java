package org.concordat.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param python an interpreter with flwr, or null without Flower
 * @param script flower.py, or null
 * @param only the one part to measure, or null for all
 * @param rounds results of RoundSpeed, one JSON object each
 */
record Options(
    boolean json,
    boolean quick,
    @Nullable Path python,
    @Nullable Path script,
    @Nullable String only,
    List<Path> rounds) {
  static Options parse(String[] arguments) {
    boolean json = false;
    boolean quick = false;
    Path python = null;
    Path script = null;
    String only = null;
    List<Path> rounds = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--output" -> json = value(arguments, ++i).equals("json");
        case "--flower" -> {
          python = Path.of(value(arguments, ++i));
          script = Path.of(value(arguments, ++i));
        }
        case "--only" -> only = value(arguments, ++i);
        case "--rounds" -> rounds.add(Path.of(value(arguments, ++i)));
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    return new Options(json, quick, python, script, only, List.copyOf(rounds));
  }

  private static String value(String[] arguments, int at) {
    if (at >= arguments.length) {
      throw new IllegalArgumentException("a value is missing after " + arguments[at - 1]);
    }
    return arguments[at];
  }
}
