package org.concordat.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.Rfc6962;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;

/**
 * How far a stream has come: what {@code --state} keeps.
 *
 * @param log whose entries they are: the log's key
 * @param next the index of the first entry that was not written yet
 * @param last the leaf hash of the entry before it, in hexadecimal; empty where there is none
 */
record StreamState(String log, long next, String last) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static StreamState begin(String log) {
    return new StreamState(log, 0, "");
  }

  /**
   * Reads what an earlier stream left, or begins.
   *
   * @throws Failure if the file is none, or of another log
   */
  static StreamState read(Path file, String log) throws IOException {
    if (!Files.exists(file)) {
      return begin(log);
    }
    JsonNode json;
    try {
      json = MAPPER.readTree(Files.readAllBytes(file));
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw unusable(file, "is not JSON");
    }
    StreamState state =
        new StreamState(
            json.path("log").asText(), json.path("next").asLong(-1), json.path("last").asText());
    if (!state.log.equals(log)) {
      throw unusable(file, "is of the log '" + state.log + "', not of '" + log + "'");
    }
    if (state.next < 0 || (state.next > 0) != state.last.matches("[0-9a-f]{64}")) {
      throw unusable(file, "does not say how far the stream has come");
    }
    return state;
  }

  /** Puts this in the file's place. Durable when it returns. */
  void write(Path file) throws IOException {
    String json = Terminal.object().put("log", log).put("next", next).put("last", last).toString();
    Outputs.replace(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Where to read on: at the entry that was written last, to see that it is still that. */
  long from() {
    return Math.max(0, next - 1);
  }

  /**
   * What is new in the entries that were read from {@link #from} on.
   *
   * @throws Failure if the log has other entries, or fewer, than were written
   */
  List<LoggedEntry> fresh(List<LoggedEntry> read) {
    if (next == 0) {
      return read;
    }
    if (read.isEmpty()) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the log has fewer entries than the " + next + " that were streamed: it is an older copy",
          "take the newest copy; if it stays so, keep both and show them to the members");
    }
    if (!hash(read.get(0)).equals(last)) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "entry " + (next - 1) + " is not the one that was streamed: the log was forked",
          "keep both copies, and show them to the members");
    }
    return read.subList(1, read.size());
  }

  /** After these were written. */
  StreamState after(List<LoggedEntry> written) {
    LoggedEntry newest = written.get(written.size() - 1);
    return new StreamState(log, newest.index() + 1, hash(newest));
  }

  private static String hash(LoggedEntry logged) {
    return Rfc6962.leaf(logged.entry().canonicalBytes()).hex();
  }

  private static Failure unusable(Path file, String why) {
    return new Failure(
        ExitCode.CONFIGURATION,
        file + " " + why,
        "name the right file; without one the stream begins anew, and everything comes again");
  }
}
