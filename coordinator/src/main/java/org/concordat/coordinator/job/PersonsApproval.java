package org.concordat.coordinator.job;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.concordat.certs.Role;
import org.concordat.coordinator.directory.Directory;
import org.concordat.protocol.v1.Approval;
import org.concordat.protocol.v1.Consent;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;

/**
 * What a person signed for a site's consent.
 *
 * @param approver the participant who signed
 */
record PersonsApproval(String approver, Approval approval) {
  /** An approval that does not count. */
  static final class BadApprovalException extends Exception {
    private static final long serialVersionUID = 1L;

    BadApprovalException(String message) {
      super(message);
    }
  }

  /**
   * Opens and checks the approval in a consent that grants.
   *
   * @return empty where the consent carries none and says that a rule decided
   * @throws BadApprovalException naming what does not fit: signature, role, job, data or answer
   */
  static Optional<PersonsApproval> of(
      Consent consent, String member, Notary notary, Directory directory)
      throws BadApprovalException {
    if (consent.getSealedApproval().isEmpty()) {
      require(
          !consent.getDecidedBy().startsWith("person:"),
          "it says that a person decided, and carries no approval");
      return Optional.empty();
    }
    Notary.Opened opened;
    Approval approval;
    try {
      opened = notary.open(consent.getSealedApproval().toByteArray());
      approval = Approval.parseFrom(opened.payload());
    } catch (BadEnvelopeException | InvalidProtocolBufferException bad) {
      throw new BadApprovalException("its approval cannot be read: " + bad.getMessage());
    }
    String approver = opened.sender();
    require(opened.type().equals(Job.APPROVAL_TYPE), "what it carries is no approval");
    require(
        directory.find(approver).filter(who -> who.roles().contains(Role.APPROVER)).isPresent(),
        "'" + approver + "' has not the role approver");
    require(
        consent.getDecidedBy().equals("person:" + approver),
        "the approval is signed by '" + approver + "', the consent names another");
    require(approval.getSite().equals(member), "the approval was given for another site");
    require(
        approval.getJob().equals(consent.getJob())
            && approval.getSpecDigest().equals(consent.getSpecDigest()),
        "the approval was given for another job, or before the job was changed");
    require(
        approval.getDataSetDigest().equals(consent.getDataSetDigest()),
        "the approval was given for other data");
    require(approval.getAccepted(), "the person did not accept");
    return Optional.of(new PersonsApproval(approver, approval));
  }

  private static void require(boolean condition, String otherwise) throws BadApprovalException {
    if (!condition) {
      throw new BadApprovalException(otherwise);
    }
  }
}
