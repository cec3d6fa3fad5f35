package org.concordat.coordinator.evidence;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.JobRefusedException.Kind;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.message.Task;

/** Leaves of what is uploaded, each with its path to the root that its owner signed. */
public record UploadLeaves(Uploads uploads) {
  /** Leaves that one call may ask for. */
  static final int MAX_LEAVES = 1024;

  /**
   * The numbers that are asked for, in order.
   *
   * @throws JobRefusedException INVALID if they are too many, twice, or not of this task
   */
  public static Set<Integer> wanted(Task task, List<Integer> wanted) throws JobRefusedException {
    int count = MerkleTree.leafCount(task.elements());
    Set<Integer> distinct = new TreeSet<>(wanted);
    if (wanted.size() > MAX_LEAVES
        || distinct.size() < wanted.size()
        || distinct.stream().anyMatch(leaf -> leaf < 0 || leaf >= count)) {
      throw new JobRefusedException(
          Kind.INVALID,
          "%d leaves were asked for: at most %d different ones, each from 0 to %d"
              .formatted(wanted.size(), MAX_LEAVES, count - 1));
    }
    return distinct;
  }

  /** One leaf. */
  public LeafPart part(Task task, String owner, Digest root, int leaf) {
    int width = task.quantisation().wireBytes();
    MerkleTree tree = uploads.tree(owner, task.digest(), root, width);
    int bytes = width * MerkleTree.leafElements(task.elements(), leaf);
    long from = (long) leaf * MerkleRoot.LEAF_ELEMENTS * width;
    Path file = uploads.file(owner, task.digest(), root);
    return LeafPart.newBuilder()
        .setMember(owner)
        .setLeaf(leaf)
        .setData(FileParts.read(file, from, bytes))
        .addAllPath(tree.path(leaf).stream().map(d -> ByteString.copyFrom(d.bytes())).toList())
        .build();
  }
}
