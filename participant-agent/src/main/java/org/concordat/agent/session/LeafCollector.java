package org.concordat.agent.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;

/**
 * Gathers the leaves that were asked for, and nothing else: at most one of each owner and number,
 * each no larger than a leaf can be. What it holds is bounded by what was asked, whatever the
 * coordinator sends.
 */
public final class LeafCollector {
  /** The longest audit path: trees have at most 2^32 leaves. */
  public static final int MAX_PATH = 32;

  /** 4,096 elements of at most 32 bits. */
  public static final int MAX_DATA_BYTES = 4096 * 4;

  /** A part that nobody asked for, sent twice, or too large. */
  public static final class UnwantedLeafException extends Exception {
    UnwantedLeafException(String message) {
      super(message);
    }
  }

  private final Set<Integer> wanted;
  private final Set<String> owners;
  private final Map<Integer, Map<String, LeafProof>> leaves = new HashMap<>();

  /**
   * @param wanted numbers of leaves
   * @param owners of the uploads, at most 256
   */
  public LeafCollector(Collection<Integer> wanted, Collection<String> owners) {
    this.wanted = Set.copyOf(wanted);
    this.owners = Set.copyOf(owners);
    if (this.owners.size() > Cohort.MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "leaves of " + owners.size() + " members, at most " + Cohort.MAX_MEMBERS + " can be");
    }
  }

  /**
   * Takes one part.
   *
   * @throws UnwantedLeafException naming the part and what is wrong with it; nothing was kept
   */
  public void add(LeafPart part) throws UnwantedLeafException {
    require(
        wanted.contains(part.getLeaf()) && owners.contains(part.getMember()),
        part,
        "was not asked for");
    require(part.getData().size() <= MAX_DATA_BYTES, part, "is larger than a leaf can be");
    require(part.getPathCount() <= MAX_PATH, part, "has a longer path than a tree can have");
    Map<String, LeafProof> ofLeaf = leaves.computeIfAbsent(part.getLeaf(), leaf -> new HashMap<>());
    require(!ofLeaf.containsKey(part.getMember()), part, "was sent twice");
    ofLeaf.put(part.getMember(), proof(part));
  }

  private static LeafProof proof(LeafPart part) throws UnwantedLeafException {
    for (var digest : part.getPathList()) {
      require(
          digest.size() == Digest.SIZE_BYTES, part, "has a digest of another length in its path");
    }
    return new LeafProof(
        Bytes.of(part.getData().toByteArray()),
        part.getPathList().stream().map(digest -> new Digest(digest.toByteArray())).toList());
  }

  private static void require(boolean condition, LeafPart part, String what)
      throws UnwantedLeafException {
    if (!condition) {
      String name = part.getMember();
      throw new UnwantedLeafException(
          "leaf %s of '%s' %s"
              .formatted(
                  Integer.toUnsignedString(part.getLeaf()),
                  name.substring(0, Math.min(name.length(), 64)),
                  what));
    }
  }

  /** By leaf, then by owner; some may be missing. */
  public Map<Integer, Map<String, LeafProof>> leaves() {
    return leaves;
  }
}
