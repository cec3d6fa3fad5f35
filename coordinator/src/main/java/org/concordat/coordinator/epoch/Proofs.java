package org.concordat.coordinator.epoch;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.EvidenceFile;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evidence of lies, kept for good: the first of each liar under each roster, so never more than a
 * roster has members. Judged before it is kept.
 */
public final class Proofs {
  private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);

  private final Entries entries;
  private final Notary notary;

  public Proofs(Entries entries, Notary notary) {
    this.entries = entries;
    this.notary = notary;
  }

  /**
   * Judges evidence and keeps it if it is the first proof against its liar under the cohort's
   * roster. Durable when it returns.
   *
   * @return what it shows, if it was kept now
   */
  Optional<Lie> keep(Cohort cohort, EpochMessage evidence) {
    if (isKept(cohort.rosterDigest(), evidence)) {
      return Optional.empty();
    }
    Optional<Verdict> verdict;
    try {
      verdict = Judge.judge(notary, evidence).filter(Verdict::proven);
    } catch (Refusal madeUp) {
      LOG.warn("evidence that is none: {}", madeUp.getMessage());
      return Optional.empty();
    }
    String roster = cohort.rosterDigest().hex();
    if (verdict.isEmpty()
        || cohort.indexOf(verdict.get().liar()) < 0
        || isLiar(cohort.rosterDigest(), verdict.get().liar())) {
      return Optional.empty();
    }
    Lie lie = Lie.of(cohort.rosterDigest(), verdict.get(), evidence);
    entries.apply(
        List.of(
            new Entries.Put(Kinds.lieEvidence(roster), lie.liar(), evidence.encode()),
            new Entries.Put(Kinds.LIES, roster + "/" + lie.liar(), lie.encode())));
    return Optional.of(lie);
  }

  private boolean isKept(Digest roster, EpochMessage evidence) {
    Digest digest = evidence.digest();
    return lies().stream()
        .anyMatch(lie -> lie.roster().equals(roster) && lie.evidence().equals(digest));
  }

  private boolean isLiar(Digest roster, String member) {
    return entries.get(Kinds.LIES, roster.hex() + "/" + member).isPresent();
  }

  /**
   * What a refused message shows against its sender. Finding that out may take reading a whole
   * deposit: it is not even tried where a lie of the sender is kept under this roster.
   */
  public <M extends EpochMessage> Optional<M> against(
      Digest roster, String sender, Supplier<Optional<M>> proof) {
    return isLiar(roster, sender) ? Optional.empty() : proof.get();
  }

  /** All lies, by roster and liar. */
  public List<Lie> lies() {
    return entries.all(Kinds.LIES).values().stream().map(Lie::decode).toList();
  }

  /** The encoded evidence of a lie. */
  public byte[] evidence(Lie lie) {
    return entries.get(Kinds.lieEvidence(lie.roster().hex()), lie.liar()).orElseThrow();
  }

  /**
   * Evidence as it is given to others.
   *
   * @param job only of this job's rounds, or empty for all
   * @param round from 1, or 0 for all of the job's
   */
  public EvidenceFile file(String job, long round) {
    return new EvidenceFile(
        lies().stream()
            .filter(lie -> job.isEmpty() || lie.job().equals(job))
            .filter(lie -> job.isEmpty() || round == 0 || lie.round() == round - 1)
            .map(lie -> new EvidenceFile.Item(lie.roster(), Judge.decode(evidence(lie))))
            .toList());
  }

  /** The evidence against everybody who has lied under a roster. */
  List<EpochMessage> under(Digest roster) {
    return entries.all(Kinds.lieEvidence(roster.hex())).values().stream()
        .map(Judge::decode)
        .toList();
  }
}
