package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code bench/flower.py} as a process beside this one: Flower's code, timed by itself. */
final class Flower implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  /** Flower cannot be asked, or could not answer. */
  static final class FlowerException extends IOException {
    private static final long serialVersionUID = 1L;

    FlowerException(String message) {
      super(message);
    }
  }

  /**
   * @param python an interpreter that can import flwr
   * @param script bench/flower.py
   */
  Flower(Path python, Path script) throws IOException {
    process =
        new ProcessBuilder(python.toString(), script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** One command of the script. */
  JsonNode ask(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new FlowerException("Flower's process ended at \"" + command + "\"");
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.has("error")) {
      throw new FlowerException(
          "Flower failed at \"" + command + "\": " + answer.get("error").asText());
    }
    return answer;
  }

  /** The vector that both sides work on. */
  void vector(double[] update) throws IOException {
    Path file = Files.createTempFile("bench-vector", ".f32");
    try {
      ByteBuffer floats = ByteBuffer.allocate(4 * update.length).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : update) {
        floats.putFloat((float) value);
      }
      Files.write(file, floats.array());
      ask("vector " + file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
