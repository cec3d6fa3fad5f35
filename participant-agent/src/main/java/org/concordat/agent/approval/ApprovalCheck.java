package org.concordat.agent.approval;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import java.util.List;
import org.concordat.agent.approval.BadApprovalException.Reason;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.Approval;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;

/**
 * Who may answer for this site, and whether an answer is theirs and about what was asked.
 *
 * @param approvers ids that the agent's file names; others do not count, whatever their roles
 */
public record ApprovalCheck(Notary notary, Rosters rosters, List<String> approvers) {
  /**
   * A person's answer that counts.
   *
   * @param approver who signed it
   * @param sealed the envelope, for the log
   */
  record Answer(String approver, boolean accepted, String comment, byte[] sealed) {}

  /**
   * A consent that is taken back.
   *
   * @param signer whose word it is
   * @param sealed the envelope, for the log
   */
  record Withdrawal(String signer, String job, String comment, byte[] sealed) {}

  /** Whether anybody can approve here at all. */
  boolean anybody() {
    return approvers.stream().anyMatch(this::isApprover);
  }

  private boolean isApprover(String id) {
    return rosters.has(id, Role.APPROVER);
  }

  /**
   * Checks an answer that was put to a request: signature with the roster in force, role, name,
   * site, request, job, data.
   */
  Answer check(Request request, byte[] sealed) throws BadApprovalException {
    Notary.Opened opened = open(sealed, Inbox.APPROVAL_TYPE);
    String signer = opened.sender();
    if (!isApprover(signer)) {
      throw new BadApprovalException(
          Reason.NOT_AN_APPROVER,
          "'" + signer + "' has not the role approver in the roster in force");
    }
    if (!approvers.contains(signer)) {
      throw new BadApprovalException(
          Reason.NOT_NAMED,
          "'%s' is not among approval.approvers of this agent's file: %s"
              .formatted(signer, approvers.stream().sorted().toList()));
    }
    Approval approval = approval(opened.payload());
    require(
        approval.getSite().equals(request.site()),
        Reason.OTHER_SITE,
        "it is an answer for site '" + Plain.text(approval.getSite()) + "'");
    require(
        approval.getRequest().equals(request.id()) && request.isOpen(),
        Reason.REPLAYED,
        "it answers request %s, this is %s, %s: an answer counts once"
            .formatted(Plain.text(approval.getRequest()), request.id(), request.state()));
    require(
        approval.getJob().equals(request.job())
            && hex(approval.getSpecDigest()).equals(request.specDigest()),
        Reason.JOB_CHANGED,
        "it approves job '%s' with digest %s, asked was about '%s' with %s"
            .formatted(
                Plain.text(approval.getJob()),
                cut(hex(approval.getSpecDigest())),
                request.job(),
                cut(request.specDigest())));
    require(
        hex(approval.getDataSetDigest()).equals(request.dataSetDigest()),
        Reason.DATA_CHANGED,
        "it approves data %s, asked was about %s"
            .formatted(cut(hex(approval.getDataSetDigest())), cut(request.dataSetDigest())));
    return new Answer(signer, approval.getAccepted(), approval.getComment(), sealed);
  }

  /**
   * Checks that a consent is taken back by somebody who may: an approver whom the agent's file
   * names, or the site itself, by its own key. Taking back opens nothing, so that the key in the
   * agent's home is enough.
   */
  Withdrawal withdrawal(String site, byte[] sealed) throws BadApprovalException {
    Notary.Opened opened = open(sealed, Inbox.WITHDRAWAL_TYPE);
    String signer = opened.sender();
    require(
        signer.equals(site) || isApprover(signer) && approvers.contains(signer),
        Reason.NOT_NAMED,
        "'%s' is neither this site nor an approver whom this agent's file names: %s"
            .formatted(signer, approvers.stream().sorted().toList()));
    Approval approval = approval(opened.payload());
    require(
        approval.getSite().equals(site) && !approval.getAccepted(),
        Reason.OTHER_SITE,
        "it takes back a consent of site '" + Plain.text(approval.getSite()) + "'");
    return new Withdrawal(signer, approval.getJob(), approval.getComment(), sealed);
  }

  private Notary.Opened open(byte[] sealed, String type) throws BadApprovalException {
    try {
      Notary.Opened opened = notary.open(sealed);
      require(
          opened.type().equals(type),
          Reason.NOT_AN_APPROVAL,
          "it is signed as '" + Plain.text(opened.type()) + "', not as " + type);
      return opened;
    } catch (BadEnvelopeException bad) {
      throw new BadApprovalException(Reason.NOT_AN_APPROVAL, String.valueOf(bad.getMessage()));
    }
  }

  private static Approval approval(byte[] payload) throws BadApprovalException {
    try {
      Approval approval = Approval.parseFrom(payload);
      require(
          approval.getComment().length() <= Inbox.MAX_COMMENT_CHARS,
          Reason.NOT_AN_APPROVAL,
          "its comment has more than " + Inbox.MAX_COMMENT_CHARS + " characters");
      return approval;
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadApprovalException(Reason.NOT_AN_APPROVAL, "its payload is no approval");
    }
  }

  private static void require(boolean holds, Reason reason, String what)
      throws BadApprovalException {
    if (!holds) {
      throw new BadApprovalException(reason, what);
    }
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String cut(String hex) {
    return hex.length() > 12 ? hex.substring(0, 12) : hex.isEmpty() ? "(none)" : hex;
  }
}
