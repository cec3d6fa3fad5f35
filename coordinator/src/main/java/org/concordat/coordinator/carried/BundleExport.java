package org.concordat.coordinator.carried;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.session.Downloads;
import org.concordat.protocol.bundle.BundleSeal;
import org.concordat.protocol.bundle.BundleWriter;
import org.concordat.protocol.v1.BundleBlob;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.store.BlobReader;
import org.concordat.store.Blobs;

/**
 * Makes a file with all that a carried member must know now, and the models and sums that it was
 * told of. Sealed to the member: who carries it learns nothing of the model.
 */
public final class BundleExport {
  private static final int PART_BYTES = 1 << 20;

  private final Numbers numbers;
  private final Notary notary;
  private final CarriedSessions sessions;
  private final Downloads downloads;
  private final Blobs blobs;
  private final byte[] genesisDigest;
  private final Clock clock;

  public BundleExport(
      Numbers numbers,
      Notary notary,
      CarriedSessions sessions,
      Downloads downloads,
      Blobs blobs,
      byte[] genesisDigest,
      Clock clock) {
    this.numbers = numbers;
    this.notary = notary;
    this.sessions = sessions;
    this.downloads = downloads;
    this.blobs = blobs;
    this.genesisDigest = genesisDigest.clone();
    this.clock = clock;
  }

  /**
   * Writes the file.
   *
   * @throws JobRefusedException where the member has brought no file, or has a line
   */
  synchronized void write(String member, Path file) throws Exception {
    byte[] replyKey = replyKey(member);
    downloads.forget(member);
    List<SessionDown> told = sessions.tellAnew(member);
    BundleSeal.Sender sender = BundleSeal.to(replyKey);
    try (BundleWriter writer = new BundleWriter(file, sender.seal())) {
      for (Digest what : downloads.told(member)) {
        add(writer, what);
      }
      for (SessionDown message : told) {
        writer.add(BundleItem.newBuilder().setDown(message).build());
      }
      writer.finish(
          BundleHeader.newBuilder()
              .setGenesisDigest(ByteString.copyFrom(genesisDigest))
              .setTo(member)
              .setNumber(numbers.nextFor(member, clock.instant()))
              .setTaken(numbers.taken(member))
              .setEncapsulated(ByteString.copyFrom(sender.encapsulated()))
              .setUnixMillis(clock.millis())
              .build(),
          header -> notary.seal(BundleWriter.TYPE, 0, 0, Stamp.NONE, header));
    }
  }

  private byte[] replyKey(String member) throws JobRefusedException {
    Optional<byte[]> key = sessions.replyKey(member);
    if (key.isEmpty()) {
      numbers.forget(member);
      throw new JobRefusedException(
          JobRefusedException.Kind.NOT_FOUND,
          "nothing of '%s' was imported yet, or it is connected by a line: import its newest bundle"
              .formatted(member));
    }
    return key.get();
  }

  private void add(BundleWriter writer, Digest what) throws IOException {
    Optional<BlobReader> model = blobs.open(what.hex());
    Optional<BlobReader> found = model.or(() -> blobs.openNamed(RoundWork.sumName(what)));
    if (found.isEmpty()) {
      return; // of a round that is over: nobody asks for it
    }
    for (long at = 0; at < found.get().size(); at += PART_BYTES) {
      BundleBlob blob =
          BundleBlob.newBuilder()
              .setName(ByteString.copyFrom(what.bytes()))
              .setOffset(at)
              .setData(ByteString.copyFrom(found.get().read(at, PART_BYTES)))
              .build();
      BundleItem.Builder item = BundleItem.newBuilder();
      writer.add((model.isPresent() ? item.setModel(blob) : item.setSum(blob)).build());
    }
  }
}
