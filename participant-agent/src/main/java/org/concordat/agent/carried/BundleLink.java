package org.concordat.agent.carried;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.session.Link;
import org.concordat.agent.stored.Kinds;
import org.concordat.agent.upload.Routes;
import org.concordat.agent.upload.Uploader;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.bundle.BadBundleException.Reason;
import org.concordat.protocol.bundle.BundleReader;
import org.concordat.protocol.bundle.BundleSeal;
import org.concordat.protocol.bundle.BundleWriter;
import org.concordat.protocol.v1.BundleBlob;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session over files. Each file of the coordinator begins a session anew: all that this site must
 * know is in it. What the site says goes into its own newest file, with all that the coordinator is
 * not known to have taken, so that a file that was lost costs nothing but the way.
 */
public final class BundleLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(BundleLink.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** A file is written once the agent has said nothing for so long. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String TAKEN = "taken";
  private static final String MADE = "made";
  private static final String REPLY_KEY = "reply-key";

  /**
   * Whom the files are between.
   *
   * @param genesisDigest of the genesis that both have pinned
   */
  public record Ends(String alliance, String self, String coordinator, byte[] genesisDigest) {}

  private final BundleFolder folder;
  private final Ends ends;
  private final Notary notary;
  private final Entries entries;
  private final Clock clock;
  private final BundleSeal.ReplyKey replyKey;
  private final Outbox outbox;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "bundles");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Listener listener;
  private volatile boolean held;

  public BundleLink(BundleFolder folder, Ends ends, Notary notary, Entries entries, Clock clock) {
    this.folder = folder;
    this.ends = ends;
    this.notary = notary;
    this.entries = entries;
    this.clock = clock;
    this.outbox = new Outbox(!Files.exists(folder.outgoing()));
    this.replyKey =
        entries
            .get(Kinds.BUNDLES, REPLY_KEY)
            .map(BundleSeal.ReplyKey::of)
            .orElseGet(() -> newKey(entries));
  }

  private static BundleSeal.ReplyKey newKey(Entries entries) {
    BundleSeal.ReplyKey key = BundleSeal.ReplyKey.create();
    entries.put(Kinds.BUNDLES, REPLY_KEY, key.toStore());
    return key;
  }

  /**
   * Where masked updates go.
   *
   * @param routes whom the signed rosters have take this site's: an aggregator's go into no file
   */
  public Uploader uploader(Routes routes) {
    return new CarriedUploader(outbox, routes);
  }

  @Override
  public void start(Listener to) {
    listener = to;
    timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      folder.make();
      if (!held && Files.exists(folder.incoming())) {
        take(folder.incoming());
      }
      if (!held && outbox.isDue(QUIET_NANOS)) {
        write();
      }
    } catch (IOException | RuntimeException failure) {
      LOG.warn("bundles: {}", failure.getMessage());
    }
  }

  private void take(Path file) throws IOException {
    try {
      take(new BundleReader(file));
    } catch (BadBundleException | IOException bad) {
      LOG.warn("a bundle was not taken: {}", bad.getMessage());
      Files.writeString(folder.refusal(), String.valueOf(bad.getMessage()));
    }
    Files.delete(file);
  }

  private void take(BundleReader opened) throws IOException, BadBundleException {
    try (BundleReader reader = opened) {
      BundleHeader header = header(reader);
      reader.accept(header, BundleSeal.with(replyKey, header.getEncapsulated().toByteArray()));
      List<SessionDown> messages = messages(reader);
      LOG.info("a bundle with {} messages was taken", messages.size());
      outbox.taken(header.getTaken());
      handOn(messages);
      number(TAKEN, header.getNumber());
    }
  }

  private List<SessionDown> messages(BundleReader reader) throws IOException, BadBundleException {
    List<SessionDown> messages = new ArrayList<>();
    Optional<BundleItem> first = reader.next(); // nothing is cleared for a file of another key
    folder.clearBlobs();
    for (Optional<BundleItem> item = first; item.isPresent(); item = reader.next()) {
      switch (item.get().getKindCase()) {
        case DOWN -> messages.add(item.get().getDown());
        case MODEL -> keep(item.get().getModel());
        case SUM -> keep(item.get().getSum());
        default -> throw new BadBundleException(Reason.ALTERED, "an item of another direction");
      }
    }
    if (messages.isEmpty() || !messages.get(0).hasWelcome()) {
      throw new BadBundleException(Reason.ALTERED, "it does not begin with a welcome");
    }
    return messages;
  }

  private BundleHeader header(BundleReader reader) throws BadBundleException {
    reader.requireAlliance(ends.alliance());
    Notary.Opened opened;
    try {
      opened = notary.open(reader.signedHeader());
    } catch (BadEnvelopeException wrong) {
      throw new BadBundleException(Reason.NOT_SIGNED, String.valueOf(wrong.getMessage()));
    }
    if (!opened.type().equals(BundleWriter.TYPE) || !opened.sender().equals(ends.coordinator())) {
      throw new BadBundleException(
          Reason.NOT_SIGNED,
          "'%s' made it, this site takes those of '%s' only"
              .formatted(opened.sender(), ends.coordinator()));
    }
    BundleHeader header = BundleReader.header(opened.payload());
    BundleReader.requireDue(header, ends.genesisDigest(), ends.self(), number(TAKEN));
    return header;
  }

  private void keep(BundleBlob blob) throws IOException, BadBundleException {
    byte[] name = blob.getName().toByteArray();
    if (name.length != Digest.SIZE_BYTES) {
      throw new BadBundleException(Reason.ALTERED, "a name of " + name.length + " bytes");
    }
    Path file = folder.blobs().resolve(HexFormat.of().formatHex(name));
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      blob.getData().writeTo(out);
    }
  }

  private void handOn(List<SessionDown> messages) {
    Listener to = listener;
    if (to == null) {
      return;
    }
    to.connected(messages.get(0).getWelcome());
    messages.stream().skip(1).forEach(to::received);
  }

  private void write() throws IOException {
    Listener to = listener;
    if (to == null) {
      return;
    }
    long next = Math.max(number(MADE) + 1, clock.millis()); // above those of a store that was lost
    long until = outbox.changes();
    number(MADE, next);
    try (BundleWriter writer = new BundleWriter(folder.outgoing(), null)) {
      writer.add(
          BundleItem.newBuilder().setUp(SessionUp.newBuilder().setHello(to.hello())).build());
      for (BundleItem item : outbox.forBundle(next)) {
        writer.add(item);
      }
      writer.finish(
          BundleHeader.newBuilder()
              .setGenesisDigest(ByteString.copyFrom(ends.genesisDigest()))
              .setTo(ends.coordinator())
              .setNumber(next)
              .setTaken(number(TAKEN))
              .setReplyKey(ByteString.copyFrom(replyKey.open()))
              .setUnixMillis(clock.millis())
              .build(),
          header -> notary.seal(BundleWriter.TYPE, 0, 0, Stamp.NONE, header));
    }
    outbox.written(until);
  }

  private long number(String which) {
    return entries
        .get(Kinds.BUNDLES, which)
        .map(bytes -> ByteBuffer.wrap(bytes).getLong())
        .orElse(0L);
  }

  private void number(String which, long number) {
    entries.put(Kinds.BUNDLES, which, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  @Override
  public void restart() {}

  @Override
  public void hold() {
    held = true;
  }

  @Override
  public void resume() {
    held = false;
  }

  /** Reports are left out: what the agent does now is old by the time that a file arrives. */
  @Override
  public void push(SessionUp message) {
    if (!held && !message.hasReport()) {
      outbox.say(message);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
