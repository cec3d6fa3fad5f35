package org.concordat.secureagg.check;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.UploadCommitment;

/** "Roots": that every survivor itself has signed the root that the survivor set gives for it. */
public final class SurvivorCommitments {
  private SurvivorCommitments() {}

  /**
   * @param presenter of the certificate, to blame for whatever does not hold
   * @param manifest of the epoch; only stores that it pins have signed
   * @param commitments sealed {@link UploadCommitment}s, in the order of the set
   * @throws Refusal WRONG_ROOT naming the survivor, WRONG_STORE, or what is wrong with an envelope
   */
  public static void check(
      Notary notary,
      String presenter,
      Manifest manifest,
      Survivors survivors,
      List<Bytes> commitments)
      throws Refusal {
    require(
        commitments.size() == survivors.uploads().size(),
        Reason.WRONG_ROOT,
        presenter,
        "%d signed commitments for %d survivors",
        commitments.size(),
        survivors.uploads().size());
    for (int i = 0; i < commitments.size(); i++) {
      check(notary, presenter, manifest, survivors, survivors.uploads().get(i), commitments.get(i));
    }
  }

  private static void check(
      Notary notary,
      String presenter,
      Manifest manifest,
      Survivors survivors,
      Survivors.Upload upload,
      Bytes sealed)
      throws Refusal {
    String member = manifest.cohort().members().get(upload.index());
    Received received = Inbox.openPresented(notary, presenter, sealed);
    require(
        received.sender().equals(member)
            && received.message() instanceof UploadCommitment commitment
            && commitment.ref().equals(survivors.ref())
            && commitment.root().equals(upload.root()),
        Reason.WRONG_ROOT,
        presenter,
        "\"%s\" never signed the root %s that the survivor set gives for its upload of %s",
        member,
        upload.root().shortHex(),
        survivors.ref().describe());
    require(
        manifest.pins(member, received.incarnation()),
        Reason.WRONG_STORE,
        presenter,
        "the upload of \"%s\" is signed by its store %s, which epoch %d does not pin",
        member,
        received.incarnation().shortHex(),
        manifest.epoch());
  }
}
