package org.concordat.coordinator.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Task;

/**
 * Where a round's evidence is: small, so that a call is decided without reading the record.
 *
 * @param roots root of each survivor's upload
 * @param colluders c of the epoch
 */
record EvidenceIndex(
    Task task,
    Digest sumRoot,
    SortedMap<String, Digest> roots,
    int colluders,
    List<Partial> partials) {
  /**
   * A region's partial sum.
   *
   * @param members of the survivors, whose uploads are in the region
   * @param sealed the signed {@link org.concordat.secureagg.region.PartialSum}
   */
  record Partial(String region, Digest root, List<String> members, Bytes sealed) {
    static Partial read(ByteReader in) {
      return new Partial(
          in.text(128),
          new Digest(in.raw(Digest.SIZE_BYTES)),
          in.list(Limits.MEMBERS, r -> r.text(128)),
          Bytes.of(in.bytes(Limits.SEALED_BYTES)));
    }

    void write(ByteWriter out) {
      out.text(region).raw(root.bytes()).list(members, (w, member) -> w.text(member));
      out.bytes(sealed.toArray());
    }
  }

  EvidenceIndex {
    partials = List.copyOf(partials);
  }

  /** Members whose uploads are, or were, in a region. */
  List<String> inRegions() {
    return partials.stream().flatMap(partial -> partial.members().stream()).toList();
  }

  /** Members whose uploads are, or were, here. */
  List<String> direct() {
    List<String> direct = new ArrayList<>(roots.keySet());
    direct.removeAll(inRegions());
    return direct;
  }

  /** What is, or was, here: roots of members' uploads, and of regions' partial sums. */
  SortedMap<String, Digest> held() {
    SortedMap<String, Digest> held = new TreeMap<>(roots);
    held.keySet().retainAll(direct());
    partials.forEach(partial -> held.put(partial.region(), partial.root()));
    return held;
  }

  static EvidenceIndex of(Round round) {
    SortedMap<String, Digest> roots = new TreeMap<>(round.server().uploads());
    roots.keySet().retainAll(round.server().survivors());
    Digest sumRoot = round.server().publishedResult().orElseThrow().sumRoot();
    return new EvidenceIndex(
        Task.ofCore(round.task().core()),
        sumRoot,
        roots,
        round.server().cohort().colluders(),
        partials(round));
  }

  private static List<Partial> partials(Round round) {
    return round.regions().partials().entrySet().stream()
        .map(
            sum ->
                new Partial(
                    sum.getKey(),
                    sum.getValue().root(),
                    round.regions().members(sum.getKey(), round.server().survivors()),
                    sum.getValue().sealed()))
        .toList();
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
    out.u16(colluders).list(partials, (w, partial) -> partial.write(w));
    return out.toBytes();
  }

  static EvidenceIndex decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Task task = Task.ofCore(in.bytes(Limits.SEALED_BYTES));
    Digest sumRoot = new Digest(in.raw(Digest.SIZE_BYTES));
    SortedMap<String, Digest> roots = new TreeMap<>();
    in.list(Limits.MEMBERS, r -> Map.entry(r.text(128), new Digest(r.raw(Digest.SIZE_BYTES))))
        .forEach(root -> roots.put(root.getKey(), root.getValue()));
    // older programs' end here, the least is claimed; or before regions
    int colluders = in.atEnd() ? 0 : in.u16();
    List<Partial> partials = in.atEnd() ? List.of() : in.list(Limits.MEMBERS, Partial::read);
    in.end();
    return new EvidenceIndex(task, sumRoot, roots, colluders, partials);
  }
}
