package org.concordat.coordinator.operations;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.Map;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.RegisterInvitationReply;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.concordat.protocol.v1.SessionDown;

/** Invitations and approvals, each in the log. On the mailbox thread. */
public final class Membership {
  private final Directory directory;
  private final Sessions sessions;
  private final AuditTrail audit;
  private final String coordinator;
  private final Runnable changed;

  /**
   * @param changed called when a roster has come into force and agents were told
   */
  public Membership(
      Directory directory,
      Sessions sessions,
      AuditTrail audit,
      String coordinator,
      Runnable changed) {
    this.directory = directory;
    this.sessions = sessions;
    this.audit = audit;
    this.coordinator = coordinator;
    this.changed = changed;
  }

  RegisterInvitationReply register(String caller, RegisterInvitationRequest request)
      throws Exception {
    Invitation invitation = Invitation.parse(request.getInvitation().toByteArray());
    directory.register(invitation);
    log(
        "invitation/" + invitation.nonce(),
        caller,
        invitation.invitee().value(),
        Map.of("step", "invited", "jurisdiction", invitation.jurisdiction().code()));
    return RegisterInvitationReply.getDefaultInstance();
  }

  ApproveMemberReply approve(MemberId caller, ApproveMemberRequest request) throws Exception {
    MemberRequest joiner = MemberRequest.parse(request.getRequest().toByteArray());
    MemberSignature approval =
        new MemberSignature(
            caller,
            Base64.getEncoder().encodeToString(request.getNextRosterSignature().toByteArray()));
    Directory.ApprovalOutcome outcome = directory.approve(joiner, approval);
    String id = joiner.profile().id().value();
    log(
        "approval/" + outcome.next().digest() + "/" + caller,
        caller.value(),
        id,
        Map.of("step", "approved", "request", joiner.digest().toString()));
    if (outcome.inForce()) {
      inForce(id);
    }
    return ApproveMemberReply.newBuilder()
        .setApprovals(outcome.approvals())
        .setNeeded(outcome.needed())
        .setInForce(outcome.inForce())
        .setNextRoster(ByteString.copyFrom(outcome.next().toBytes()))
        .build();
  }

  private void log(String id, String actor, String subject, Map<String, String> details) {
    AuditEntry entry = audit.entry(id, EntryType.ENROLMENT, actor, subject, EntryOutcome.OK);
    for (Map.Entry<String, String> detail : details.entrySet()) {
      entry = entry.detail(detail.getKey(), detail.getValue());
    }
    audit.once(entry);
  }

  private void inForce(String newMember) {
    audit.once(
        audit
            .entry(
                "roster/" + directory.roster().version(),
                EntryType.ROSTER,
                coordinator,
                newMember,
                EntryOutcome.OK)
            .detail("version", String.valueOf(directory.roster().version()))
            .digest("roster", directory.roster().digest().toString()));
    SessionDown chain = directory.chainForAgents();
    for (RosterEntry entry : directory.roster().agents()) {
      sessions.push(entry.id().value(), chain);
    }
    changed.run();
  }
}
