package org.concordat.coordinator.regional;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.concordat.coordinator.combine.Combiner;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.ResumableUpload;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.PartialSums;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the certificate to the partial sum that the coordinator has: added up on a worker, signed,
 * durable, and only then sent, until there is a receipt. One partial sum a task is ever signed.
 */
public final class PartialWork {
  private static final Logger LOG = LoggerFactory.getLogger(PartialWork.class);
  private static final long PAUSE_MILLIS = 500;

  private final String self;
  private final Mailbox mailbox;
  private final Notary notary;
  private final Entries entries;
  private final Uploads uploads;
  private final ResumableUpload line;
  private final BiConsumer<Digest, Exception> refused;

  /** Tasks that a worker is at. On the mailbox thread. */
  private final Set<Digest> underWay = new HashSet<>();

  /**
   * @param refused told a task for which nothing can be forwarded, and why
   */
  PartialWork(
      String self,
      Mailbox mailbox,
      Notary notary,
      Entries entries,
      Uploads uploads,
      ResumableUpload line,
      BiConsumer<Digest, Exception> refused) {
    this.self = self;
    this.mailbox = mailbox;
    this.notary = notary;
    this.entries = entries;
    this.uploads = uploads;
    this.line = line;
    this.refused = refused;
  }

  /** Begins, unless it is under way. On the mailbox thread. */
  void begin(RegionRounds.Due due) {
    Digest task = due.task().digest();
    if (underWay.add(task)) {
      mailbox.work(
          () -> {
            try {
              forward(due);
            } catch (InterruptedException stopping) {
              Thread.currentThread().interrupt();
            } catch (Exception failure) {
              LOG.error("no partial sum of {}", due.task().ref().describe(), failure);
              mailbox.post(() -> refused.accept(task, failure));
            } finally {
              mailbox.post(() -> underWay.remove(task));
            }
          });
    }
  }

  private void forward(RegionRounds.Due due) throws Exception {
    Optional<byte[]> before = signedBefore(due);
    byte[] sealed = before.isPresent() ? before.get() : sign(due);
    PartialSum partial = PartialSum.decode(notary.open(sealed).payload());
    byte[] content = Files.readAllBytes(uploads.file(self, due.task().digest(), partial.root()));
    while (!line.send(content, sealed, new CompletableFuture<>())) {
      Thread.sleep(PAUSE_MILLIS);
    }
    LOG.info("the partial sum of {} is delivered", due.task().ref().describe());
  }

  private Optional<byte[]> signedBefore(RegionRounds.Due due) throws Refusal {
    Optional<byte[]> sealed = entries.get(Kinds.REGION_SUMS, due.task().digest().hex());
    if (sealed.isPresent()) {
      PartialSums.requireExactly(
          due.task(), due.set(), PartialSum.open(notary, sealed.get()), due.indices());
    }
    return sealed;
  }

  private byte[] sign(RegionRounds.Due due) throws IOException, UploadRefusedException {
    List<Path> files =
        due.own().entrySet().stream()
            .map(one -> uploads.file(one.getKey(), due.task().digest(), one.getValue()))
            .toList();
    byte[] packed = PartialSums.pack(due.task(), Combiner.masked(due.task(), files));
    PartialSum partial =
        new PartialSum(
            self,
            due.task().ref(),
            due.set().digest(),
            due.indices(),
            MerkleRoot.of(packed, due.task().quantisation().wireBytes()),
            due.task().wireBytes());
    store(partial.commitment(), packed);
    byte[] sealed = partial.seal(notary);
    entries.put(Kinds.REGION_SUMS, due.task().digest().hex(), sealed);
    return sealed;
  }

  /** Over whatever a stop has left of it. */
  private void store(UploadCommitment commitment, byte[] packed) throws UploadRefusedException {
    try {
      Files.deleteIfExists(uploads.file(self, commitment.ref().taskDigest(), commitment.root()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    uploads.claim(self, commitment, this);
    uploads.append(self, commitment, this, 0, ByteBuffer.wrap(packed));
    uploads.sync(self, commitment);
    uploads.letGo(self, commitment, this);
  }
}
