package org.concordat.coordinator.carried;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of carried members: open from the first file on, so that rounds wait for them as for
 * anybody who is there. Used by one call at a time for each member.
 */
public final class CarriedSessions {
  private static final Logger LOG = LoggerFactory.getLogger(CarriedSessions.class);

  /** What rounds compute beside the mailbox before they tell it. */
  private static final long SETTLE_MILLIS = 1000;

  private static final long RECEIPT_SECONDS = 600;

  /**
   * How a member opens its session.
   *
   * @param replyKey that answers are sealed to
   */
  public record Opening(SessionUp hello, byte[] replyKey) {}

  /** Opens a session, as a call of the member would. */
  public interface Opener {
    StreamObserver<SessionUp> open(
        String member,
        Instant leafEnds,
        Optional<Sha256> memberCa,
        ServerCallStreamObserver<SessionDown> down);
  }

  /** Receives an update, likewise. */
  public interface Receiver {
    StreamObserver<UploadPart> receive(String member, StreamObserver<UploadReceipt> answer);
  }

  /** Tells how much of one is durable; answered before it returns. */
  public interface Progress {
    void ask(String member, UploadQuery query, StreamObserver<UploadProgress> answer);
  }

  /** What members with a line call. */
  public record Line(Opener sessions, Receiver uploads, Progress state) {}

  /** A member's session now, and how it was opened. */
  private record Open(
      CarriedStream stream, StreamObserver<SessionUp> up, SessionUp hello, byte[] replyKey) {}

  private final Line line;
  private final Mailbox mailbox;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  public CarriedSessions(Line line, Mailbox mailbox) {
    this.line = line;
    this.mailbox = mailbox;
  }

  /** The same of one that was open before this process started. */
  public void takeUp(String member, Opening opening) {
    try {
      hello(member, opening);
    } catch (StatusRuntimeException refused) {
      LOG.warn("'{}' is not taken up: {}", member, refused.getMessage());
    }
  }

  /**
   * Opens a member's session, in place of one before.
   *
   * @throws StatusRuntimeException if it is refused
   */
  public void hello(String member, Opening opening) {
    CarriedStream stream = hello(member, opening.hello(), opening.replyKey(), false);
    Optional<Status> refused = stream.ended();
    if (refused.isPresent()) {
      throw refused.get().asRuntimeException();
    }
  }

  private CarriedStream hello(String member, SessionUp hello, byte[] replyKey, boolean collecting) {
    CarriedStream stream = new CarriedStream(collecting);
    StreamObserver<SessionUp> up =
        line.sessions()
            .open(member, Instant.MAX, Optional.empty(), stream); // no certificate, no end
    Open before = open.put(member, new Open(stream, up, hello, replyKey.clone()));
    up.onNext(hello);
    if (before != null) {
      before.stream().close();
    }
    return stream;
  }

  /**
   * The key that answers to a member are sealed to; empty where it has brought no file, has a line
   * since, or is no member any more.
   */
  Optional<byte[]> replyKey(String member) {
    open.computeIfPresent(member, (any, one) -> one.stream().ended().isPresent() ? null : one);
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
    CarriedStream stream = hello(member, session.hello(), session.replyKey(), true);
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
    private volatile boolean again;

    Upload(String member) {
      this.member = member;
      this.to = line.uploads().receive(member, this);
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
      line.state()
          .ask(
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
      Status status = Status.fromThrowable(failure);
      again = status.getCode() == Status.Code.UNAVAILABLE;
      answered.complete(Optional.of(String.valueOf(status.getDescription())));
    }

    /** Whether it was refused for a reason that passes. */
    boolean mayBeTriedAgain() {
      return again;
    }

    @Override
    public void onCompleted() {
      answered.complete(Optional.of("no receipt"));
    }
  }
}
