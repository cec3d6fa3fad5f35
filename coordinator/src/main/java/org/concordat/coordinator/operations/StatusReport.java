package org.concordat.coordinator.operations;

import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.stream.Collectors;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.mailbox.Descriptors;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.StatusReply;

/** What {@code status} shows of the running coordinator. */
public final class StatusReport {
  /**
   * What runs.
   *
   * @param software name and version
   * @param store the kind of the store
   */
  public record Program(String software, String store) {}

  private final Directory directory;
  private final Sessions sessions;
  private final Epochs epochs;
  private final AuditTrail audit;
  private final Mailbox mailbox;
  private final Clock clock;
  private final Program program;
  private final long startedMillis;

  public StatusReport(
      Directory directory,
      Sessions sessions,
      Epochs epochs,
      AuditTrail audit,
      Mailbox mailbox,
      Clock clock,
      Program program) {
    this.directory = directory;
    this.sessions = sessions;
    this.epochs = epochs;
    this.audit = audit;
    this.mailbox = mailbox;
    this.clock = clock;
    this.program = program;
    this.startedMillis = clock.millis();
  }

  void answer(StreamObserver<StatusReply> to) {
    Answers.answer(mailbox, to, this::now);
  }

  private StatusReply now() {
    StatusReply.Builder status =
        StatusReply.newBuilder()
            .setAlliance(directory.roster().alliance().value())
            .setSoftware(program.software())
            .setRosterVersion(directory.roster().version())
            .setEpoch(epochs.newest())
            .setTokensLeft(epochs.tokensLeft())
            .setAuditSize(audit.size())
            .setAuditRoot(audit.root())
            .setStartedMillis(startedMillis)
            .setUnixMillis(clock.millis())
            .setStore(program.store());
    audit
        .witnessed()
        .ifPresent(
            head ->
                status
                    .setWitnessedSize(head.checkpoint().size())
                    .addAllWitnesses(head.witnesses().keySet().stream().sorted().toList()));
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
              () -> member.setState(away(entry)));
      status.addMembers(member);
    }
    return status.build();
  }

  private String away(RosterEntry entry) {
    if (directory.roster().findSuspended(entry.id()).isPresent()) {
      return "suspended";
    }
    return entry.roles().contains(Role.AGENT) ? "away" : "";
  }
}
