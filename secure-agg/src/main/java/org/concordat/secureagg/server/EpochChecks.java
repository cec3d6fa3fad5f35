package org.concordat.secureagg.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.BadKeyException;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;

/** What the coordinator can check of a member's epoch messages without any secret. */
final class EpochChecks {
  private EpochChecks() {}

  static void keys(EpochStart start, String sender, EpochKeys keys) throws Refusal {
    require(
        keys.cohortDigest().equals(start.cohort().digest()),
        Reason.COHORT_MISMATCH,
        sender,
        "keys for another cohort than that of epoch %d",
        start.number());
    try {
      EpochKeyPair.checkMlKemPublic(keys.mlKem768());
      EpochKeyPair.checkX25519Public(keys.x25519());
    } catch (BadKeyException e) {
      throw new Refusal(Reason.BAD_KEY, sender, String.valueOf(e.getMessage()));
    }
  }

  static SectionHeader headerOf(Notary notary, Parcel parcel) throws Refusal {
    return (SectionHeader) Inbox.open(notary, parcel.sealedHeader().toArray()).message();
  }

  /** The header is the sender's, of this epoch, and the parts are those it signed. */
  static SectionHeader header(Notary notary, EpochStart start, String sender, Parcel parcel)
      throws Refusal {
    SectionHeader header =
        Inbox.openPresented(notary, sender, parcel.sealedHeader(), SectionHeader.class, sender);
    require(
        header.epoch() == start.number(),
        Reason.MISBOUND,
        sender,
        "a header of epoch %d in a parcel of %d",
        header.epoch(),
        start.number());
    List<Digest> digests = parcel.sections().stream().map(Bytes::sha256).toList();
    require(
        parcel.sections().size() == start.cohort().size()
            && header.sections().equals(digests)
            && header.commonDigest().equals(parcel.common().sha256())
            && header.recoveryDigest().equals(parcel.recovery().sha256()),
        Reason.BAD_SECTION,
        sender,
        "the sections are not those that the header of epoch %d signs",
        start.number());
    return header;
  }

  /** Sizes: who must get a section has one of the right length, nobody else has any. */
  static void sections(
      String sender, int author, List<Integer> present, SectionHeader.Kind kind, Parcel parcel)
      throws Refusal {
    boolean deposit = kind == SectionHeader.Kind.DEPOSIT;
    int common = deposit ? DepositLayout.COMMON_BYTES : 0;
    int recovery = deposit ? Limits.TOKENS * DepositLayout.recordBytes(present.size()) : 0;
    require(
        parcel.common().size() == common && parcel.recovery().size() == recovery,
        Reason.BAD_SECTION,
        sender,
        "%d and %d bytes in the common and recovery sections, %d and %d due",
        parcel.common().size(),
        parcel.recovery().size(),
        common,
        recovery);
    for (int index = 0; index < parcel.sections().size(); index++) {
      int due =
          deposit ? DepositLayout.sectionBytes(index == author) : EpochKeyPair.CIPHERTEXT_BYTES;
      boolean gets = present.contains(index) && (deposit || index > author);
      require(
          parcel.sections().get(index).size() == (gets ? due : 0),
          Reason.BAD_SECTION,
          sender,
          "a section of %d bytes for member %d",
          parcel.sections().get(index).size(),
          index);
    }
  }
}
