package org.concordat.coordinator.evidence;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Task;

/**
 * Where a round's evidence is: small, so that a call is decided without reading the record.
 *
 * @param roots root of each survivor's upload
 * @param colluders c of the epoch
 */
record EvidenceIndex(Task task, Digest sumRoot, SortedMap<String, Digest> roots, int colluders) {
  static EvidenceIndex of(Round round) {
    SortedMap<String, Digest> roots = new TreeMap<>(round.server().uploads());
    roots.keySet().retainAll(round.server().survivors());
    Digest sumRoot = round.server().publishedResult().orElseThrow().sumRoot();
    return new EvidenceIndex(
        Task.ofCore(round.task().core()), sumRoot, roots, round.server().cohort().colluders());
  }

  /**
   * @param over whether the round has committed: then the policy in force says who gets what is
   *     left of it, and until then the one that the round runs under
   */
  SumFacts sums(boolean over) {
    return SumFacts.after(
        List.copyOf(roots.keySet()),
        colluders,
        over ? Optional.empty() : Optional.of(task.policyDigest()));
  }

  byte[] encode() {
    ByteWriter out = new ByteWriter().bytes(task.core()).raw(sumRoot.bytes());
    out.list(
        List.copyOf(roots.entrySet()),
        (w, root) -> w.text(root.getKey()).raw(root.getValue().bytes()));
    return out.u16(colluders).toBytes();
  }

  /** An older program's ends before: the least is claimed. */
  private static int colluders(ByteReader in) {
    try {
      int colluders = in.u16();
      in.end();
      return colluders;
    } catch (MalformedMessageException older) {
      return 0;
    }
  }

  static EvidenceIndex decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Task task = Task.ofCore(in.bytes(Limits.SEALED_BYTES));
    Digest sumRoot = new Digest(in.raw(Digest.SIZE_BYTES));
    SortedMap<String, Digest> roots = new TreeMap<>();
    in.list(Limits.MEMBERS, r -> Map.entry(r.text(128), new Digest(r.raw(Digest.SIZE_BYTES))))
        .forEach(root -> roots.put(root.getKey(), root.getValue()));
    return new EvidenceIndex(task, sumRoot, roots, colluders(in));
  }
}
