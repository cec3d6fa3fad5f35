package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.ServedLog;
import org.concordat.auditlog.Verification;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessPolicy;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.client.HttpLog;
import org.concordat.cli.client.SeenLogHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit verify}. */
@Command(
    name = "verify",
    description = {
      "Verify a log whole: signature, every entry, every tile. A copied folder, offline, also that"
          + " nothing is missing or extra; or the log that a server shows, with --url.",
      "The key comes from your pinned genesis, never from the log.",
      "Where members cosigned the log's head (checkpoint.witnessed), that is verified and told.",
      "With --state it must extend what was seen by the last run: a fork or an older copy is refused."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit verify --genesis genesis.json --witnesses 3 ./copy-of-audit-log",
      "Example, from afar:",
      "  concordat audit verify --genesis genesis.json --url http://log.example:7490/ \\",
      "      --state seen.log-head"
    })
final class AuditVerify extends BaseCommand {
  private static final int MOST_SECONDS = 3600;

  @Mixin private PinnedLog pinned = new PinnedLog();

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description =
          "Demand that N agents or more cosigned a head of this log: founding ones, or of --rosters.")
  private int wanted;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description =
          "Demand the cosignatures that this policy (C2SP tlog-policy) says, instead of --witnesses.")
  private @Nullable Path policyFile;

  @Option(
      names = "--most-unwitnessed",
      paramLabel = "N",
      description = "Demand that at most N entries are newer than the cosigned head.")
  private @Nullable Long mostUnwitnessed;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Read the log from a server (tlog-tiles) instead of a folder. Nothing of it is kept.")
  private @Nullable String url;

  @Option(
      names = "--hashes-only",
      description =
          "With --url: for a server that serves no entries. Head, witnesses and tiles are verified.")
  private boolean hashesOnly;

  @Option(
      names = "--timeout-seconds",
      paramLabel = "N",
      description = "With --url: for each file (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 30;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Remembers the verified head; the next run demands that the log extends it.")
  private @Nullable Path stateFile;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder with 'checkpoint', 'log.vkey' and 'tile/'.")
  private @Nullable Path directory;

  /**
   * What was verified.
   *
   * @param note the head as signed
   * @param entries empty where only hashes were
   */
  private record Verified(
      Checkpoint head,
      String note,
      Optional<Verification> entries,
      Optional<WitnessedHead> witnessed) {
    static Verified of(Verification all, Optional<WitnessedHead> witnessed) {
      return new Verified(all.checkpoint(), all.note(), Optional.of(all), witnessed);
    }
  }

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    requireUsage();
    LogVerifierKey key = pinned.key();
    Optional<WitnessPolicy> policy =
        policyFile == null ? Optional.empty() : Optional.of(policy(policyFile, key));
    Collection<WitnessKey> members =
        policy.isPresent() ? policy.get().witnesses() : pinned.witnesses(wanted);
    @Nullable SeenLogHead seen = stateFile == null ? null : new SeenLogHead(stateFile, key);
    Optional<Checkpoint> before = seen == null ? Optional.empty() : seen.find();
    Verified verified =
        directory != null
            ? folder(directory, key, members, before)
            : served(Objects.requireNonNull(url), key, members, before);
    PinnedLog.require(
        wanted,
        verified.witnessed.orElse(null),
        "this log",
        "copy the folder again once the members' agents are connected; if that does not help, ask"
            + " the members which head they have seen");
    policy.ifPresent(demanded -> requireSatisfied(demanded, verified));
    requireLag(verified);
    if (seen != null) {
      seen.write(verified.note.getBytes(StandardCharsets.UTF_8));
    }
    tell(terminal, key, verified, before);
    return ExitCode.OK;
  }

  private static WitnessPolicy policy(Path file, LogVerifierKey key) throws IOException {
    try {
      WitnessPolicy policy = WitnessPolicy.parse(Files.readString(file));
      policy.requireFor(key);
      return policy;
    } catch (MalformedNoteException malformed) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": " + malformed.getMessage(),
          "write it as docs/audit.md says, with this log's line or none");
    }
  }

  private static void requireSatisfied(WitnessPolicy policy, Verified verified) {
    Set<String> cosigned =
        verified.witnessed.map(head -> head.witnesses().keySet()).orElse(Set.of());
    if (!policy.isSatisfiedBy(cosigned)) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the cosignatures of this log (%s) are fewer than the policy demands (%s)"
              .formatted(
                  cosigned.isEmpty() ? "none" : String.join(", ", new TreeSet<>(cosigned)), policy),
          "copy the folder again once the members' agents are connected; if that does not help, ask"
              + " the members which head they have seen");
    }
  }

  private void requireLag(Verified verified) {
    long newer =
        verified.head.size() - verified.witnessed.map(head -> head.checkpoint().size()).orElse(0L);
    if (mostUnwitnessed != null && newer > mostUnwitnessed) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          newer
              + " entries are newer than what members cosigned, at most "
              + mostUnwitnessed
              + " may be",
          "try again in a minute; if it stays so, ask the members which head they have seen");
    }
  }

  private void requireUsage() {
    if (policyFile != null && wanted != 0) {
      throw new Failure(
          ExitCode.USAGE, "--policy and --witnesses say the same", "give one of them");
    }
    if (mostUnwitnessed != null && mostUnwitnessed < 0) {
      throw new Failure(ExitCode.USAGE, "--most-unwitnessed " + mostUnwitnessed, "give 0 or more");
    }
    if ((url == null) == (directory == null)) {
      throw new Failure(
          ExitCode.USAGE,
          "one of a folder and --url is verified",
          "name the copied folder, or --url http://HOST:PORT/");
    }
    if (hashesOnly && url == null) {
      throw new Failure(
          ExitCode.USAGE, "--hashes-only is for --url", "a copied folder has the entries");
    }
    if (timeoutSeconds < 1 || timeoutSeconds > MOST_SECONDS) {
      throw new Failure(
          ExitCode.USAGE,
          "--timeout-seconds " + timeoutSeconds + " is not in 1 to " + MOST_SECONDS,
          "30 is enough for most servers");
    }
  }

  private Verified folder(
      Path folder,
      LogVerifierKey key,
      Collection<WitnessKey> members,
      Optional<Checkpoint> before) {
    Verification all = AuditVerifier.verify(folder, key);
    before.ifPresent(head -> AuditVerifier.requireExtends(folder, key, head, all));
    return Verified.of(all, WitnessedHead.of(folder, all, key, members));
  }

  private Verified served(
      String from,
      LogVerifierKey key,
      Collection<WitnessKey> members,
      Optional<Checkpoint> before) {
    HttpLog server = new HttpLog(from, Duration.ofSeconds(timeoutSeconds));
    ServedLog log = ServedLog.open(server.name(), server, key, !hashesOnly);
    before.ifPresent(log::requireExtends); // before the long part
    Optional<WitnessedHead> witnessed = log.witnessed(members);
    if (hashesOnly) {
      log.verifyHashes();
      return new Verified(log.head(), log.note(), Optional.empty(), witnessed);
    }
    return Verified.of(log.verify(), witnessed);
  }

  private void tell(
      Terminal terminal, LogVerifierKey key, Verified verified, Optional<Checkpoint> before)
      throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    verified.entries.ifPresent(
        all -> all.entriesByType().forEach((type, count) -> counts.put(type.text(), count)));
    ObjectNode json = json(key, verified, counts);
    before.ifPresent(head -> json.put("extends", head.size()));
    terminal.value(json);
    terminal.line(
        "Verified: %d entries of %s%s"
            .formatted(
                verified.head.size(),
                key.name(),
                verified.entries.isPresent() ? "" : ", by their hashes only"));
    terminal.line("Root      " + verified.head.root());
    verified.entries.ifPresent(
        all -> {
          terminal.line("From      " + all.first().map(Instant::toString).orElse("-"));
          terminal.line("To        " + all.last().map(Instant::toString).orElse("-"));
        });
    before.ifPresent(
        head -> terminal.line("Extends   the " + head.size() + " entries of the last run"));
    terminal.line(
        "Witnesses " + verified.witnessed.map(one -> witnesses(one, verified.head)).orElse("none"));
    counts.forEach((type, count) -> terminal.line("  " + type + ": " + count));
    int known = pinned.roster().version(); // the first one is the genesis', and no entry
    if (counts.getOrDefault(EntryType.ROSTER.text(), 0L) >= known) {
      terminal.note(
          "The log tells of rosters after version "
              + known
              + ": keys that were replaced or revoked since counted as witnesses. Next: 'member list"
              + " --rosters-out FILE', and this again with --rosters FILE.");
    }
  }

  private static String witnesses(WitnessedHead head, Checkpoint verified) {
    return "%d members cosigned the first %d entries, %d are newer: %s"
        .formatted(
            head.witnesses().size(),
            head.checkpoint().size(),
            verified.size() - head.checkpoint().size(),
            String.join(", ", new TreeSet<>(head.witnesses().keySet())));
  }

  private static ObjectNode json(LogVerifierKey key, Verified verified, Map<String, Long> counts) {
    ObjectNode json =
        Terminal.object()
            .put("verified", true)
            .put("origin", key.name())
            .put("size", verified.head.size())
            .put("root", verified.head.root().toString());
    if (verified.entries.isEmpty()) {
      json.put("hashesOnly", true);
    }
    Optional<WitnessedHead> head = verified.witnessed;
    ObjectNode witnessed =
        json.putObject("witnessed")
            .put("size", head.map(one -> one.checkpoint().size()).orElse(0L));
    ObjectNode by = witnessed.putObject("by");
    head.ifPresent(
        one ->
            new TreeMap<>(one.witnesses()).forEach((name, time) -> by.put(name, time.toString())));
    ObjectNode types = json.putObject("entries");
    counts.forEach(types::put);
    return json;
  }
}
