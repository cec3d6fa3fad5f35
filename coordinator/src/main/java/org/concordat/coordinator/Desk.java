package org.concordat.coordinator;

import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.operations.Exports;
import org.concordat.coordinator.operations.OperationsService;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.StatusReply;
import org.jspecify.annotations.Nullable;

/** What operators' calls reach of the running coordinator. */
final class Desk implements OperationsService.Desk {
  private final CoordinatorConfig config;
  private final String software;
  private final Directory directory;
  private final Sessions sessions;
  private final AuditTrail audit;
  private final Mailbox mailbox;
  private final Clock clock;
  private final long startedMillis;
  private @Nullable Conductor conductor;
  private @Nullable RoundSummaries summaries;
  private @Nullable Exports exports;

  Desk(
      CoordinatorConfig config,
      String software,
      Directory directory,
      Sessions sessions,
      AuditTrail audit,
      Mailbox mailbox,
      Clock clock) {
    this.config = config;
    this.software = software;
    this.directory = directory;
    this.sessions = sessions;
    this.audit = audit;
    this.mailbox = mailbox;
    this.clock = clock;
    this.startedMillis = clock.millis();
  }

  /** Closes the circle: the conductor tells watchers, watchers are told through the desk. */
  void serve(Conductor running, RoundSummaries kept, Exports allowed) {
    conductor = running;
    summaries = kept;
    exports = allowed;
  }

  @Override
  public Job abort(Job job, String reason) {
    return Objects.requireNonNull(conductor).progress().abort(job, reason);
  }

  @Override
  public String waiting(String job) {
    return Objects.requireNonNull(conductor).progress().waiting(job);
  }

  @Override
  public List<RoundSummary> rounds(String job, long number) {
    return Objects.requireNonNull(summaries)
        .list(job, number, Objects.requireNonNull(conductor).engine().open());
  }

  @Override
  public Optional<RoundSummary> newestRound(String job) {
    return Objects.requireNonNull(summaries)
        .newest(job, Objects.requireNonNull(conductor).engine().open());
  }

  @Override
  public void requireExport(ModelSummary model, String caller, boolean dryRun)
      throws JobRefusedException {
    Objects.requireNonNull(exports).require(model, caller, dryRun);
  }

  @Override
  public Iterator<AuditRecord> audit(AuditQueryRequest query) {
    return audit.query(query);
  }

  @Override
  public void membership(String id, String actor, String subject, Map<String, String> details) {
    AuditEntry entry = audit.entry(id, EntryType.ENROLMENT, actor, subject, EntryOutcome.OK);
    for (Map.Entry<String, String> detail : details.entrySet()) {
      entry = entry.detail(detail.getKey(), detail.getValue());
    }
    audit.once(entry);
  }

  @Override
  public void rosterChanged(String newMember) {
    audit.once(
        audit
            .entry(
                "roster/" + directory.roster().version(),
                EntryType.ROSTER,
                config.name(),
                newMember,
                EntryOutcome.OK)
            .detail("version", String.valueOf(directory.roster().version()))
            .digest("roster", directory.roster().digest().toString()));
    SessionDown chain =
        SessionDown.newBuilder()
            .setRosterChain(com.google.protobuf.ByteString.copyFrom(directory.chain().toBytes()))
            .build();
    for (RosterEntry entry : directory.roster().agents()) {
      sessions.push(entry.id().value(), chain);
    }
    mailbox.post(Objects.requireNonNull(conductor)::tick);
  }

  @Override
  public StatusReply status() {
    Conductor running = Objects.requireNonNull(conductor);
    StatusReply.Builder status =
        StatusReply.newBuilder()
            .setAlliance(directory.roster().alliance().value())
            .setSoftware(software)
            .setRosterVersion(directory.roster().version())
            .setEpoch(running.epochs().newest())
            .setTokensLeft(running.epochs().tokensLeft())
            .setAuditSize(audit.size())
            .setAuditRoot(audit.root())
            .setStartedMillis(startedMillis)
            .setUnixMillis(clock.millis())
            .setStore(config.store().isPostgres() ? "postgresql" : "sqlite");
    if (mailbox.troubled()) {
      status.addWarnings(mailbox.trouble());
    }
    Descriptors.warning().ifPresent(status::addWarnings);
    for (RosterEntry entry : directory.roster().entries()) {
      MemberStatus.Builder member =
          MemberStatus.newBuilder()
              .setMember(entry.id().value())
              .setJurisdiction(entry.jurisdiction().code())
              .setRoles(
                  entry.roles().stream()
                      .map(Role::wireName)
                      .sorted()
                      .collect(Collectors.joining(",")));
      sessions
          .find(entry.id().value())
          .ifPresentOrElse(
              session ->
                  member
                      .setConnected(true)
                      .setState(session.state())
                      .setWarning(session.warning())
                      .setSinceMillis(session.since().toEpochMilli()),
              () -> member.setState(entry.roles().contains(Role.AGENT) ? "away" : ""));
      status.addMembers(member);
    }
    return status.build();
  }
}
