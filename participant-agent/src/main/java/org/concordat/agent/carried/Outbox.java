package org.concordat.agent.carried;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.upload.Uploader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.secureagg.Digest;

/**
 * What this site has said since the newest of its files that the coordinator has taken: all of it
 * goes into each file until then. In memory: an agent that starts anew is asked again, as over a
 * line.
 */
final class Outbox implements Uploader {
  private static final int PART_BYTES = 1 << 20;

  /**
   * One thing said.
   *
   * @param inBundle number of the first file that has it; 0 for none yet
   */
  private record Said(List<BundleItem> items, long inBundle) {}

  private final List<Said> said = new ArrayList<>();
  private long lastChange = System.nanoTime();
  private long changes;
  private long written;

  /**
   * @param first whether the site has no file yet: then one is due, though nothing was said
   */
  Outbox(boolean first) {
    this.changes = first ? 1 : 0;
  }

  synchronized void say(SessionUp message) {
    add(List.of(BundleItem.newBuilder().setUp(message).build()));
  }

  /** A masked update counts as sent: it is kept until the coordinator has the file. */
  @Override
  public boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted) {
    if (unwanted.isDone()) {
      return false;
    }
    List<BundleItem> parts = new ArrayList<>();
    for (int at = 0; at < content.length || parts.isEmpty(); at += PART_BYTES) {
      int length = Math.min(PART_BYTES, content.length - at);
      UploadPart.Builder part =
          UploadPart.newBuilder().setOffset(at).setData(ByteString.copyFrom(content, at, length));
      if (parts.isEmpty()) {
        part.setSealedCommitment(ByteString.copyFrom(sealedCommitment));
      }
      parts.add(BundleItem.newBuilder().setUpload(part).build());
    }
    add(parts);
    return true;
  }

  private synchronized void add(List<BundleItem> items) {
    lastChange = System.nanoTime();
    if (said.stream().noneMatch(before -> before.items().equals(items))) {
      said.add(new Said(List.copyOf(items), 0));
      changes++;
    }
  }

  /** Whether a file is due: something was said, and nothing more for so long. */
  synchronized boolean isDue(long quietNanos) {
    return changes > written && System.nanoTime() - lastChange >= quietNanos;
  }

  /** What tells whether more was said since. */
  synchronized long changes() {
    return changes;
  }

  /** A file has all that was said until then. */
  synchronized void written(long until) {
    written = Math.max(written, until);
  }

  /** All that the coordinator is not known to have, for this file. */
  synchronized List<BundleItem> forBundle(long number) {
    List<BundleItem> all = new ArrayList<>();
    said.replaceAll(one -> new Said(one.items(), one.inBundle() == 0 ? number : one.inBundle()));
    said.forEach(one -> all.addAll(one.items()));
    return all;
  }

  /** The coordinator has taken this file. */
  synchronized void taken(long number) {
    if (said.removeIf(one -> one.inBundle() != 0 && one.inBundle() <= number)) {
      changes++; // no update stays in a file longer than it must
      lastChange = System.nanoTime();
    }
  }
}
