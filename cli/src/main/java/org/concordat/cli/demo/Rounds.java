package org.concordat.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;

/**
 * Watches the job, and plays the accident: one agent is killed in the middle of a round, and
 * started again once that round has committed without it.
 */
final class Rounds {
  /** What the demo does to the victim. */
  interface Victim {
    String name();

    void kill() throws IOException, InterruptedException;

    void startAgain() throws IOException, InterruptedException;
  }

  private enum Act {
    BEFORE,
    KILLED,
    STARTED_AGAIN,
    BACK
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Early, so that enough rounds are left to come back in. */
  private static final int KILL_FROM_ROUND = 2;

  private final Victim victim;
  private final Progress progress;
  private final Consumer<String> note;
  private final Set<Long> committed = new HashSet<>();
  private Act act = Act.BEFORE;
  private long killedIn;
  private long firstNanos;

  Rounds(Victim victim, Progress progress, Consumer<String> note) {
    this.victim = victim;
    this.progress = progress;
    this.note = note;
  }

  /**
   * Reads the events of {@code job submit --watch --output json} to their end.
   *
   * @param answered told the first line, the coordinator's answer; missing where there is none
   */
  void follow(Programs.Running watch, Consumer<JsonNode> answered)
      throws IOException, InterruptedException {
    JsonNode last = MAPPER.createObjectNode();
    try (BufferedReader lines = watch.lines()) {
      String line = lines.readLine();
      answered.accept(line == null ? MissingNode.getInstance() : MAPPER.readTree(line));
      while ((line = lines.readLine()) != null) {
        last = MAPPER.readTree(line);
        event(last);
      }
    }
    progress.close();
    String state = last.path("job").path("state").asText("unknown");
    if (watch.code().join() != 0 || !state.equals("COMPLETED")) {
      String reason = last.path("job").path("reason").asText();
      throw new Failure(
          ExitCode.JOB_FAILED,
          "the job ended as " + state + (reason.isEmpty() ? "" : ": " + reason),
          "the logs in the demo's directory say more");
    }
  }

  /** When the first round was seen committed, by {@link System#nanoTime}. */
  long firstNanos() {
    return firstNanos;
  }

  private void event(JsonNode event) throws IOException, InterruptedException {
    JsonNode job = event.path("job");
    JsonNode round = event.path("round");
    progress.show(job, round);
    long number = round.path("round").asLong();
    String phase = round.path("phase").asText();
    boolean training = round.path("kind").asText().equals("TRAIN");
    if (phase.equals("COMMITTED") && committed.add(number)) {
      committed(number, round);
    }
    boolean collecting = phase.equals("DISPATCHING") || phase.equals("COLLECTING");
    if (act == Act.BEFORE
        && training
        && number >= KILL_FROM_ROUND
        && collecting
        && !names(round, "uploaded", victim.name())) {
      victim.kill();
      act = Act.KILLED;
      killedIn = number;
      note.accept(
          "kill -9: the agent of "
              + victim.name()
              + " dies in the middle of round "
              + number
              + "; the round waits until its deadline");
    }
  }

  private void committed(long number, JsonNode round) throws IOException, InterruptedException {
    if (committed.size() == 1) {
      firstNanos = System.nanoTime();
      note.accept("the first round is committed");
    }
    if (act == Act.KILLED && names(round, "dropped", victim.name())) {
      note.accept(
          "round "
              + number
              + " committed without "
              + victim.name()
              + "; its agent is started again");
      victim.startAgain();
      act = Act.STARTED_AGAIN;
    } else if (act == Act.STARTED_AGAIN
        && number > killedIn
        && names(round, "survivors", victim.name())) {
      note.accept("round " + number + " committed with " + victim.name() + ", which is back");
      act = Act.BACK;
    }
  }

  private static boolean names(JsonNode round, String list, String member) {
    for (JsonNode name : round.path(list)) {
      if (name.asText().equals(member)) {
        return true;
      }
    }
    return false;
  }
}
