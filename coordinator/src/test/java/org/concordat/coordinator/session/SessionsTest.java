package org.concordat.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

  private final SettableClock clock = new SettableClock(START);
  private final Sessions sessions = new Sessions(1000, clock);
  private final FakeStream stream = new FakeStream();
  private final Session session = session("lyon", stream);

  private Session session(String member, FakeStream to) {
    return new Session(member, to, clock.instant(), START.plusSeconds(3600));
  }

  @Test
  void messagesGoToTheConnectedMemberOnly() {
    sessions.open(session);
    sessions.send("lyon", new byte[] {1, 2});
    sessions.send("berlin", new byte[] {3});
    assertThat(stream.sent)
        .singleElement()
        .satisfies(down -> assertThat(down.getSealed().toByteArray()).containsExactly(1, 2));
    assertThat(sessions.connected("lyon")).isTrue();
    assertThat(sessions.connected("berlin")).isFalse();
    assertThat(sessions.find("lyon")).contains(session);
  }

  @Test
  void aSecondSessionClosesTheFirst() {
    sessions.open(session);
    FakeStream second = new FakeStream();
    Session newer = session("lyon", second);
    sessions.open(newer);
    assertThat(stream.errors).extracting(Status::getCode).containsExactly(Status.Code.ABORTED);
    assertThat(sessions.ended(session)).as("the older one's end is no news").isFalse();
    assertThat(sessions.connected("lyon")).isTrue();
    sessions.send("lyon", new byte[1]);
    assertThat(second.sent).hasSize(1);
    assertThat(stream.sent).isEmpty();
    assertThat(sessions.ended(newer)).isTrue();
    assertThat(sessions.connected("lyon")).isFalse();
  }

  @Test
  void aMemberIsAwaySinceItsSessionEnded() {
    Instant never = START.minusSeconds(9);
    assertThat(sessions.awaySince("lyon", never)).isEqualTo(never);
    sessions.open(session);
    clock.advance(Duration.ofSeconds(7));
    sessions.ended(session);
    clock.advance(Duration.ofSeconds(7));
    assertThat(sessions.awaySince("lyon", never)).isEqualTo(START.plusSeconds(7));
    sessions.open(session("lyon", new FakeStream()));
    assertThat(sessions.awaySince("lyon", never)).isEqualTo(never);
  }

  @Test
  void aMemberThatDoesNotReadIsDisconnectedAboveTheLimitAndNotBelow() {
    sessions.open(session);
    stream.ready = false;
    sessions.send("lyon", new byte[450]);
    sessions.send("lyon", new byte[450]);
    assertThat(stream.sent).hasSize(2);
    assertThat(stream.errors).isEmpty();
    clock.advance(Duration.ofSeconds(3));
    sessions.send("lyon", new byte[450]);
    assertThat(stream.sent).hasSize(2);
    assertThat(stream.errors)
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(status.getDescription()).contains("'lyon'", "at most 1000");
            });
    assertThat(sessions.connected("lyon")).isFalse();
    assertThat(sessions.awaySince("lyon", START)).isEqualTo(START.plusSeconds(3));
  }

  @Test
  void aMemberThatReadsAgainStartsFromNothing() {
    sessions.open(session);
    for (int i = 0; i < 20; i++) {
      stream.ready = i % 2 == 0;
      sessions.send("lyon", new byte[900]);
    }
    assertThat(stream.errors).isEmpty();
    assertThat(stream.sent).hasSize(20);
  }

  private static Optional<String> isGone(Session session) {
    return session.member().equals("lyon") ? Optional.of("'lyon' was removed") : Optional.empty();
  }

  @Test
  void anExpiredLeafIsClosed() {
    sessions.open(session);
    clock.set(START.plusSeconds(3600));
    sessions.closeWhere(member -> Optional.empty());
    assertThat(stream.errors).isEmpty();
    clock.advance(Duration.ofMillis(1));
    sessions.closeWhere(member -> Optional.empty());
    assertThat(stream.errors)
        .extracting(Status::getCode)
        .containsExactly(Status.Code.UNAUTHENTICATED);
    assertThat(sessions.connected("lyon")).isFalse();
  }

  @Test
  void aMemberThatIsNoLongerListedIsClosedAndNobodyElse() {
    sessions.open(session);
    FakeStream other = new FakeStream();
    sessions.open(session("berlin", other));
    sessions.closeWhere(SessionsTest::isGone);
    assertThat(stream.errors)
        .extracting(Status::getCode)
        .containsExactly(Status.Code.PERMISSION_DENIED);
    assertThat(stream.errors.get(0).getDescription()).isEqualTo("'lyon' was removed");
    assertThat(sessions.connected("lyon")).isFalse();
    assertThat(other.errors).isEmpty();
    assertThat(sessions.connected("berlin")).isTrue();
  }

  @Test
  void aStreamThatBrokeEndsItsSession() {
    sessions.open(session);
    stream.broken = true;
    sessions.send("lyon", new byte[1]);
    assertThat(sessions.connected("lyon")).isFalse();
    sessions.open(session);
    sessions.closeWhere(SessionsTest::isGone);
    assertThat(sessions.connected("lyon")).isFalse();
  }

  @Test
  void whatAnAgentSaysOfItselfIsCut() {
    session.state("x".repeat(1000));
    assertThat(session.state()).hasSize(100);
  }

  @Test
  void whatIsReallySentIsTheTrafficsToSay() {
    SessionDown lie = SessionDown.newBuilder().setSealed(ByteString.copyFromUtf8("lie")).build();
    Sessions lying =
        new Sessions(
            1000,
            clock,
            new Traffic() {
              @Override
              public List<SessionDown> down(String member, SessionDown message) {
                return message.getSealed().size() == 1 ? List.of() : List.of(message, lie);
              }
            });
    lying.open(session);
    lying.send("lyon", new byte[1]);
    lying.send("lyon", new byte[2]);
    lying.deliver("lyon", lie);
    assertThat(stream.sent)
        .extracting(down -> down.getSealed().size())
        .as("nothing, then both, then past it")
        .containsExactly(2, 3, 3);
  }
}
