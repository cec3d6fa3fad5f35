package org.concordat.coordinator.upload;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Blobs;

/**
 * Masked vectors on disk, one file per (task, member), named so that another task, attempt or root
 * is another file. They are erased when the round is given up, or with its evidence.
 */
public final class Uploads {
  private static final String UPLOAD = "upload-";
  private static final int MAX_TREE_LEAVES = 1 << 18;

  private final Blobs blobs;
  private final Map<Path, MerkleTree> trees = new LinkedHashMap<>(16, 0.75f, true);

  /** By name, the stream that brings an upload. */
  private final Map<String, Object> claims = new HashMap<>();

  public Uploads(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Whether a named blob is one, or a part of one. */
  public static boolean isUpload(String name) {
    return name.startsWith(UPLOAD);
  }

  /** Bytes of an upload that are here. */
  public long size(String member, UploadCommitment commitment) {
    return blobs.namedSize(name(member, commitment));
  }

  /**
   * Begins or resumes an upload: from now on this stream alone appends to it, ends it or has it
   * discarded, and one that did before is refused.
   *
   * @return bytes that are here
   */
  public long claim(String member, UploadCommitment commitment, Object stream) {
    synchronized (claims) {
      claims.put(name(member, commitment), stream);
      return size(member, commitment);
    }
  }

  /** Ends a claim, if it still holds. */
  public void letGo(String member, UploadCommitment commitment, Object stream) {
    synchronized (claims) {
      claims.remove(name(member, commitment), stream);
    }
  }

  /**
   * Appends a part.
   *
   * @param offset where the upload ends
   * @throws UploadRefusedException if another stream has claimed the upload
   */
  public void append(
      String member, UploadCommitment commitment, Object stream, long offset, ByteBuffer part)
      throws UploadRefusedException {
    String name = name(member, commitment);
    synchronized (claims) {
      requireClaimed(name, stream);
      blobs.writePart(name, offset, part);
    }
  }

  /**
   * Checks that nobody else can have changed the upload since this stream claimed it, nor can now.
   *
   * @throws UploadRefusedException if another stream has claimed the upload
   */
  public void requireClaimed(String member, UploadCommitment commitment, Object stream)
      throws UploadRefusedException {
    synchronized (claims) {
      requireClaimed(name(member, commitment), stream);
    }
  }

  private void requireClaimed(String name, Object stream) throws UploadRefusedException {
    if (claims.get(name) != stream) {
      throw new UploadRefusedException(
          "another stream brings this upload now, or its round has ended: let it go on");
    }
  }

  public void sync(String member, UploadCommitment commitment) {
    blobs.sync(name(member, commitment));
  }

  /** The file of an upload. */
  public Path file(String member, Digest task, Digest root) {
    return blobs.namedPath(name(member, task, root));
  }

  /**
   * The tree over an upload's leaves; those asked for last are remembered, {@value
   * #MAX_TREE_LEAVES} leaves of all together.
   *
   * @param elementBytes bytes of one packed element
   */
  public MerkleTree tree(String member, Digest task, Digest root, int elementBytes) {
    Path file = file(member, task, root);
    synchronized (trees) {
      MerkleTree tree = trees.get(file);
      if (tree != null) {
        return tree;
      }
    }
    MerkleTree tree = MerkleTrees.ofFile(file, elementBytes);
    synchronized (trees) {
      trees.put(file, tree);
      Iterator<MerkleTree> oldest = trees.values().iterator();
      int leaves = trees.values().stream().mapToInt(MerkleTree::size).sum();
      while (leaves > MAX_TREE_LEAVES) {
        leaves -= oldest.next().size();
        oldest.remove();
      }
    }
    return tree;
  }

  /**
   * Removes an upload whose bytes do not have the committed root, so that it can be sent again;
   * nothing if another stream has claimed it meanwhile.
   */
  public void discard(String member, UploadCommitment commitment, Object stream) {
    String name = name(member, commitment);
    synchronized (claims) {
      if (claims.get(name) != stream) {
        return;
      }
      blobs.erase(name);
    }
    synchronized (trees) {
      trees.remove(blobs.namedPath(name));
    }
  }

  /**
   * Erases everything that was uploaded for a task; streams that still bring something of it end.
   */
  public void release(Digest task) {
    eraseWhere(name -> name.startsWith(prefix(task)));
  }

  /** Erases everything that was uploaded for other tasks than these. */
  public void retain(Set<Digest> tasks) {
    Set<String> prefixes = tasks.stream().map(Uploads::prefix).collect(Collectors.toSet());
    eraseWhere(name -> prefixes.stream().noneMatch(name::startsWith));
  }

  private void eraseWhere(Predicate<String> gone) {
    synchronized (claims) {
      claims.keySet().removeIf(gone);
      blobs.names().stream()
          .filter(name -> name.startsWith(UPLOAD))
          .filter(gone)
          .forEach(blobs::erase);
    }
  }

  private static String prefix(Digest task) {
    return UPLOAD + task.hex().substring(0, 32) + "-";
  }

  private static String name(String member, UploadCommitment commitment) {
    return name(member, commitment.ref().taskDigest(), commitment.root());
  }

  private static String name(String member, Digest task, Digest root) {
    return prefix(task) + root.hex().substring(0, 32) + "-" + member;
  }
}
