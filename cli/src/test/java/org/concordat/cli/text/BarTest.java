package org.concordat.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BarTest {
  private final StringWriter out = new StringWriter();
  private final Terminal terminal =
      new Terminal(new PrintWriter(out), new PrintWriter(out), OutputFormat.text);

  /** What a terminal shows: a carriage return goes back to the line's start. */
  private String screen() {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder();
    int at = 0;
    for (char c : out.toString().toCharArray()) {
      if (c == '\r') {
        at = 0;
      } else if (c == '\n') {
        lines.append(line.toString().stripTrailing()).append('\n');
        line.setLength(0);
        at = 0;
      } else {
        if (at < line.length()) {
          line.setCharAt(at, c);
        } else {
          line.append(c);
        }
        at++;
      }
    }
    return lines + line.toString().stripTrailing();
  }

  @Test
  void isDrawnOverItselfAndMakesWayForLines() {
    try (Bar bar = new Bar(terminal, "rounds")) {
      bar.show(1, 4, "COLLECTING from everybody");
      bar.show(2, 4, "UNMASKING");
      terminal.line("a line");
      terminal.note("a note");
      assertThat(screen()).isEqualTo("a line\na note\nrounds [=====     ] 2/4 0:00 UNMASKING");
      bar.show(4, 4, "COMMITTED");
    }
    terminal.line("after");
    assertThat(screen())
        .isEqualTo("a line\na note\nrounds [==========] 4/4 0:00 COMMITTED\nafter\n");
  }

  @Test
  void neverFillsALineWhoseRestWouldStay() {
    try (Bar bar = new Bar(terminal, "rounds")) {
      bar.show(1, 4, "x".repeat(200));
    }
    assertThat(screen().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  @Test
  void fitsAnyTerminal() {
    String words = "COLLECTING: waiting for zurich  loss 0.1234 accuracy 0.9876";
    assertThat(Bar.line("breast-cancer", 3, 11, 75, words, 60)).hasSize(59).endsWith("…");
    assertThat(Bar.line("breast-cancer", 3, 11, 75, words, 120)).endsWith("accuracy 0.9876");
    String scores = "COMMITTED  loss 0.0985 accuracy 0.9793";
    assertThat(Bar.line("breast-cancer", 11, 11, 200, scores, 80)).endsWith("accuracy 0.9793");
    assertThat(Columns.second("40 132\n")).isEqualTo(132);
    assertThat(Columns.second("stty: no terminal")).isZero();
  }

  @Test
  void itsClockGoesOnWhileNothingHappens() throws InterruptedException {
    try (Bar bar = new Bar(terminal, "rounds")) {
      bar.show(1, 4, "COLLECTING");
      long end = System.nanoTime() + 10_000_000_000L;
      while (!screen().contains("0:01") && System.nanoTime() < end) {
        Thread.sleep(50);
      }
      assertThat(screen()).contains("1/4 0:01 COLLECTING");
    }
  }

  @Test
  void standsWhatNoJobShouldSend() {
    assertThat(Bar.line("job", 9, 4, 61, "", 80)).contains("9/4 1:01");
    assertThat(Bar.line("job", -1, 0, 0, "", 80)).contains("[          ]");
  }
}
