package org.concordat.coordinator.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * Agents' sessions: hello first, then sealed messages and reports, handed on in order, as far as
 * {@link Unhandled} has room.
 */
public final class SessionCalls {
  /** A hello names versions and digests only; it is held until its member has been told all. */
  private static final int HELLO_BYTES = 64 << 10;

  private final Receiver receiver;
  private final Mailbox mailbox;
  private final LastStatements statements;
  private final Unhandled unhandled;
  private final Greeting greeting;
  private final Clock clock;
  private final Traffic traffic;

  /**
   * What both sides must agree upon before anything else.
   *
   * @param software as the agent reports it
   */
  public record Greeting(ByteString genesisDigest, String software) {}

  public SessionCalls(
      Receiver receiver,
      Mailbox mailbox,
      LastStatements statements,
      Unhandled unhandled,
      Greeting greeting,
      Clock clock,
      Traffic traffic) {
    this.receiver = receiver;
    this.mailbox = mailbox;
    this.statements = statements;
    this.unhandled = unhandled;
    this.greeting = greeting;
    this.clock = clock;
    this.traffic = traffic;
  }

  /** On the call's own thread, before a message of it is read. */
  StreamObserver<SessionUp> open(
      String member,
      Instant leafEnds,
      Optional<Sha256> memberCa,
      ServerCallStreamObserver<SessionDown> down) {
    SessionStream stream = new SessionStream(member, leafEnds, memberCa, down);
    stream.begin();
    return stream;
  }

  /** One agent's session. Its methods are called one after the other. */
  private final class SessionStream implements StreamObserver<SessionUp> {
    private final String member;
    private final Instant leafEnds;
    private final Optional<Sha256> memberCa;
    private final ServerCallStreamObserver<SessionDown> down;
    private final AtomicBoolean counted = new AtomicBoolean();
    private boolean refused;
    private @Nullable Session session;

    SessionStream(
        String member,
        Instant leafEnds,
        Optional<Sha256> memberCa,
        ServerCallStreamObserver<SessionDown> down) {
      this.member = member;
      this.leafEnds = leafEnds;
      this.memberCa = memberCa;
      this.down = down;
    }

    void begin() {
      down.disableAutoRequest();
      down.setOnCancelHandler(this::ended);
      down.setOnCloseHandler(this::release);
      Status room = unhandled.opens(member);
      refused = !room.isOk();
      counted.set(room.isOk());
      if (room.isOk()) {
        down.request(1);
      } else {
        down.onError(room.asRuntimeException());
      }
    }

    @Override
    public void onNext(SessionUp message) {
      if (refused) {
        return;
      }
      traffic.up(member, message);
      Session open = session;
      if (open == null) {
        hello(message);
        return;
      }
      Optional<Runnable> next = next(open, message);
      if (next.isEmpty()) {
        down.onError(
            Status.INVALID_ARGUMENT
                .withDescription(
                    "a session carries sealed messages, reports, refusals, cosignatures, approvals, revocation lists and facts after its hello")
                .asRuntimeException());
        return;
      }
      handOn(next.get(), message.getSerializedSize());
    }

    private Optional<Runnable> next(Session open, SessionUp message) {
      return switch (message.getKindCase()) {
        case SEALED -> {
          byte[] sealed = message.getSealed().toByteArray();
          yield Optional.of(() -> receiver.received(member, sealed));
        }
        case REPORT -> Optional.of(() -> receiver.reported(open, message.getReport()));
        case REFUSED -> Optional.of(() -> receiver.refused(open, message.getRefused()));
        case LOG_COSIGNATURE ->
            Optional.of(() -> receiver.cosigned(member, message.getLogCosignature()));
        case ROSTER_APPROVAL ->
            Optional.of(() -> receiver.approved(open, message.getRosterApproval()));
        case CRL -> Optional.of(() -> receiver.listed(member, message.getCrl().toByteArray()));
        case FACTS -> Optional.of(() -> receiver.stated(member, message.getFacts().toByteArray()));
        default -> Optional.empty();
      };
    }

    /** The next one is read at once, or, where the member is at its limit, after this one. */
    private void handOn(Runnable next, int bytes) {
      boolean room = unhandled.came(member, bytes);
      mailbox.post(
          () -> {
            try {
              next.run();
            } finally {
              unhandled.handled(member, bytes);
              if (!room) {
                down.request(1);
              }
            }
          });
      if (room) {
        down.request(1);
      }
    }

    private void hello(SessionUp message) {
      String wrong = wrong(message);
      if (!wrong.isEmpty()) {
        down.onError(Status.FAILED_PRECONDITION.withDescription(wrong).asRuntimeException());
        return;
      }
      Session open = new Session(member, down, clock.instant(), leafEnds, memberCa);
      session = open;
      traffic.down(member, welcome()).forEach(down::onNext);
      handOn(() -> receiver.connected(open, message.getHello()), message.getSerializedSize());
    }

    private SessionDown welcome() {
      return SessionDown.newBuilder()
          .setWelcome(
              Welcome.newBuilder()
                  .setProtocolVersion(ProtocolVersion.WIRE)
                  .setSoftware(greeting.software)
                  .setUnixMillis(clock.millis())
                  .setLastStatement(
                      statements.of(member).map(ByteString::copyFrom).orElse(ByteString.EMPTY)))
          .build();
    }

    private String wrong(SessionUp message) {
      if (!message.hasHello() || message.getSerializedSize() > HELLO_BYTES) {
        return "the first message of a session must be a hello of at most "
            + HELLO_BYTES
            + " bytes";
      }
      Hello hello = message.getHello();
      try {
        ProtocolVersion.require(
            "'" + member + "'", hello.getProtocolVersion(), ProtocolVersion.WIRE);
      } catch (ProtocolVersion.UnsupportedVersionException unsupported) {
        return String.valueOf(unsupported.getMessage());
      }
      return hello.getGenesisDigest().equals(greeting.genesisDigest)
          ? ""
          : "'" + member + "' has pinned another genesis: compare the files of both sides";
    }

    /** Its place is free once all that it has brought is handled: opening again frees nothing. */
    private void release() {
      if (session == null) {
        uncount();
      } else {
        mailbox.post(this::uncount);
      }
    }

    private void uncount() {
      if (counted.getAndSet(false)) {
        unhandled.closed(member);
      }
    }

    private void ended() {
      Session open = session;
      if (open != null) {
        mailbox.post(() -> receiver.disconnected(open));
      }
      release();
    }

    @Override
    public void onError(Throwable broken) {
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
      down.onCompleted();
    }
  }
}
