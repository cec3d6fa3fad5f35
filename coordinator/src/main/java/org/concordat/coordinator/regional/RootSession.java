package org.concordat.coordinator.regional;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.protocol.v1.RegionGatewayGrpc;
import org.concordat.protocol.v1.RegionHello;
import org.concordat.protocol.v1.RegionUp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session with the coordinator: whenever it breaks, {@link #look} opens another. What is said
 * without one is dropped: a new one begins with everything. On the mailbox thread.
 */
final class RootSession {
  private static final Logger LOG = LoggerFactory.getLogger(RootSession.class);
  private static final int LOOKS_AFTER_TROUBLE = 10;

  private final Channel channel;
  private final RegionHello hello;
  private final Mailbox mailbox;
  private Consumer<RegionDown> received = message -> {};
  private @Nullable StreamObserver<RegionUp> up;
  private boolean welcomed;
  private int looksToWait;
  private String lastTrouble = "";

  RootSession(Channel channel, RegionHello hello, Mailbox mailbox) {
    this.channel = channel;
    this.hello = hello;
    this.mailbox = mailbox;
  }

  /** Who takes each message. */
  void onMessage(Consumer<RegionDown> listener) {
    received = listener;
  }

  /** Opens a session if there is none; to be called every half a second or so. */
  void look() {
    if (up == null && looksToWait-- <= 0) {
      looksToWait = 0;
      Down down = new Down();
      StreamObserver<RegionUp> stream = RegionGatewayGrpc.newStub(channel).regionSession(down);
      up = stream;
      down.up = stream;
      stream.onNext(RegionUp.newBuilder().setHello(hello).build());
    }
  }

  /**
   * Ends the session and opens another a little later: after trouble here, since the coordinator
   * tells everything anew in it.
   */
  void again() {
    StreamObserver<RegionUp> stream = up;
    if (stream != null) {
      up = null;
      welcomed = false;
      looksToWait = LOOKS_AFTER_TROUBLE;
      stream.onError(
          Status.CANCELLED.withDescription("trouble with the store").asRuntimeException());
    }
  }

  void push(RegionUp message) {
    StreamObserver<RegionUp> stream = up;
    if (stream != null && welcomed) {
      stream.onNext(message);
    }
  }

  /** One session's other half. */
  private final class Down implements StreamObserver<RegionDown> {
    private @Nullable StreamObserver<RegionUp> up;

    @Override
    public void onNext(RegionDown message) {
      mailbox.post(
          () -> {
            if (RootSession.this.up == up) {
              if (message.hasWelcome()) {
                welcomed = true;
                lastTrouble = "";
                LOG.info("connected to the coordinator");
              }
              received.accept(message);
            }
          });
    }

    @Override
    public void onError(Throwable broken) {
      Status status = Status.fromThrowable(broken);
      over(status.getCode() + ": " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      over("the coordinator has ended the session");
    }

    private void over(String why) {
      mailbox.post(
          () -> {
            if (RootSession.this.up == up) {
              RootSession.this.up = null;
              welcomed = false;
              if (!why.equals(lastTrouble)) {
                LOG.warn("no session with the coordinator: {}; it is tried again", why);
              }
              lastTrouble = why;
            }
          });
    }
  }
}
