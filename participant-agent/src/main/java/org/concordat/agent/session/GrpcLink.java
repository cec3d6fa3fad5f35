package org.concordat.agent.session;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.concordat.certs.PeerRefusedException;
import org.concordat.protocol.ServerChain;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session over gRPC: whenever it breaks, for whatever reason, it is opened again after a pause
 * that grows to a bound.
 */
public final class GrpcLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcLink.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration JUMP = Duration.ofSeconds(30);
  private static final Duration ROSTERS = Duration.ofSeconds(10);
  private static final Set<Status.Code> REFUSED =
      EnumSet.of(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);

  private final ManagedChannel channel;
  private final Clock clock;
  private final PeerTrust trust;
  private final ServerChain server = new ServerChain();
  private final AtomicBoolean asking = new AtomicBoolean();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "link"));
  private @Nullable Listener listener;
  private @Nullable StreamObserver<SessionUp> up;
  private Duration pause = FIRST_PAUSE;
  private int session;
  private long wallMillis;
  private long steadyNanos;
  private String trouble = "";
  private boolean held;
  private boolean closed;

  /** Without a look at certificates: what is not TLS has none. */
  public GrpcLink(ManagedChannel channel, Clock clock) {
    this(channel, clock, new PeerTrust(() -> false, server -> Optional.empty(), () -> channel));
  }

  /**
   * @param clock the wall clock
   */
  public GrpcLink(ManagedChannel channel, Clock clock, PeerTrust trust) {
    this.channel = channel;
    this.trust = trust;
    this.clock = clock;
    this.wallMillis = clock.millis();
    this.steadyNanos = System.nanoTime();
  }

  @Override
  public void start(Listener to) {
    synchronized (this) {
      listener = to;
    }
    timer.execute(this::open);
    timer.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whatever fails, the next look comes: an exception would end the timer for good. */
  private void look() {
    try {
      lookAtClock();
      lookAtServer();
      lookAtCertificate();
      trouble = "";
    } catch (RuntimeException failure) {
      String now = failure.getClass().getSimpleName() + ": " + failure.getMessage();
      if (!Reasons.same(now, trouble)) {
        LOG.warn("this site's certificates cannot be looked after; it is tried again: {}", now);
      }
      trouble = now;
    }
  }

  private void lookAtCertificate() {
    if (trust.renewal().getAsBoolean()) {
      LOG.info("this site has a new certificate: the session moves to a new connection");
      restart();
    }
  }

  /** A list or a root may have ended since the handshake, which is the one that judges. */
  private void lookAtServer() {
    List<X509Certificate> chain = server.chain();
    if (chain.isEmpty()) {
      return;
    }
    Optional<String> refused = trust.refusal().apply(chain);
    if (refused.isPresent()) {
      LOG.warn("the session ends, its server is not good any more: {}", refused.get());
      restart();
    }
  }

  /**
   * A machine that slept, or whose clock was set: its connection may be dead and the certificate
   * that it began with over. The session is opened anew, on a connection of its own.
   */
  private void lookAtClock() {
    long wall = clock.millis();
    long steady = System.nanoTime();
    long jumped = Math.abs(wall - wallMillis - TimeUnit.NANOSECONDS.toMillis(steady - steadyNanos));
    wallMillis = wall;
    steadyNanos = steady;
    if (jumped > JUMP.toMillis()) {
      LOG.warn(
          "the clock jumped by {} s (this machine slept, or its clock was set): the session is"
              + " opened anew",
          jumped / 1000);
      restart();
    }
  }

  @Override
  public void restart() {
    end("the session is opened anew");
    server.forget();
    channel.enterIdle();
    timer.execute(this::open);
  }

  @Override
  public void hold() {
    synchronized (this) {
      held = true;
    }
    end("this site pauses");
  }

  private void end(String why) {
    StreamObserver<SessionUp> open;
    Listener told;
    synchronized (this) {
      session++;
      open = up;
      up = null;
      told = listener;
      pause = FIRST_PAUSE;
    }
    if (open != null) {
      open.onError(Status.CANCELLED.withDescription(why).asRuntimeException());
    }
    if (told != null) {
      told.disconnected(why);
    }
  }

  @Override
  public void resume() {
    synchronized (this) {
      held = false;
      pause = FIRST_PAUSE;
    }
    timer.execute(this::open);
  }

  private synchronized void open() {
    Listener to = listener;
    if (closed || held || up != null || to == null) {
      return;
    }
    // this class's own pauses, not the channel's, which grow to two minutes
    channel.resetConnectBackoff();
    session++;
    StreamObserver<SessionUp> stream =
        AgentGatewayGrpc.newStub(channel).withInterceptors(server).session(new Down(session, to));
    stream.onNext(SessionUp.newBuilder().setHello(to.hello()).build());
    up = stream;
  }

  @Override
  public synchronized void push(SessionUp message) {
    StreamObserver<SessionUp> stream = up;
    if (stream != null) {
      try {
        stream.onNext(message);
      } catch (RuntimeException broken) {
        LOG.debug("a message was not sent: {}", broken.getMessage());
      }
    }
  }

  private void broken(int which, Listener to, String reason) {
    synchronized (this) {
      if (closed || which != session) {
        return;
      }
      up = null;
      timer.schedule(this::open, pause.toMillis(), TimeUnit.MILLISECONDS);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
    to.disconnected(reason);
  }

  /** Who is not let in asks for the signed rosters: they may say why. */
  private void askRosters(Channel over, Listener to, Runnable then) {
    OperationsGrpc.newStub(over)
        .withDeadlineAfter(ROSTERS.toMillis(), TimeUnit.MILLISECONDS)
        .getRosters(
            GetRostersRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(GetRostersReply reply) {
                to.received(
                    SessionDown.newBuilder().setRosterChain(reply.getRosterChain()).build());
                for (ByteString crl : reply.getCrlsList()) {
                  to.received(SessionDown.newBuilder().setCrl(crl).build());
                }
              }

              @Override
              public void onError(Throwable failure) {
                LOG.debug("the rosters were not told: {}", failure.getMessage());
                then.run();
              }

              @Override
              public void onCompleted() {
                then.run();
              }
            });
  }

  /** The list that would let the coordinator in again may be there, with the coordinator. */
  private void askForLists(Listener to) {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    try {
      ManagedChannel aside = trust.forLists().get();
      askRosters(
          aside,
          to,
          () -> {
            asking.set(false);
            aside.shutdown();
          });
    } catch (RuntimeException notNow) {
      asking.set(false);
      LOG.debug("nobody was asked for lists: {}", notNow.getMessage());
    }
  }

  private static boolean isEndedList(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof PeerRefusedException refused
          && refused.reason() == PeerRefusedException.Reason.CRL_ENDED) {
        return true;
      }
    }
    return false;
  }

  private synchronized boolean welcomed(int which) {
    if (which != session) {
      return false;
    }
    pause = FIRST_PAUSE;
    return true;
  }

  /** One session's inbound half. */
  private final class Down implements StreamObserver<SessionDown> {
    private final int which;
    private final Listener to;

    Down(int which, Listener to) {
      this.which = which;
      this.to = to;
    }

    @Override
    public void onNext(SessionDown message) {
      if (!message.hasWelcome()) {
        to.received(message);
      } else if (welcomed(which)) {
        to.connected(message.getWelcome());
      }
    }

    @Override
    public void onError(Throwable failure) {
      if (REFUSED.contains(Status.fromThrowable(failure).getCode())) {
        askRosters(channel, to, () -> {});
      } else if (isEndedList(failure)) {
        askForLists(to);
      }
      broken(which, to, Reasons.of(failure, clock));
    }

    @Override
    public void onCompleted() {
      broken(which, to, "the coordinator ended the session");
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      StreamObserver<SessionUp> stream = up;
      up = null;
      if (stream != null) {
        try {
          stream.onCompleted();
        } catch (RuntimeException alreadyBroken) {
          LOG.debug("the session was broken already");
        }
      }
    }
    timer.shutdownNow();
    channel.shutdown();
    try {
      if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
        channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
