package org.concordat.coordinator.region;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.secureagg.Digest;

/** Who of the aggregators is here, and what each was told. On the mailbox thread. */
public final class RegionSessions {
  /** One aggregator's open session. */
  static final class Session {
    private final String region;
    private final ServerCallStreamObserver<RegionDown> down;

    /** What it was told in this session, by digest or name: nothing is told twice. */
    private final Set<String> told = new HashSet<>();

    private Set<Digest> kept = Set.of();
    private long backlogBytes;

    Session(String region, ServerCallStreamObserver<RegionDown> down) {
      this.region = region;
      this.down = down;
    }

    String region() {
      return region;
    }

    /** Whether this is the first time that so named a thing is told in this session. */
    private boolean isNew(String name) {
      return told.add(name);
    }

    /** Whether these are others than those told last. */
    boolean keeps(Set<Digest> tasks) {
      boolean others = !kept.equals(tasks);
      kept = Set.copyOf(tasks);
      return others;
    }
  }

  private final long maxBacklogBytes;
  private final Clock clock;
  private final Duration grace;
  private final Instant startedAt;
  private final Map<String, Session> open = new HashMap<>();
  private final Map<String, Instant> awaySince = new HashMap<>();

  /**
   * @param maxBacklogBytes an aggregator that leaves more than this unread is disconnected
   * @param grace after which an aggregator that is away counts as gone
   */
  public RegionSessions(long maxBacklogBytes, Clock clock, Duration grace) {
    this.maxBacklogBytes = maxBacklogBytes;
    this.clock = clock;
    this.grace = grace;
    this.startedAt = clock.instant();
  }

  void open(Session session) {
    Session before = open.put(session.region, session);
    if (before != null) {
      close(
          before,
          Status.ABORTED.withDescription("another session of '" + session.region + "' was opened"));
    }
  }

  /** Whether it was the one in force. */
  boolean ended(Session session) {
    boolean current = open.remove(session.region, session);
    if (current) {
      awaySince.put(session.region, clock.instant());
    }
    return current;
  }

  /** Sends what was not sent in this session yet. */
  void tell(Session session, String name, RegionDown message) {
    if (session.isNew(name)) {
      push(session, message);
    }
  }

  /** Sends, unless the session is over; one that does not read, or is closed, ends here. */
  void push(Session session, RegionDown message) {
    if (open.get(session.region) != session) {
      return;
    }
    session.backlogBytes =
        session.down.isReady() ? 0 : session.backlogBytes + message.getSerializedSize();
    if (session.backlogBytes > maxBacklogBytes) {
      end(
          session,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "'%s' left %d bytes unread, at most %d"
                  .formatted(session.region, session.backlogBytes, maxBacklogBytes)));
      return;
    }
    try {
      session.down.onNext(message);
    } catch (RuntimeException alreadyClosed) {
      ended(session);
    }
  }

  /** Closes it from this side: gRPC tells nothing of what one has closed oneself. */
  void end(Session session, Status why) {
    ended(session);
    close(session, why);
  }

  private static void close(Session session, Status why) {
    try {
      session.down.onError(why.asRuntimeException());
    } catch (RuntimeException alreadyClosed) {
      // nothing left to close
    }
  }

  List<Session> all() {
    return List.copyOf(open.values());
  }

  /** Whether an aggregator has been away for longer than the grace. */
  public boolean isGone(String region) {
    Instant since = awaySince.getOrDefault(region, startedAt);
    return !open.containsKey(region)
        && Duration.between(since, clock.instant()).compareTo(grace) >= 0;
  }
}
