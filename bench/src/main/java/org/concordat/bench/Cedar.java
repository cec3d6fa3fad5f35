package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cedar's own engine as WebAssembly in node, a process that answers until it is closed. What it was
 * asked stays beside, for whoever wants to see it.
 */
final class Cedar implements AutoCloseable {
  /** Of one request; errors are policies that Cedar could not evaluate, and skipped. */
  record Answer(boolean allowed, int errors) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final String version;
  private final List<Answer> answers = new ArrayList<>();

  /**
   * Parses the policies and asks every request once.
   *
   * @param script {@code ask.js}, in a directory where its package is installed
   * @param file what is asked is written there
   * @throws IOException if node, or the package, is not there
   */
  Cedar(Path script, Path file, Map<String, String> policies, List<CedarRequest> requests)
      throws IOException {
    MAPPER.writeValue(file.toFile(), Map.of("policies", policies, "requests", maps(requests)));
    process =
        new ProcessBuilder("node", script.toString(), file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = process.inputReader(StandardCharsets.UTF_8);
    in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    JsonNode first = MAPPER.readTree(line());
    version = first.get("version").asText();
    for (JsonNode answer : first.get("answers")) {
      answers.add(
          new Answer(
              answer.get("decision").asText().equals("allow"), answer.get("errors").asInt()));
    }
  }

  private static List<Map<String, Object>> maps(List<CedarRequest> requests) {
    return requests.stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "policy", one.policy(),
                    "member", one.member(),
                    "action", one.action(),
                    "context", one.context()))
        .toList();
  }

  private String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("node ended: is @cedar-policy/cedar-wasm installed beside ask.js?");
    }
    return line;
  }

  String version() {
    return version;
  }

  /** In the order of the requests. */
  List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** Decisions for each second of its CPU time, asked for so many seconds. */
  double perSecond(double seconds) throws IOException {
    in.println(seconds);
    return Double.parseDouble(line());
  }

  @Override
  public void close() {
    in.close();
    process.destroy();
  }
}
