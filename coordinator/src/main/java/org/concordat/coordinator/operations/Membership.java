package org.concordat.coordinator.operations;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.CertsException;
import org.concordat.certs.Crl;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Directory.ApprovalOutcome;
import org.concordat.coordinator.directory.Directory.ChangeOutcome;
import org.concordat.coordinator.directory.Revocations;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.MemberApproval;
import org.concordat.protocol.v1.PublishCrlReply;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.concordat.protocol.v1.PublishDocumentRequest;
import org.concordat.protocol.v1.RegisterInvitationReply;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import org.concordat.protocol.v1.SessionDown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who comes and who goes: invitations, approvals of joiners and of other changes of the roster,
 * leavings, each in the log. On the mailbox thread.
 */
public final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

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
    MemberSignature approval = signature(caller, request.getNextRosterSignature());
    ApprovalOutcome outcome = directory.approve(joiner, approval);
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

  /**
   * One member's approval of a change; the first one proposes it.
   *
   * @param due what the call that was made is for
   */
  RosterChangeReply change(
      MemberId caller, Class<? extends RosterChange> due, RosterChangeRequest request)
      throws Exception {
    RosterChange change = parse(due, request.getChange());
    return change(change, signature(caller, request.getNextRosterSignature()), caller);
  }

  /**
   * A document, with members' approvals of the roster that names it: as many as were gathered.
   * Either all of them are good, or nothing is kept.
   */
  RosterChangeReply publish(MemberId caller, PublishDocumentRequest request) throws Exception {
    RosterChange.Document change = parse(RosterChange.Document.class, request.getChange());
    List<MemberSignature> approvals = new ArrayList<>();
    for (MemberApproval one : request.getApprovalsList()) {
      approvals.add(signature(new MemberId(one.getMember()), one.getNextRosterSignature()));
    }
    if (approvals.isEmpty()) {
      throw new IllegalArgumentException("no member has approved this %s".formatted(change.kind()));
    }
    Roster current = directory.roster();
    Optional<RosterChangeReply> before = inForceAlready(current, change);
    if (before.isPresent()) {
      return before.get();
    }
    Roster next = change.next(current);
    approvals.forEach(approval -> next.requireApproval(current, approval));
    directory.documents().take(change, request.getDocument().toByteArray());
    RosterChangeReply reply = RosterChangeReply.getDefaultInstance();
    for (MemberSignature approval : approvals) {
      reply = change(change, approval, caller);
      if (reply.getInForce()) { // the others have nothing to add
        break;
      }
    }
    return reply;
  }

  /** The same again changes nothing. */
  private static Optional<RosterChangeReply> inForceAlready(
      Roster current, RosterChange.Document change) {
    return current
        .document(change.kind())
        .filter(change.entry()::equals)
        .map(
            entry ->
                RosterChangeReply.newBuilder()
                    .setInForce(true)
                    .setNeeded(current.quorum())
                    .setNextRoster(ByteString.copyFrom(current.toBytes()))
                    .build());
  }

  private static <C extends RosterChange> C parse(Class<C> due, ByteString sent) {
    RosterChange change = RosterChange.parse(sent.toByteArray());
    if (!due.isInstance(change)) {
      throw new IllegalArgumentException(
          "this call takes a %s, not a %s"
              .formatted(due.getSimpleName(), change.getClass().getSimpleName()));
    }
    return due.cast(change);
  }

  /**
   * @param carrier who called, mostly the approver itself
   */
  private RosterChangeReply change(RosterChange change, MemberSignature approval, MemberId carrier)
      throws Exception {
    MemberId approver = approval.member();
    ChangeOutcome changed = directory.change(change, approval);
    ApprovalOutcome outcome = changed.approval();
    Map<String, String> details = new TreeMap<>(step(change));
    details.put("reason", change.reason());
    String member = change.about();
    changed.given().withdrawn().ifPresent(before -> details.put("withdraws", before));
    String id =
        "change/%s/%s/%d".formatted(outcome.next().digest(), approver, changed.given().number());
    if (!carrier.equals(approver)) {
      details.put("carried-by", carrier.value());
    }
    EntryType type =
        change instanceof RosterChange.Document ? EntryType.POLICY : EntryType.ENROLMENT;
    log(type, id, approver.value(), member, details);
    if (outcome.inForce()) {
      inForce(member);
    }
    return RosterChangeReply.newBuilder()
        .setApprovals(outcome.approvals())
        .setNeeded(outcome.needed())
        .setInForce(outcome.inForce())
        .setNextRoster(ByteString.copyFrom(outcome.next().toBytes()))
        .addAllOtherReasons(changed.otherReasons())
        .build();
  }

  private static Map<String, String> step(RosterChange change) {
    if (change instanceof RosterChange.Roots roots) {
      return Map.of(
          "step",
          "roots-approved",
          "roots",
          roots.authorities().stream()
              .map(root -> root.fingerprint().hex())
              .collect(Collectors.joining(" ")));
    }
    if (change instanceof RosterChange.Document document) {
      return Map.of(
          "step",
          document.kind() + "-approved",
          "version",
          String.valueOf(document.version()),
          "digest",
          document.digest().hex());
    }
    if (change instanceof RosterChange.NewKeys keys) {
      return Map.of("step", "keys-approved", "request", keys.request().digest().toString());
    }
    if (change instanceof RosterChange.Suspension) {
      return Map.of("step", "suspension-approved");
    }
    return Map.of(
        "step",
        change instanceof RosterChange.Resumption ? "resumption-approved" : "removal-approved");
  }

  /** A member leaves: it is gone at once, and the others' agents are asked for the next roster. */
  ExitMemberReply exit(MemberId caller, ExitMemberRequest request) throws Exception {
    MemberExit exit = MemberExit.parse(request.getExit().toByteArray());
    if (!exit.member().equals(caller)) {
      throw new IllegalArgumentException(
          "'%s' cannot say that '%s' leaves: each member says so itself"
              .formatted(caller, exit.member()));
    }
    ApprovalOutcome outcome = directory.leave(exit);
    log(exit);
    tell(exit);
    changed.run();
    return ExitMemberReply.newBuilder()
        .setApprovals(outcome.approvals())
        .setNeeded(outcome.needed())
        .build();
  }

  /**
   * An agent's signature on the roster that follows from a leaving, given by its rule. One that
   * comes too late is nothing: agents are asked again under each roster.
   */
  public void followed(String agent, RosterApproval approval) {
    try {
      MemberExit exit = MemberExit.parse(approval.getExit().toByteArray());
      ApprovalOutcome outcome =
          directory.follow(exit, signature(new MemberId(agent), approval.getNextRosterSignature()));
      if (outcome.inForce()) {
        inForce(exit.member().value());
      }
    } catch (CertsException | Directory.RefusedException tooLate) {
      LOG.info("a signature of {} is not needed: {}", agent, tooLate.getMessage());
    } catch (IllegalArgumentException malformed) {
      LOG.warn("a signature of {} is malformed: {}", agent, malformed.getMessage());
    }
  }

  /** A revocation list, whoever carries it: every agent is told. */
  PublishCrlReply publish(String carrier, PublishCrlRequest request) {
    return PublishCrlReply.newBuilder()
        .setTaken(publish(carrier, Crl.parseOne(request.getCrl().toByteArray())))
        .build();
  }

  /**
   * The same from a file at the coordinator.
   *
   * @return false where this very list is in force already
   */
  public boolean publish(String carrier, Crl crl) {
    boolean taken = directory.revocations().publish(crl);
    if (taken) {
      log(carrier, crl);
      push(Revocations.forAgents(crl));
    }
    return taken;
  }

  /** The same of what an agent knows, and mostly is known here. */
  public void carried(String agent, byte[] pem) {
    if (directory.revocations().has(pem)) {
      return;
    }
    try {
      publish(agent, Crl.parseOne(pem));
    } catch (CertsException refused) {
      LOG.info("a revocation list of {} is not taken: {}", agent, refused.getMessage());
    }
  }

  private void log(String carrier, Crl crl) {
    log(
        "crl/%s/%d".formatted(crl.issuerKey(), crl.number()),
        carrier,
        coordinator,
        Map.of(
            "step",
            "crl-published",
            "number",
            String.valueOf(crl.number()),
            "issuer-key",
            crl.issuerKey().hex(),
            "revoked",
            String.valueOf(crl.revoked().size()),
            "until",
            crl.nextUpdate().toString()));
  }

  /** Entries that a crash has left out. */
  public void resume() {
    directory.exits().forEach(this::log);
    directory.revocations().all().forEach(crl -> log(coordinator, crl));
    Roster first = directory.genesis().roster();
    if (directory.roster().version() > first.version()) {
      log(directory.roster(), "roster");
    }
  }

  /** Asks the others again to sign rosters without those who have left. */
  public void tellExits() {
    directory.exits().forEach(this::tell);
  }

  private static MemberSignature signature(MemberId member, ByteString raw) {
    return new MemberSignature(member, Base64.getEncoder().encodeToString(raw.toByteArray()));
  }

  private void log(MemberExit exit) {
    String member = exit.member().value();
    log("exit/" + exit.digest(), member, member, Map.of("step", "left", "reason", exit.reason()));
  }

  private void tell(MemberExit exit) {
    push(SessionDown.newBuilder().setMemberExit(ByteString.copyFrom(exit.toBytes())).build());
  }

  private void push(SessionDown message) {
    for (RosterEntry entry : directory.roster().agents()) {
      sessions.push(entry.id().value(), message);
    }
  }

  private void log(String id, String actor, String subject, Map<String, String> details) {
    log(EntryType.ENROLMENT, id, actor, subject, details);
  }

  private void log(
      EntryType type, String id, String actor, String subject, Map<String, String> details) {
    AuditEntry entry = audit.entry(id, type, actor, subject, EntryOutcome.OK);
    for (Map.Entry<String, String> detail : details.entrySet()) {
      entry =
          detail.getKey().equals("reason")
              ? entry.remark(detail.getKey(), detail.getValue())
              : entry.detail(detail.getKey(), detail.getValue());
    }
    audit.once(entry);
  }

  private void log(Roster roster, String subject) {
    AuditEntry entry =
        audit
            .entry(
                "roster/" + roster.version(),
                EntryType.ROSTER,
                coordinator,
                subject,
                EntryOutcome.OK)
            .detail("version", String.valueOf(roster.version()))
            .digest("roster", roster.digest().toString());
    for (DocumentEntry document : roster.documents()) {
      entry = entry.digest(document.kind().wireName(), document.digest().hex());
    }
    audit.once(entry);
  }

  /** Also the one that is out is told by the roster itself, which it can verify. */
  private void inForce(String member) {
    log(directory.roster(), member);
    SessionDown chain = directory.documents().chainForAgents();
    push(chain);
    if (!directory.isMember(member)) {
      sessions.push(member, chain);
    }
    tellExits();
    changed.run();
  }
}
