package org.concordat.coordinator.intake;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Blobs;

/**
 * Masked vectors on disk, one file per (task, member), named so that another task, attempt or root
 * is another file. They are erased when the round ends.
 */
public final class Uploads {
  private final Blobs blobs;

  public Uploads(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Bytes of an upload that are here. */
  public long size(String member, UploadCommitment commitment) {
    return blobs.namedSize(name(member, commitment.ref().taskDigest(), commitment.root()));
  }

  void write(String member, UploadCommitment commitment, long offset, ByteBuffer part) {
    blobs.writePart(name(member, commitment.ref().taskDigest(), commitment.root()), offset, part);
  }

  void sync(String member, UploadCommitment commitment) {
    blobs.sync(name(member, commitment.ref().taskDigest(), commitment.root()));
  }

  /** The file of an upload. */
  public Path file(String member, Digest task, Digest root) {
    return blobs.namedPath(name(member, task, root));
  }

  /** Removes an upload whose bytes do not have the committed root, so that it can be sent again. */
  void discard(String member, UploadCommitment commitment) {
    blobs.erase(name(member, commitment.ref().taskDigest(), commitment.root()));
  }

  /** Erases everything that was uploaded for a task. */
  public void release(Digest task) {
    String prefix = "upload-" + task.hex().substring(0, 32) + "-";
    blobs.names().filter(name -> name.startsWith(prefix)).toList().forEach(blobs::erase);
  }

  private static String name(String member, Digest task, Digest root) {
    return "upload-"
        + task.hex().substring(0, 32)
        + "-"
        + root.hex().substring(0, 32)
        + "-"
        + member;
  }
}
