package org.concordat.coordinator.carried;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.gateway.SessionCalls;
import org.concordat.coordinator.gateway.UploadCalls;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
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
    hello(member, opening.hello(), opening.replyKey());
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
  void up(String member, SessionUp message) {
    Open session = open.get(member);
    if (session != null) {
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

  /**
   * One masked update, all of its parts.
   *
   * @return why it was not taken; empty where it is durable
   */
  Optional<String> upload(String member, List<UploadPart> parts) {
    CompletableFuture<Optional<String>> answered = new CompletableFuture<>();
    StreamObserver<UploadPart> to =
        uploads.receive(
            member,
            new StreamObserver<UploadReceipt>() {
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
            });
    for (UploadPart part : parts) {
      if (!answered.isDone()) {
        to.onNext(part);
      }
    }
    if (!answered.isDone()) {
      to.onCompleted();
    }
    return answered
        .completeOnTimeout(Optional.of("no receipt in time"), RECEIPT_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  /** Those that have brought a file. */
  List<String> members() {
    return new ArrayList<>(open.keySet());
  }
}
