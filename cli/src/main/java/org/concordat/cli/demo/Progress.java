package org.concordat.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import org.concordat.cli.text.Bar;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.jspecify.annotations.Nullable;

/** The rounds' progress: a bar on a terminal, a line per committed round elsewhere. */
final class Progress implements AutoCloseable {
  private final Terminal terminal;
  private @Nullable Bar bar;
  private long told;

  Progress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JsonNode job, JsonNode round) {
    long steps = job.path("rounds").asLong() + 1;
    if (terminal.interactive()) {
      if (bar == null) {
        bar = new Bar(terminal, "rounds");
      }
      bar.show(
          job.path("roundsCommitted").asLong(),
          steps,
          round.path("phase").asText(job.path("state").asText()));
    } else if (round.path("phase").asText().equals("COMMITTED")
        && round.path("round").asLong() > told) {
      told = round.path("round").asLong();
      terminal.line(
          "  round "
              + told
              + " of "
              + steps
              + " committed, accuracy of its base model "
              + Texts.number(round.path("accuracy").asDouble(Double.NaN)));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
