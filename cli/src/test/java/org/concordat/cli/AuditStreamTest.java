package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.concordat.auditlog.AuditLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log as events for a SIEM: all of them, whatever stops the stream. */
@Timeout(120)
class AuditStreamTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path shared;
  private static Founding founding;
  private static Path log;
  @TempDir Path temp;

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    log = CosignedLog.make(founding, shared.resolve("log"), 300, 1234, "zurich", "budapest");
  }

  private static Object[] line(Path folder, Object... more) {
    List<Object> line =
        new ArrayList<>(
            List.of("audit", "stream", "--dir", folder, "--genesis", founding.genesis()));
    line.addAll(List.of(more));
    return line.toArray();
  }

  private Path state() {
    return temp.resolve("state.json");
  }

  private static List<JsonNode> events(String out) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : out.lines().toList()) {
      events.add(MAPPER.readTree(line));
    }
    return events;
  }

  private static SortedSet<Long> indexes(String out) throws IOException {
    SortedSet<Long> found = new TreeSet<>();
    // a kill may leave half a line, which the next stream's first line is then glued to
    for (String line : out.lines().toList()) {
      int whole = line.lastIndexOf("{\"@timestamp\"");
      try {
        found.add(MAPPER.readTree(line.substring(whole)).path("event").path("sequence").asLong());
      } catch (com.fasterxml.jackson.core.JsonProcessingException half) {
        assertThat(line).doesNotEndWith("}}");
      }
    }
    return found;
  }

  private static Long[] upTo(long end) {
    return LongStream.range(0, end).boxed().toArray(Long[]::new);
  }

  @Test
  void anEntryIsAnEventInTheSchemasFields() throws IOException {
    List<JsonNode> events = events(Cli.run(line(log)).out());
    assertThat(events).hasSize(1234);
    JsonNode denied = events.get(3);
    assertThat(denied.path("@timestamp").asText()).isEqualTo("2026-11-21T09:00:03.250Z");
    JsonNode event = denied.path("event");
    assertThat(event.path("id").asText()).isEqualTo("consent/heart/3");
    assertThat(event.path("sequence").asLong()).isEqualTo(3);
    assertThat(event.path("kind").asText()).isEqualTo("event");
    assertThat(event.path("action").asText()).isEqualTo("SubmitJob");
    assertThat(event.path("outcome").asText()).isEqualTo("failure");
    assertThat(event.path("category").toString()).isEqualTo("[\"api\"]");
    assertThat(event.path("type").toString()).isEqualTo("[\"access\",\"denied\"]");
    assertThat(event.path("original").asText()).isEqualTo(CosignedLog.entry(3).json());
    assertThat(denied.path("user").path("name").asText()).isEqualTo("zurich");
    assertThat(denied.path("user").path("roles").toString()).isEqualTo("[\"agent\"]");
    assertThat(denied.path("concordat").path("details").path("explanation").asText())
        .isEqualTo("No rule allows it.");
    assertThat(denied.path("concordat").path("digests").path("certificate").asText()).hasSize(64);
    JsonNode consent = events.get(4);
    assertThat(consent.path("event").has("category")).as("none of the schema's fits").isFalse();
    assertThat(consent.path("event").path("outcome").asText()).isEqualTo("success");
    assertThat(consent.path("concordat").path("job").asText()).isEqualTo("heart");
    assertThat(consent.path("concordat").path("attempt").asLong()).isEqualTo(1);
  }

  @Test
  void aStreamGoesOnWhereItWas() throws IOException {
    Path growing = temp.resolve("log");
    try (AuditLog writing = AuditLog.open(growing, CosignedLog.signer(founding))) {
      CosignedLog.append(writing, 0, 700);
      Cli first = Cli.run(line(growing, "--state", state()));
      assertThat(indexes(first.out())).containsExactly(upTo(700));
      assertThat(Cli.run(line(growing, "--state", state())).out()).isEmpty();
      CosignedLog.append(writing, 700, 702);
      assertThat(indexes(Cli.run(line(growing, "--state", state())).out()))
          .containsExactly(700L, 701L);
    }
  }

  /** Its state must not say that they were written. */
  @Test
  void whatStdoutDidNotTakeComesAgain() throws IOException {
    StringWriter taken = new StringWriter();
    Writer narrow =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) throws IOException {
            if (taken.getBuffer().length() > 600_000) {
              throw new IOException("no space left");
            }
            taken.write(text, from, length);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    StringWriter err = new StringWriter();
    Object[] words = line(log, "--state", state());
    String[] texts = new String[words.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(words[i]);
    }
    int code = Main.run(texts, new PrintWriter(narrow), new PrintWriter(err));
    assertThat(code).isEqualTo(7);
    assertThat(err.toString()).contains("stdout does not take more");
    assertThat(MAPPER.readTree(Files.readString(state())).path("next").asLong()).isEqualTo(500);
    SortedSet<Long> all = indexes(taken.toString());
    all.addAll(indexes(Cli.run(words).out()));
    assertThat(all).containsExactly(upTo(1234));
  }

  @Test
  void anotherLogAnOlderOneAndAStateOfSomethingElseAreRefused() throws IOException {
    Cli.run(line(log, "--state", state()));
    Path older = temp.resolve("older");
    CosignedLog.make(founding, older, 300, 310);
    Cli shrunk = Cli.run(line(older, "--state", state()));
    assertThat(shrunk.code()).isEqualTo(8);
    assertThat(shrunk.err()).contains("fewer entries than the 1234").contains("older copy");
    Path forked = temp.resolve("forked");
    try (AuditLog writing = AuditLog.open(forked, CosignedLog.signer(founding))) {
      CosignedLog.append(writing, 1, 1300);
    }
    assertThat(Cli.run(line(forked, "--state", state())).err()).contains("the log was forked");
    String good = Files.readString(state());
    for (String wrong :
        new String[] {
          "", "{", "{}", good.replace("audit+", "other+"), good.replace("1234", "-1")
        }) {
      Files.writeString(state(), wrong);
      Cli refused = Cli.run(line(log, "--state", state()));
      assertThat(refused.code()).as(wrong).isEqualTo(3);
      assertThat(refused.err()).contains("state.json").contains("Next:");
    }
    assertThat(Cli.run(line(log, "--interval-seconds", 0)).code()).isEqualTo(2);
    assertThat(Cli.run(line(log, "--format", "syslog")).code()).isEqualTo(2);
  }

  /** Killed without a warning, again and again, while it writes. */
  @Test
  @Tag("processes")
  void nothingIsLostByKills() throws Exception {
    Path big = temp.resolve("big");
    int size = 30_000;
    try (AuditLog writing = AuditLog.open(big, CosignedLog.signer(founding))) {
      for (int from = 0; from < size; from += 5000) {
        CosignedLog.append(writing, from, from + 5000);
      }
    }
    StringBuilder all = new StringBuilder();
    int kills = 0;
    String before = "";
    while (true) {
      try (Child stream = Child.start(temp, List.of(), line(big, "--state", state()))) {
        while (stream.process().isAlive() && stateText().equals(before)) {
          Thread.sleep(1);
        }
        if (kills < 3 && stream.process().isAlive()) {
          stream.process().destroyForcibly();
          kills++;
        }
        stream.process().waitFor(60, TimeUnit.SECONDS);
        all.append(stream.out());
        before = stateText();
        if (stream.process().exitValue() == 0) {
          break;
        }
      }
    }
    assertThat(kills).isPositive();
    assertThat(indexes(all.toString())).containsExactly(upTo(size));
  }

  private String stateText() throws IOException {
    return Files.exists(state()) ? Files.readString(state()) : "";
  }

  @Test
  @Tag("processes")
  void aStreamFollowsTheLog() throws Exception {
    Path growing = temp.resolve("log");
    try (AuditLog writing = AuditLog.open(growing, CosignedLog.signer(founding))) {
      CosignedLog.append(writing, 0, 10);
      Object[] follow = line(growing, "--follow", "--interval-seconds", 1, "--state", state());
      try (Child stream = Child.start(temp, List.of(), follow)) {
        await(stream, 10);
        CosignedLog.append(writing, 10, 15);
        await(stream, 15);
        assertThat(stream.process().isAlive()).isTrue();
      }
    }
  }

  private static void await(Child stream, long count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (stream.out().lines().count() < count) {
      assertThat(System.nanoTime()).as(stream.err()).isLessThan(end);
      Thread.sleep(50);
    }
    assertThat(indexes(stream.out())).containsExactly(upTo(count));
  }
}
