package org.concordat.secureagg.region;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.LeafSum;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;

/** What makes signed partial sums one total, and one region's sum its members' uploads. */
public final class PartialSums {
  private PartialSums() {}

  /** Signed partial sums as they are downloaded; {@link #open} reads it. */
  public static byte[] encode(List<Bytes> sealed) {
    ByteWriter out = new ByteWriter();
    out.list(sealed, (w, one) -> w.bytes(one.toArray()));
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws Refusal naming who is at fault, where the bytes are no signed partial sums
   */
  public static List<PartialSum> open(Notary notary, byte[] encoded, String coordinator)
      throws Refusal {
    List<byte[]> sealed;
    try {
      ByteReader in = new ByteReader(encoded);
      sealed = in.list(Limits.MEMBERS, r -> r.bytes(Limits.SEALED_BYTES));
      in.end();
    } catch (MalformedMessageException malformed) {
      throw new Refusal(Reason.MALFORMED, coordinator, "partial sums: " + malformed.getMessage());
    }
    List<PartialSum> partials = new ArrayList<>();
    for (byte[] one : sealed) {
      partials.add(PartialSum.open(notary, one));
    }
    return partials;
  }

  /** The packed form in which a region forwards its words: like an upload. */
  public static byte[] pack(Task task, int[] words) {
    return Ring.pack(task.quantisation().wireBits(), words, 0, words.length);
  }

  /**
   * Every survivor is in exactly one of the partial sums, one of each region, and all are about
   * this task and survivor set. Who may sign for a region, and which members it has, is the
   * roster's to say and the caller's to check.
   *
   * @throws Refusal naming the region at fault, or the coordinator where survivors are in none
   */
  public static void requireCover(
      Task task, Survivors survivors, Collection<PartialSum> partials, String coordinator)
      throws Refusal {
    Map<Integer, String> regionOf = new HashMap<>();
    Set<String> regions = new HashSet<>();
    for (PartialSum partial : partials) {
      require(
          regions.add(partial.region()),
          Reason.CONFLICTING_MESSAGE,
          partial.region(),
          "two partial sums of region %s",
          partial.region());
      require(
          partial.ref().equals(task.ref()) && partial.survivorsDigest().equals(survivors.digest()),
          Reason.MISBOUND,
          partial.region(),
          "a partial sum of another task or survivor set");
      for (int member : partial.members()) {
        require(
            survivors.indices().contains(member),
            Reason.NOT_IN_SURVIVORS,
            partial.region(),
            "member %d is in the partial sum and not among the survivors",
            member);
        String other = regionOf.put(member, partial.region());
        require(
            other == null,
            Reason.SUM_MISMATCH,
            partial.region(),
            "member %d is in the partial sums of %s and %s",
            member,
            other,
            partial.region());
      }
    }
    List<Integer> missing = new ArrayList<>(survivors.indices());
    missing.removeAll(regionOf.keySet());
    require(
        missing.isEmpty(),
        Reason.SUM_MISMATCH,
        coordinator,
        "the survivors %s are in no partial sum",
        missing);
  }

  /**
   * The partial sum is about this task and survivor set, and of exactly those survivors that the
   * signed roster puts into the region.
   *
   * @param inRegion indices of the region's members in the cohort
   * @throws Refusal naming the region
   */
  public static void requireExactly(
      Task task, Survivors survivors, PartialSum partial, Collection<Integer> inRegion)
      throws Refusal {
    List<Integer> due = new ArrayList<>(survivors.indices());
    due.retainAll(inRegion);
    require(
        partial.ref().equals(task.ref())
            && partial.survivorsDigest().equals(survivors.digest())
            && partial.wireBytes() == task.wireBytes(),
        Reason.MISBOUND,
        partial.region(),
        "a partial sum of another task or survivor set");
    require(
        partial.members().equals(due),
        Reason.SUM_MISMATCH,
        partial.region(),
        "a partial sum of the members %s, its certified survivors are %s",
        partial.members(),
        due);
  }

  /**
   * Inside a region: that a leaf of its partial sum is what its members' leaves add up to.
   *
   * @param uploads that leaf of each member's upload, by id
   * @param forwarded that leaf of the partial sum, with its path to {@link PartialSum#root}
   * @param members ids of the cohort, by index
   * @throws Refusal naming the region
   */
  public static void checkLeaf(
      Task task,
      Survivors survivors,
      PartialSum partial,
      List<String> members,
      int leaf,
      Map<String, LeafProof> uploads,
      LeafProof forwarded)
      throws Refusal {
    LeafSum expected = new LeafSum(task, leaf, partial.region());
    for (Survivors.Upload upload : survivors.uploads()) {
      if (partial.members().contains(upload.index())) {
        String member = members.get(upload.index());
        expected.add(member, upload.root(), uploads.get(member));
      }
    }
    LeafSum actual = new LeafSum(task, leaf, partial.region());
    actual.add(partial.region(), partial.root(), forwarded);
    require(
        expected.sameAs(actual),
        Reason.SUM_MISMATCH,
        partial.region(),
        "leaf %d of the partial sum is not what its members' uploads add up to",
        leaf);
  }

  /** Roots by region: what {@code VerifiedRound.checkLeaf} adds up outside the regions. */
  public static Map<String, Digest> roots(Collection<PartialSum> partials) {
    Map<String, Digest> roots = new HashMap<>();
    partials.forEach(partial -> roots.put(partial.region(), partial.root()));
    return roots;
  }
}
