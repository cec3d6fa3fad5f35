package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.agent.sitelog.SiteLog;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat agent audit}. */
@Command(
    name = "audit",
    description = {
      "Hold this site's own log against the alliance's: what the coordinator asked, or this site"
          + " answered, that is not logged; and what is logged of this member that the site does not"
          + " know. Exit code 8 where they disagree.",
      "The alliance's log is asked for, entry by entry, or read from a copied folder (--dir)."
    },
    footer = {
      "",
      "Example:",
      "  concordat agent audit --config agent.yaml --dir ./copy-of-audit-log"
    })
final class AgentAudit extends BaseCommand {
  private static final int PAGE = 1000;
  private static final int MOST_GRACE_SECONDS = 86_400;

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A copy of the audit log's folder, verified whole with your genesis's key.")
  private @Nullable Path directory;

  @Option(
      names = "--grace-seconds",
      paramLabel = "N",
      description =
          "What was asked so shortly before the end of the log need not be in it yet; also how far"
              + " clocks may be apart (default: ${DEFAULT-VALUE}).")
  private int graceSeconds = 60;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (graceSeconds < 0 || graceSeconds > MOST_GRACE_SECONDS) {
      throw new Failure(
          ExitCode.USAGE,
          "--grace-seconds " + graceSeconds + " is not in 0 to " + MOST_GRACE_SECONDS,
          "60 is enough where clocks are kept");
    }
    ClientOptions.Home own = client.resolveHome();
    if (!SiteLog.exists(own.home())) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          own.home().resolve(SiteLog.DIRECTORY) + " does not exist, or its key does not",
          "run this where the agent runs, after it has started once");
    }
    Instant begin = Instant.now();
    List<AuditEntry> site = SiteLog.entries(own.home());
    Duration grace = Duration.ofSeconds(graceSeconds);
    Instant since = site.isEmpty() ? begin : site.get(0).time().plus(grace);
    SiteCrossCheck check = new SiteCrossCheck(own.name().value(), site, since);
    if (directory != null) {
      folder(directory, LogVerifierKey.parse(Genesis.load(own.genesis()).logVkey().value()), check);
    } else {
      asked(check);
    }
    Instant end = directory != null && check.last().isBefore(begin) ? check.last() : begin;
    return tell(terminal, own.name().value(), site, check, end.minus(grace));
  }

  private static void folder(Path folder, LogVerifierKey key, SiteCrossCheck check) {
    AuditVerifier.verify(folder, key);
    long from = 0;
    long before;
    do {
      before = check.entries();
      try (Stream<LoggedEntry> some = AuditQuery.run(folder, key, AuditFilter.ALL.from(from))) {
        some.forEach(check::take);
      }
      from = check.entries();
    } while (from > before);
  }

  private void asked(SiteCrossCheck check) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      AnsweredLog log = new AnsweredLog(connected);
      List<LoggedEntry> page;
      do {
        page = log.entries(check.entries(), PAGE).entries();
        page.forEach(check::take);
      } while (page.size() == PAGE);
    }
  }

  private static ExitCode tell(
      Terminal terminal,
      String member,
      List<AuditEntry> site,
      SiteCrossCheck check,
      Instant until) {
    List<SiteCrossCheck.Finding> notLogged = check.notLogged(until);
    List<SiteCrossCheck.Finding> notKnown = check.notKnown();
    boolean agree = notLogged.isEmpty() && notKnown.isEmpty();
    long newer = site.stream().filter(entry -> !entry.time().isBefore(until)).count();
    ObjectNode json =
        Terminal.object()
            .put("agree", agree)
            .put("member", member)
            .put("siteEntries", site.size())
            .put("logEntries", check.entries())
            .put("newer", newer)
            .put("older", check.older())
            .put("notLogged", notLogged.size())
            .put("notKnown", notKnown.size());
    ArrayNode findings = json.putArray("findings");
    Stream.concat(
            notLogged.stream().limit(SiteCrossCheck.MAX_NAMED),
            notKnown.stream().limit(SiteCrossCheck.MAX_NAMED))
        .forEach(
            finding -> {
              ObjectNode one = findings.addObject().put("why", finding.why());
              if (finding.index() >= 0) {
                one.put("index", finding.index());
              }
              AuditEntry entry = finding.entry();
              one.put("time", entry.time().toString()).put("subject", entry.subject());
              entry.job().ifPresent(job -> one.put("job", job));
              entry.round().ifPresent(round -> one.put("round", round));
              terminal.line(
                  "%s %s %s%s: %s"
                      .formatted(
                          entry.time(),
                          entry.subject(),
                          entry.job().orElse("-"),
                          finding.index() < 0 ? "" : " (entry " + finding.index() + ")",
                          finding.why()));
            });
    terminal.value(json);
    terminal.line(
        "%s: %d entries of this site, %d of the alliance's log; not judged: %d newer than it, %d"
                .formatted(
                    agree ? "The logs agree" : "The logs DISAGREE",
                    site.size(),
                    check.entries(),
                    newer,
                    check.older())
            + " of it older than the site's");
    return agree ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
  }
}
