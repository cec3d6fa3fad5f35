package org.concordat.coordinator.region;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

/** An aggregator's session that breaks, is closed from this side, or is not read. */
class RegionSessionsTest {
  private static final RegionDown NEWS =
      RegionDown.newBuilder().setCrl(ByteString.copyFrom(new byte[600])).build();
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private final RegionSessions sessions = new RegionSessions(1000, clock, GRACE);
  private final Down down = new Down();
  private final RegionSessions.Session session = new RegionSessions.Session("eu-sum", down);

  /** As gRPC has it: closed once, and not to be written to after that. */
  private static final class Down extends ServerCallStreamObserver<RegionDown> {
    final List<RegionDown> sent = new ArrayList<>();
    final List<Status> closed = new ArrayList<>();
    boolean ready = true;

    private void requireOpen() {
      if (!closed.isEmpty()) {
        throw new IllegalStateException("call already closed");
      }
    }

    @Override
    public void onNext(RegionDown message) {
      requireOpen();
      sent.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      requireOpen();
      closed.add(Status.fromThrowable(failure));
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public boolean isCancelled() {
      return false; // not when it was closed from this side
    }

    @Override
    public void onCompleted() {}

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enabled) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}
  }

  @Test
  void oneThatTheCoordinatorClosedIsAwayAndNothingIsSentOnIt() {
    sessions.open(session);
    sessions.end(session, Status.INVALID_ARGUMENT);
    assertThat(down.closed)
        .extracting(Status::getCode)
        .containsExactly(Status.Code.INVALID_ARGUMENT);
    sessions.push(session, NEWS);
    sessions.end(session, Status.INVALID_ARGUMENT);
    assertThat(down.sent).isEmpty();
    assertThat(sessions.all()).isEmpty();
    assertAwayAfterTheGrace();
  }

  @Test
  void oneThatClosedUnseenEndsWithTheNextMessage() {
    sessions.open(session);
    down.closed.add(Status.CANCELLED);
    sessions.push(session, NEWS);
    assertThat(sessions.all()).isEmpty();
    assertAwayAfterTheGrace();
  }

  @Test
  void oneThatDoesNotReadIsEndedAtTheBound() {
    sessions.open(session);
    down.ready = false;
    sessions.tell(session, "one", NEWS);
    sessions.tell(session, "one", NEWS);
    assertThat(down.sent).hasSize(1);
    sessions.tell(session, "two", NEWS);
    assertThat(down.sent).hasSize(1);
    assertThat(down.closed)
        .singleElement()
        .satisfies(
            why -> {
              assertThat(why.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(why.getDescription()).contains("eu-sum", "1000");
            });
    assertAwayAfterTheGrace();
  }

  @Test
  void aSecondSessionEndsTheFirstAndTheRegionIsNotAway() {
    sessions.open(session);
    RegionSessions.Session next = new RegionSessions.Session("eu-sum", new Down());
    sessions.open(next);
    assertThat(down.closed).extracting(Status::getCode).containsExactly(Status.Code.ABORTED);
    assertThat(sessions.ended(session)).isFalse();
    assertThat(sessions.all()).containsExactly(next);
  }

  private void assertAwayAfterTheGrace() {
    assertThat(sessions.isGone("eu-sum")).isFalse();
    clock.advance(GRACE);
    assertThat(sessions.isGone("eu-sum")).isTrue();
  }
}
