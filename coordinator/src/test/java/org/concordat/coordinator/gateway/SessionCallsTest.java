package org.concordat.coordinator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.session.Traffic;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session is read as fast as it is handled, and no faster. */
class SessionCallsTest {
  private static final ByteString GENESIS = ByteString.copyFromUtf8("genesis");
  private static final int ROOM = 2;

  @TempDir Path directory;
  private final List<String> handled = new ArrayList<>();
  private final Unhandled unhandled = new Unhandled((long) ROOM * Unhandled.LEAST_BYTES, 2);
  private Mailbox mailbox;
  private Database database;
  private SessionCalls calls;

  @BeforeEach
  void open() {
    mailbox = new Mailbox(1);
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    calls =
        new SessionCalls(
            receiver,
            mailbox,
            new LastStatements(new SqlEntries(database), NOBODY),
            unhandled,
            new SessionCalls.Greeting(GENESIS, "test"),
            Clock.systemUTC(),
            Traffic.HONEST);
  }

  @AfterEach
  void close() {
    mailbox.close();
    database.close();
  }

  /** An agent's end that counts how many messages it was asked for. */
  private static final class Stream extends FakeStream {
    private int asked;
    private Runnable closed = () -> {};
    private Status ended;

    @Override
    public void disableAutoRequest() {
      // as it is
    }

    @Override
    public synchronized void request(int count) {
      asked += count;
    }

    synchronized int asked() {
      return asked;
    }

    @Override
    public void setOnCloseHandler(Runnable handler) {
      closed = handler;
    }

    @Override
    public void onError(Throwable failure) {
      ended = Status.fromThrowable(failure);
      closed.run();
    }
  }

  private StreamObserver<SessionUp> session(Stream stream) {
    return calls.open("lyon", Instant.MAX, Optional.empty(), stream);
  }

  private static SessionUp hello(ByteString genesis) {
    return SessionUp.newBuilder()
        .setHello(
            Hello.newBuilder().setProtocolVersion(ProtocolVersion.WIRE).setGenesisDigest(genesis))
        .build();
  }

  private static SessionUp sealed(String what) {
    return SessionUp.newBuilder().setSealed(ByteString.copyFromUtf8(what)).build();
  }

  private void handleAll() throws Exception {
    mailbox.ask(() -> true).get(30, TimeUnit.SECONDS);
  }

  @Test
  void whoSendsFasterThanItIsHandledIsNotReadFrom() throws Exception {
    Stream stream = new Stream();
    StreamObserver<SessionUp> up = session(stream);
    up.onNext(hello(GENESIS));
    handleAll();
    assertThat(stream.asked()).isEqualTo(2);

    CountDownLatch busy = new CountDownLatch(1);
    mailbox.post(() -> await(busy));
    up.onNext(sealed("a"));
    assertThat(stream.asked()).as("one waits").isEqualTo(3);
    up.onNext(sealed("b"));
    assertThat(stream.asked()).as("two wait, which is the limit").isEqualTo(3);
    busy.countDown();
    handleAll();
    assertThat(stream.asked()).as("read on after what waited").isEqualTo(4);
    assertThat(handled).containsExactly("connected", "a", "b");
  }

  @Test
  void aMessageThatFailsMakesRoomToo() throws Exception {
    Stream stream = new Stream();
    StreamObserver<SessionUp> up = session(stream);
    up.onNext(hello(GENESIS));
    for (int i = 0; i < 3 * ROOM; i++) {
      up.onNext(sealed("fail"));
      handleAll();
    }
    assertThat(stream.asked()).isEqualTo(2 + 3 * ROOM);
    assertThat(stream.ended).isNull();
  }

  @Test
  void aSessionTooManyIsRefusedAndNothingOfItIsRead() throws Exception {
    Stream first = new Stream();
    session(first);
    Stream second = new Stream();
    StreamObserver<SessionUp> up = session(second);
    Stream third = new Stream();
    StreamObserver<SessionUp> refused = session(third);
    assertThat(third.ended.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    refused.onNext(hello(GENESIS));
    handleAll();
    assertThat(handled).isEmpty();
    assertThat(third.asked()).isZero();

    up.onError(Status.CANCELLED.asRuntimeException());
    Stream fourth = new Stream();
    session(fourth);
    assertThat(fourth.asked()).isEqualTo(1);
  }

  @Test
  void aSessionThatIsBrokenOffHoldsItsPlaceUntilItsHelloIsHandled() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    mailbox.post(() -> await(busy));
    for (int i = 0; i < 2; i++) {
      StreamObserver<SessionUp> up = session(new Stream());
      up.onNext(hello(GENESIS));
      up.onError(Status.CANCELLED.asRuntimeException());
    }
    Stream third = new Stream();
    session(third);
    assertThat(third.ended.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    busy.countDown();
    handleAll();
    Stream fourth = new Stream();
    session(fourth);
    assertThat(fourth.ended).isNull();
  }

  @Test
  void aHelloThatIsNoneIsNotHeld() throws Exception {
    Stream stream = new Stream();
    session(stream)
        .onNext(
            SessionUp.newBuilder()
                .setHello(
                    Hello.newBuilder()
                        .setProtocolVersion(ProtocolVersion.WIRE)
                        .setGenesisDigest(GENESIS)
                        .setSoftware("x".repeat(1 << 20)))
                .build());
    handleAll();
    assertThat(stream.ended.getDescription()).contains("a hello of at most 65536 bytes");
    assertThat(handled).isEmpty();
  }

  @Test
  void aSessionThatThisSideEndsIsCountedNoMore() {
    for (int i = 0; i < 5; i++) {
      Stream stream = new Stream();
      session(stream).onNext(hello(ByteString.copyFromUtf8("another")));
      assertThat(stream.ended.getDescription()).contains("'lyon' has pinned another genesis");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static final Notary NOBODY =
      new Notary() {
        @Override
        public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
          throw new AssertionError("nothing is sealed");
        }

        @Override
        public Opened open(byte[] sealed) {
          throw new AssertionError("nothing is opened");
        }
      };

  private final Receiver receiver =
      new Receiver() {
        @Override
        public void connected(Session session, Hello hello) {
          handled.add("connected");
        }

        @Override
        public void disconnected(Session session) {}

        @Override
        public void received(String member, byte[] sealed) {
          String what = ByteString.copyFrom(sealed).toStringUtf8();
          handled.add(what);
          if (what.equals("fail")) {
            throw new IllegalStateException("as it is told");
          }
        }

        @Override
        public void refused(Session session, Refused refused) {}

        @Override
        public void cosigned(String member, LogCosignature answer) {}

        @Override
        public void approved(Session session, RosterApproval approval) {}

        @Override
        public void listed(String member, byte[] crl) {}

        @Override
        public void stated(String member, byte[] sealedFacts) {}

        @Override
        public void reported(Session session, AgentReport report) {}

        @Override
        public int requireExpected(String member, UploadCommitment commitment)
            throws UploadRefusedException {
          throw new AssertionError("no upload");
        }

        @Override
        public void uploaded(String member, byte[] sealedCommitment, UploadCommitment commitment) {}
      };
}
