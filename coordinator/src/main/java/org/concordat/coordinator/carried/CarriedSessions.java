package org.concordat.coordinator.carried;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.gateway.SessionCalls;
import org.concordat.coordinator.gateway.UploadCalls;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;

/**
 * The sessions of carried members: open from the first file on, so that rounds wait for them as for
 * anybody who is there. Used by one call at a time for each member.
 */
public final class CarriedSessions {
  /** What rounds compute beside the mailbox before they tell it. */
  private static final long SETTLE_MILLIS = 300;

  private static final long RECEIPT_SECONDS = 600;

  /**
   * How a member opens its session.
   *
   * @param replyKey that answers are sealed to
   */
  public record Opening(SessionUp hello, byte[] replyKey) {}

  /** A member's session now, and how it was opened. */
  private record Open(
      CarriedStream stream, StreamObserver<SessionUp> up, SessionUp hello, byte[] replyKey) {}

  private final SessionCalls sessions;
  private final UploadCalls uploads;
  private final Mailbox mailbox;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  public CarriedSessions(SessionCalls sessions, UploadCalls uploads, Mailbox mailbox) {
    this.sessions = sessions;
    this.uploads = uploads;
    this.mailbox = mailbox;
  }

  /** Opens a member's session, in place of one before. */
  public void hello(String member, Opening opening) {
    CarriedStream stream = hello(member, opening.hello(), opening.replyKey());
    Optional<Status> refused = stream.ended();
    if (refused.isPresent()) {
      throw refused.get().asRuntimeException();
    }
  }

  private CarriedStream hello(String member, SessionUp hello, byte[] replyKey) {
    CarriedStream stream = new CarriedStream();
    StreamObserver<SessionUp> up =
        sessions.open(member, Instant.MAX, Optional.empty(), stream); // no certificate, no end
    Open before = open.put(member, new Open(stream, up, hello, replyKey.clone()));
    up.onNext(hello);
    if (before != null) {
      before.stream().close();
    }
    return stream;
  }

  /** The key that answers to a member are sealed to; empty where it has brought no file yet. */
  Optional<byte[]> replyKey(String member) {
    return Optional.ofNullable(open.get(member)).map(one -> one.replyKey().clone());
  }

  /** Hands on what the member says. */
  void up(String member, SessionUp message) throws InterruptedException {
    Open session = open.get(member);
    if (session != null) {
      session.stream().awaitAsked();
      session.up().onNext(message);
    }
  }

  /** Waits until all that was handed on is handled, and durable. */
  void settle() throws Exception {
    Answers.await(mailbox, () -> true);
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    Answers.await(mailbox, () -> true);
  }

  /**
   * Tells the member all that it must know now, as if it had just connected.
   *
   * @return the messages, the welcome first
   */
  List<SessionDown> tellAnew(String member) throws Exception {
    Open session = open.get(member);
    if (session == null) {
      return List.of();
    }
    CarriedStream stream = hello(member, session.hello(), session.replyKey());
    settle();
    List<SessionDown> told = stream.finish();
    Optional<Status> ended = stream.ended();
    if (ended.isPresent()) {
      throw ended.get().asRuntimeException();
    }
    return told;
  }

  /** Begins to receive a masked update. */
  Upload upload(String member) {
    return new Upload(member);
  }

  /** One masked update, part by part. */
  final class Upload implements StreamObserver<UploadReceipt> {
    private final CompletableFuture<Optional<String>> answered = new CompletableFuture<>();
    private final String member;
    private final StreamObserver<UploadPart> to;
    private long durable = -1;

    Upload(String member) {
      this.member = member;
      this.to = uploads.receive(member, this);
    }

    /** What is durable from a file before is not sent again; nor what of a refused one is left. */
    void part(UploadPart part) {
      boolean first = durable < 0;
      if (first) {
        durable = durable(part.getSealedCommitment());
      }
      long skip = Math.min(part.getData().size(), Math.max(0, durable - part.getOffset()));
      UploadPart rest =
          part.toBuilder()
              .setOffset(first ? durable : part.getOffset() + skip)
              .setData(part.getData().substring((int) skip))
              .build();
      if (!answered.isDone() && (first || !rest.getData().isEmpty())) {
        to.onNext(rest);
      }
    }

    private long durable(ByteString sealedCommitment) {
      AtomicLong bytes = new AtomicLong();
      uploads.state(
          member,
          UploadQuery.newBuilder().setSealedCommitment(sealedCommitment).build(),
          new StreamObserver<UploadProgress>() {
            @Override
            public void onNext(UploadProgress progress) {
              bytes.set(progress.getDurableBytes());
            }

            @Override
            public void onError(Throwable refused) {
              onCompleted(); // the upload itself says why
            }

            @Override
            public void onCompleted() {}
          });
      return bytes.get();
    }

    /**
     * After the last part.
     *
     * @return why it was not taken; empty where it is durable
     */
    Optional<String> finish() {
      if (!answered.isDone()) {
        to.onCompleted();
      }
      return answered
          .completeOnTimeout(Optional.of("no receipt in time"), RECEIPT_SECONDS, TimeUnit.SECONDS)
          .join();
    }

    @Override
    public void onNext(UploadReceipt receipt) {
      answered.complete(Optional.empty());
    }

    @Override
    public void onError(Throwable failure) {
      answered.complete(
          Optional.of(String.valueOf(Status.fromThrowable(failure).getDescription())));
    }

    @Override
    public void onCompleted() {
      answered.complete(Optional.of("no receipt"));
    }
  }
}
