package org.concordat.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.concordat.agent.sitelog.SiteLog;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.ModelDownload;
import org.concordat.cli.lineage.Contributions;
import org.concordat.cli.lineage.Lineage;
import org.concordat.cli.lineage.LineageFolder;
import org.concordat.cli.lineage.ProvedEntry;
import org.concordat.cli.lineage.ProvedFolder;
import org.concordat.cli.lineage.ProvedLog;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.PrivateFile;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.JobSpecs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat member export}. */
@Command(
    name = "export",
    description = {
      "Write what is your member's into a folder, in open formats: what it contributed and agreed to,"
          + " each with its proof that it is in the log; the site's own log; the models that the"
          + " agreement and the policy let it have; and which models rest on its data.",
      "The site's log is held against the alliance's: exit code 8 where a round or an answer of"
          + " yours is left out, or invented. Run it before 'member exit'; with --dir, also after.",
    },
    footer = {"", "Example:", "  concordat member export ours --config agent.yaml"})
final class MemberExport extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "DIR", description = "The folder to make; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "A copied log folder to read instead of asking the coordinator; no models then.")
  private @Nullable Path directory;

  @Option(
      names = "--grace-seconds",
      paramLabel = "N",
      description =
          "As of 'agent audit': what is newer need not be in the log yet (default: ${DEFAULT-VALUE}).")
  private int graceSeconds = 60;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (graceSeconds < 0) {
      throw new Failure(
          ExitCode.USAGE, "--grace-seconds " + graceSeconds + " is below 0", "60 is enough");
    }
    if (Files.exists(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    ClientOptions.Home own = client.resolveHome();
    Path folder = directory;
    if (folder != null) {
      Genesis genesis = Genesis.load(own.genesis());
      LogVerifierKey key = LogVerifierKey.parse(genesis.logVkey().value());
      return write(terminal, own, genesis, ProvedLog.folder(folder, key), null);
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      return write(terminal, own, connected.genesis(), ProvedLog.asked(connected), connected);
    }
  }

  private ExitCode write(
      Terminal terminal,
      ClientOptions.Home own,
      Genesis genesis,
      ProvedLog log,
      @Nullable Client connected)
      throws IOException {
    String member = own.name().value();
    List<AuditEntry> site = SiteLog.exists(own.home()) ? SiteLog.entries(own.home()) : List.of();
    Instant begin = Instant.now();
    SiteCrossCheck check =
        new SiteCrossCheck(
            member, site, site.isEmpty() ? begin : site.get(0).time().plusSeconds(graceSeconds));
    Contributions.Picker picker = new Contributions.Picker(member);
    List<ProvedEntry> picked =
        log.entries(
            "",
            logged -> {
              check.take(logged);
              return picker.wants(logged.entry());
            });
    List<ProvedEntry> entries = picker.kept(picked).toList();
    Contributions ours =
        new Contributions(member, entries.stream().map(ProvedEntry::logged).toList());
    ObjectNode json = ours.json();
    Instant end = connected == null && check.last().isBefore(begin) ? check.last() : begin;
    List<SiteCrossCheck.Finding> notLogged = check.notLogged(end.minusSeconds(graceSeconds));
    List<SiteCrossCheck.Finding> notKnown = check.notKnown();
    compared(json, site.size(), notLogged, notKnown);
    ArrayNode models = json.putArray("models");
    if (connected != null) {
      for (String job : ours.jobs()) {
        model(connected, job, ours.models(job), models.addObject().put("job", job));
      }
    }
    ProvedFolder.write(out.resolve(ProvedFolder.NAME), entries);
    Outputs.create(out.resolve("export.json"), LineageFolder.bytes(json));
    Outputs.create(out.resolve("genesis.json"), genesis.toBytes());
    PrivateFile.create(
        out.resolve("site-log.jsonl"),
        site.stream()
            .map(entry -> entry.json() + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8));
    Outputs.create(
        out.resolve("README.md"), readme(member, genesis, ours).getBytes(StandardCharsets.UTF_8));
    boolean agree = notLogged.isEmpty() && notKnown.isEmpty();
    terminal.value(json);
    ours.lines().forEach(terminal::line);
    models.forEach(one -> terminal.line("Model      " + said(one.path("job").asText(), one)));
    for (SiteCrossCheck.Finding finding : notLogged) {
      terminal.line("LEFT OUT   " + said(finding));
    }
    for (SiteCrossCheck.Finding finding : notKnown) {
      terminal.line("INVENTED   " + said(finding));
    }
    terminal.line(
        "Written    %s: %d entries of the log, each with its proof".formatted(out, entries.size()));
    return agree ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
  }

  private static String said(SiteCrossCheck.Finding finding) {
    AuditEntry entry = finding.entry();
    return "%s %s%s: %s"
        .formatted(
            entry.job().orElse("-"),
            entry.subject(),
            entry.round().isPresent() ? " round " + entry.round().getAsLong() : "",
            finding.why());
  }

  private static String said(String job, JsonNode one) {
    return job
        + (one.has("file")
            ? " version " + one.path("version").asInt() + ": " + one.path("file").asText()
            : ": not handed out: " + one.path("denied").asText());
  }

  private static void compared(
      ObjectNode json,
      int site,
      List<SiteCrossCheck.Finding> notLogged,
      List<SiteCrossCheck.Finding> notKnown) {
    ObjectNode log = json.putObject("siteLog").put("entries", site);
    ArrayNode leftOut = log.putArray("leftOut");
    notLogged.stream()
        .limit(SiteCrossCheck.MAX_NAMED)
        .forEach(finding -> leftOut.add(said(finding)));
    ArrayNode invented = log.putArray("invented");
    notKnown.stream()
        .limit(SiteCrossCheck.MAX_NAMED)
        .forEach(finding -> invented.add(said(finding)));
  }

  /** The newest version, if it may have it. */
  private void model(Client connected, String job, SortedMap<Long, String> ours, ObjectNode said)
      throws IOException {
    if (ours.isEmpty()) {
      said.put("denied", "no version rests on its data");
      return;
    }
    long newest = ours.lastKey();
    Optional<String> name = file(job, newest);
    if (name.isEmpty()) {
      said.put("denied", "no job's model is called '" + job + "' version " + newest);
      return;
    }
    int version = Math.toIntExact(newest);
    String digest = Objects.requireNonNull(ours.get(ours.lastKey()));
    try {
      byte[] content = ModelDownload.of(connected, job, version, digest);
      Path file = out.resolve(name.get());
      Files.createDirectories(out.resolve("models"));
      PrivateFile.create(file, content);
      said.put("version", version).put("file", name.get()).put("digest", digest);
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Status.Code.PERMISSION_DENIED
          && refused.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw refused;
      }
      said.put("version", version)
          .put("denied", String.valueOf(refused.getStatus().getDescription()));
    }
  }

  /** Where a model lies; empty where job and version, the log's words, are those of no model. */
  static Optional<String> file(String job, long version) {
    return JobSpecs.isJobName(job) && Lineage.isVersion(version)
        ? Optional.of("models/" + job + "-" + version + ".bin")
        : Optional.empty();
  }

  private static String readme(String member, Genesis genesis, Contributions ours) {
    return """
        # What is %s's in alliance '%s'

        | in it | what it is |
        |---|---|
        | `export.json` | jobs, answers, versions of data, rounds, models that rest on it |
        | `entries/` | the same as the alliance's audit log has it, each entry with its proof |
        | `site-log.jsonl` | the site's own log, an entry a line |
        | `models/` | parameters as little-endian float64, where it may have them |
        | `genesis.json` | the alliance's genesis, digest %s |

        %s

        An entry `N.tlog-proof.json` is in the log if SHA-256(0x00 || its bytes), combined with the
        hashes in `N.tlog-proof` (c2sp.org/tlog-proof; RFC 9162, 2.1.3.2), is the root in the
        checkpoint at its end, which the log's Ed25519 key signed (`logVkey` in the genesis;
        c2sp.org/tlog-checkpoint). `sha256sum`, `openssl` and any reader of that format do;
        `concordat audit verify-proof entries/N.tlog-proof --genesis genesis.json` does one.

        A model's digest is its file's SHA-256 (`sha256sum`). In `export.json`, `upload` is the root
        of the masked update that the site committed to in that round.
        """
        .formatted(
            member,
            genesis.alliance(),
            genesis.digest(),
            ours.lines().stream().map(line -> "- " + line).collect(Collectors.joining("\n")));
  }
}
