package org.concordat.secureagg.blame;

import java.util.List;
import java.util.SortedMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.PairEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SectionHeader.Kind;

/**
 * A complaint whose evidence hangs together: bound by the context that the accused signed in the
 * header of its deposit. That context holds the start (hence cohort and roster), everyone's keys
 * and who was present.
 */
record CheckedComplaint(
    String complainer,
    Complaint complaint,
    Cohort cohort,
    EpochKeys lowKeys,
    EpochKeys highKeys,
    Digest keysContext) {

  static CheckedComplaint of(Notary notary, String complainer, Complaint complaint)
      throws FalseComplaintException {
    PairEvidence evidence = complaint.evidence();
    try {
      EpochStart start = EpochStart.decode(evidence.start().toArray());
      CheckedComplaint made =
          new CheckedComplaint(
              complainer,
              complaint,
              start.cohort(),
              EpochKeys.decode(evidence.low().toArray()),
              EpochKeys.decode(evidence.high().toArray()),
              Contexts.ofKeys(start.digest(), evidence.digests()));
      made.checkPair(start);
      made.checkKeys(start);
      made.checkEncapsulation(notary);
      made.checkDeposit(notary);
      return made;
    } catch (IllegalArgumentException malformed) {
      throw new FalseComplaintException("its evidence is malformed: " + malformed.getMessage());
    }
  }

  String accused() {
    return cohort.members().get(complaint.accused());
  }

  int complainerIndex() {
    return cohort.indexOf(complainer);
  }

  private int lowIndex() {
    return Math.min(complainerIndex(), complaint.accused());
  }

  private int highIndex() {
    return Math.max(complainerIndex(), complaint.accused());
  }

  /** Who encapsulated. */
  String low() {
    return cohort.members().get(lowIndex());
  }

  String high() {
    return cohort.members().get(highIndex());
  }

  /** Whose keys a judge needs, in this order: those of the complainer and of the higher. */
  List<String> openers() {
    return complainer.equals(high()) ? List.of(complainer) : List.of(complainer, accused());
  }

  EpochKeys keysOf(String member) {
    return member.equals(low()) ? lowKeys : highKeys;
  }

  private void checkPair(EpochStart start) throws FalseComplaintException {
    require(start.number() == complaint.epoch(), "its start is that of another epoch");
    require(complainerIndex() >= 0, "it is no member of the cohort");
    require(complaint.accused() < cohort.size(), "it accuses nobody");
    require(complaint.accused() != complainerIndex(), "it accuses itself");
    require(
        complaint.evidence().present().contains(lowIndex())
            && complaint.evidence().present().contains(highIndex()),
        "one of the pair was absent");
  }

  private void checkKeys(EpochStart start) throws FalseComplaintException {
    SortedMap<Integer, Digest> digests = complaint.evidence().digests();
    require(
        lowKeys.digest().equals(digests.get(lowIndex()))
            && highKeys.digest().equals(digests.get(highIndex())),
        "its keys are not those of the key set");
    for (EpochKeys keys : new EpochKeys[] {lowKeys, highKeys}) {
      require(
          keys.epoch() == start.number() && keys.cohortDigest().equals(cohort.digest()),
          "its keys are those of another epoch or cohort");
    }
  }

  private void checkEncapsulation(Notary notary) throws FalseComplaintException {
    PairEvidence evidence = complaint.evidence();
    SectionHeader header = encapsulationHeader(notary, evidence.encapsulation());
    require(header.context().equals(keysContext), "the encapsulation belongs to other keys");
    require(
        evidence.ciphertext().size() == EpochKeyPair.CIPHERTEXT_BYTES
            && header.sections().size() == cohort.size()
            && header.sections().get(highIndex()).equals(evidence.ciphertext().sha256()),
        "the ciphertext is not the one that was signed");
  }

  /** A sealed encapsulation header of the pair's lower member for this epoch. */
  SectionHeader encapsulationHeader(Notary notary, Bytes sealed) throws FalseComplaintException {
    return header(notary, sealed, low(), Kind.ENCAPSULATIONS);
  }

  private void checkDeposit(Notary notary) throws FalseComplaintException {
    PairEvidence evidence = complaint.evidence();
    SectionHeader header = header(notary, evidence.deposit(), accused(), Kind.DEPOSIT);
    require(
        header.context().equals(Contexts.ofPresent(keysContext, evidence.present())),
        "the accused did not sign this start, these keys and who was present");
    require(
        evidence.section().size() == DepositLayout.sectionBytes(false)
            && header.sections().size() == cohort.size()
            && header.sections().get(complainerIndex()).equals(evidence.section().sha256()),
        "the section is not the one that the accused signed");
  }

  private SectionHeader header(Notary notary, Bytes sealed, String author, Kind kind)
      throws FalseComplaintException {
    SectionHeader header;
    try {
      header = Inbox.open(notary, sealed, SectionHeader.class, author);
    } catch (Refusal e) {
      throw new FalseComplaintException("no header of \"" + author + "\": " + e.getMessage());
    }
    require(
        header.epoch() == complaint.epoch() && header.kind() == kind,
        "a header of another epoch or kind");
    return header;
  }

  private static void require(boolean condition, String otherwise) throws FalseComplaintException {
    if (!condition) {
      throw new FalseComplaintException(otherwise);
    }
  }
}
