package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One command line, run in this process, and what came out. */
record Cli(int code, String out, String err) {
  static Cli run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(line, new PrintWriter(out), new PrintWriter(err));
    return new Cli(code, out.toString(), err.toString());
  }

  /** Runs what must succeed, and reads its JSON. */
  static JsonNode json(Object... arguments) throws IOException {
    List<Object> line = new ArrayList<>(Arrays.asList(arguments));
    line.add("--output");
    line.add("json");
    Cli done = run(line.toArray());
    assertThat(done.code).as("%s: %s", line, done.err).isZero();
    return new ObjectMapper().readTree(done.out.strip());
  }

  /** The clone's root, found upwards from where the tests run. */
  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("examples/policies"))) {
      at = at.getParent();
    }
    return at;
  }
}
