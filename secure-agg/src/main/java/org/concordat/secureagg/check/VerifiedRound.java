package org.concordat.secureagg.check;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.OpenedMasks;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;

/**
 * A released round whose signatures, seeds and pair secrets were all checked: what is left to check
 * is arithmetic, leaf by leaf. Thread-safe.
 *
 * <p>Guarantee: if {@link #checkLeaf} passes for a leaf, that leaf of the sum is exactly the sum
 * modulo 2^b of the quantised updates that the certified survivors signed the masked form of, given
 * that SHA-256 has no collisions and Ed25519 no forgeries. A survivor can have signed anything.
 */
public final class VerifiedRound {
  private final Cohort cohort;
  private final Result result;
  private final Task task;
  private final Survivors survivors;
  private final List<MaskTerm> masks;

  private VerifiedRound(Cohort cohort, Result result, Survivors survivors, List<MaskTerm> masks) {
    this.cohort = cohort;
    this.result = result;
    this.task = result.parsedTask();
    this.survivors = survivors;
    this.masks = masks;
  }

  /**
   * Checks a record: T members signed the manifest; T survivors signed the survivor set; every seed
   * and pair secret is what its dealer committed to in the deposit that the manifest names.
   *
   * @param notary checks signatures with the roster of the epoch
   * @throws Refusal naming the coordinator, who made the record, or whose envelope is wrong
   */
  public static VerifiedRound of(RoundRecord record, Notary notary) throws Refusal {
    try {
      ManifestCertificate signed =
          ManifestCertificate.decode(record.manifestCertificate().toArray());
      Manifest manifest = Manifest.decode(signed.manifest().toArray());
      Cohort cohort = manifest.cohort();
      RecordCheck check = new RecordCheck(notary, cohort.coordinator(), manifest, record);
      check.manifest(signed);
      Survivors survivors = check.certificate();
      Result result = check.result(survivors);
      return new VerifiedRound(cohort, result, survivors, check.masks(result, survivors));
    } catch (IllegalArgumentException malformed) { // malformed bytes, an infeasible cohort
      throw new Refusal(Reason.MALFORMED, "unknown", "a round's record: " + malformed.getMessage());
    }
  }

  /**
   * A round that a member checked itself, message by message, as it took part: what its leaves can
   * be checked with, without a record. Empty where somebody dropped: the pair secrets that were
   * opened for it are in the record only.
   *
   * @param manifest certified
   * @param survivors certified
   * @param result with each seed checked against its hash
   */
  public static Optional<VerifiedRound> takenPartIn(
      Manifest manifest, Survivors survivors, Result result) {
    if (!survivors.indices().equals(manifest.indices())) {
      return Optional.empty();
    }
    SortedMap<Integer, Bytes> seeds = new TreeMap<>();
    for (int i = 0; i < result.selfSeeds().size(); i++) {
      seeds.put(survivors.indices().get(i), result.selfSeeds().get(i));
    }
    Cohort cohort = manifest.cohort();
    return Optional.of(
        new VerifiedRound(
            cohort,
            result,
            survivors,
            OpenedMasks.terms(cohort, result.parsedTask(), seeds, new TreeMap<>())));
  }

  public Cohort cohort() {
    return cohort;
  }

  public Task task() {
    return task;
  }

  public Result result() {
    return result;
  }

  /** U3, certified. */
  public Survivors survivors() {
    return survivors;
  }

  /** U3: the signed root of each survivor's upload. */
  public SortedMap<String, Digest> uploads() {
    SortedMap<String, Digest> roots = new TreeMap<>();
    survivors.uploads().forEach(u -> roots.put(cohort.members().get(u.index()), u.root()));
    return roots;
  }

  public int leafCount() {
    return MerkleTree.leafCount(task.elements());
  }

  /**
   * Checks that the sum is the one of the result; once, before its leaves.
   *
   * @param sum m + 1 centred words, weight last
   */
  public void checkSum(int[] sum) throws Refusal {
    require(
        sum.length == task.elements() && MerkleRoot.ofWords(sum).equals(result.sumRoot()),
        Reason.SUM_MISMATCH,
        "the sum of %d words does not have the root %s of the result",
        sum.length,
        result.sumRoot().shortHex());
  }

  /**
   * Adds up one leaf of every survivor's upload, takes the masks off and compares.
   *
   * @param leaf from 0 to {@link #leafCount} - 1
   * @param sum the checked sum
   * @param uploads that leaf of each survivor's upload
   * @throws Refusal LEAF_WITHHELD, WRONG_ROOT or SUM_MISMATCH, naming the coordinator
   */
  public void checkLeaf(int leaf, int[] sum, Map<String, LeafProof> uploads) throws Refusal {
    checkLeaf(leaf, sum, uploads(), uploads);
  }

  /**
   * The same with partial sums in place of uploads: outside the regions, whose uploads stay inside.
   *
   * @param roots what {@link org.concordat.secureagg.region.PartialSums#roots} gives for partial
   *     sums that cover the survivors
   * @param partials that leaf of each region's partial sum
   */
  public void checkLeaf(
      int leaf, int[] sum, Map<String, Digest> roots, Map<String, LeafProof> partials)
      throws Refusal {
    LeafSum total = new LeafSum(task, leaf, cohort.coordinator());
    for (Map.Entry<String, Digest> root : roots.entrySet()) {
      total.add(root.getKey(), root.getValue(), partials.get(root.getKey()));
    }
    int first = leaf * MerkleRoot.LEAF_ELEMENTS;
    int[] words = total.words();
    Unmasker.unmask(task.quantisation().wireBits(), words, first, masks, 1);
    require(
        Arrays.equals(words, 0, words.length, sum, first, first + words.length),
        Reason.SUM_MISMATCH,
        "leaf %d of the sum is not what the survivors' uploads add up to",
        leaf);
  }

  private void require(boolean condition, Reason reason, String format, Object... values)
      throws Refusal {
    Refusal.require(condition, reason, cohort.coordinator(), format, values);
  }
}
