package org.concordat.cli.client;

import java.util.ArrayList;
import java.util.List;
import org.concordat.certs.Roster;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.EvidenceFile;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.RoundEvidence;

/**
 * Evidence of lies as the coordinator delivers it, each piece judged here with the keys of a roster
 * that follows from the pinned genesis. What it withholds cannot be seen.
 */
public final class LieDownload {
  private static final long MAX_BYTES = 1 << 30;

  /** A lie and the roster under which its author is left out. */
  public record Lie(Verdict verdict, EpochMessage evidence, Roster roster) {}

  private final Client client;
  private final Pinned pinned;

  public LieDownload(Client client) {
    this.client = client;
    this.pinned = new Pinned(client, LieDownload::wrong);
  }

  /**
   * @param job the job, or empty for all lies, those in the setting up of epochs too
   * @param round from 1, or 0 for all of the job's
   * @throws Failure VERIFICATION_FAILED if any piece shows no lie, or is not of your alliance
   */
  public List<Lie> lies(String job, long round) {
    List<Lie> lies = new ArrayList<>();
    try {
      for (EvidenceFile.Item item : EvidenceFile.decode(download(job, round)).items()) {
        lies.add(judged(item));
      }
    } catch (IllegalArgumentException malformed) {
      throw wrong("it cannot be read: " + malformed.getMessage());
    } catch (Refusal madeUp) {
      throw wrong(String.valueOf(madeUp.getMessage()));
    }
    return lies;
  }

  private Lie judged(EvidenceFile.Item item) throws Refusal {
    Roster roster = pinned.roster(item.roster());
    var notary = pinned.notary(roster);
    EpochMessage evidence = item.evidence();
    if (evidence instanceof RoundEvidence round) {
      byte[] certificate = round.manifestCertificate().toArray();
      Manifest manifest =
          Manifest.decode(ManifestCertificate.decode(certificate).manifest().toArray());
      require(manifest.cohort(), item.roster(), roster);
    } else if (evidence instanceof Dispute dispute
        && Inbox.open(notary, dispute.complaint().toArray()).message() instanceof Complaint about) {
      require(
          EpochStart.decode(about.evidence().start().toArray()).cohort(), item.roster(), roster);
    }
    Verdict verdict =
        Judge.judge(notary, evidence)
            .filter(Verdict::proven)
            .orElseThrow(() -> wrong("a piece of it shows no lie"));
    return new Lie(verdict, evidence, roster);
  }

  private void require(Cohort cohort, Digest named, Roster roster) {
    if (!cohort.rosterDigest().equals(named)) {
      throw wrong("it is about an epoch under another roster than it says");
    }
    pinned.requireMembers(cohort, roster);
  }

  private byte[] download(String job, long round) {
    return EvidenceParts.collect(
        client,
        EvidenceRequest.newBuilder()
            .setJob(job)
            .setRound(round)
            .setKind(EvidenceRequest.Kind.LIES)
            .build(),
        MAX_BYTES,
        LieDownload::wrong);
  }

  private static Failure wrong(String what) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "the coordinator's evidence does not bear it out: " + what,
        "blame nobody on its word; tell the alliance's members and auditors");
  }
}
