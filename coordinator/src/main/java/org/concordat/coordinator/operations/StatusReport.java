package org.concordat.coordinator.operations;

import java.time.Clock;
import java.util.stream.Collectors;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.mailbox.Descriptors;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.StatusReply;

/** What {@code status} shows of the running coordinator. On the mailbox thread. */
public final class StatusReport {
  private final Directory directory;
  private final Sessions sessions;
  private final Epochs epochs;
  private final AuditTrail audit;
  private final Mailbox mailbox;
  private final Clock clock;
  private final String software;
  private final String store;
  private final long startedMillis;

  /**
   * @param software name and version
   * @param store the kind of the store
   */
  public StatusReport(
      Directory directory,
      Sessions sessions,
      Epochs epochs,
      AuditTrail audit,
      Mailbox mailbox,
      Clock clock,
      String software,
      String store) {
    this.directory = directory;
    this.sessions = sessions;
    this.epochs = epochs;
    this.audit = audit;
    this.mailbox = mailbox;
    this.clock = clock;
    this.software = software;
    this.store = store;
    this.startedMillis = clock.millis();
  }

  StatusReply now() {
    StatusReply.Builder status =
        StatusReply.newBuilder()
            .setAlliance(directory.roster().alliance().value())
            .setSoftware(software)
            .setRosterVersion(directory.roster().version())
            .setEpoch(epochs.newest())
            .setTokensLeft(epochs.tokensLeft())
            .setAuditSize(audit.size())
            .setAuditRoot(audit.root())
            .setStartedMillis(startedMillis)
            .setUnixMillis(clock.millis())
            .setStore(store);
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
