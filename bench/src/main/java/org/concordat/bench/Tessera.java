package org.concordat.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Tessera's POSIX driver in a process of its own, {@code bench/tessera}. */
final class Tessera implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final OutputStream orders;

  Tessera(Path program, Path directory, Path entries, int batch) throws IOException {
    this.process =
        new ProcessBuilder(
                program.toString(),
                directory.toString(),
                entries.toString(),
                Integer.toString(batch))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
    this.orders = process.getOutputStream();
  }

  /** Seconds until the next batches were in its tree, one after the other. */
  double append(int batches) throws IOException {
    orders.write((batches + "\n").getBytes(StandardCharsets.US_ASCII));
    orders.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Tessera's program ended: see the messages above");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
