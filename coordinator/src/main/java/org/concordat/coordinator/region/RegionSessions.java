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

    Session(String region, ServerCallStreamObserver<RegionDown> down) {
      this.region = region;
      this.down = down;
    }

    String region() {
      return region;
    }

    /** Sends what was not sent in this session yet. */
    void tell(String name, RegionDown message) {
      if (told.add(name)) {
        push(message);
      }
    }

    /** Whether these are others than those told last. */
    boolean keeps(Set<Digest> tasks) {
      boolean others = !kept.equals(tasks);
      kept = Set.copyOf(tasks);
      return others;
    }

    void push(RegionDown message) {
      if (!down.isCancelled()) {
        down.onNext(message);
      }
    }

    private void end(String why) {
      if (!down.isCancelled()) {
        down.onError(Status.ABORTED.withDescription(why).asRuntimeException());
      }
    }
  }

  private final Clock clock;
  private final Duration grace;
  private final Instant startedAt;
  private final Map<String, Session> open = new HashMap<>();
  private final Map<String, Instant> awaySince = new HashMap<>();

  /**
   * @param grace after which an aggregator that is away counts as gone
   */
  public RegionSessions(Clock clock, Duration grace) {
    this.clock = clock;
    this.grace = grace;
    this.startedAt = clock.instant();
  }

  void open(Session session) {
    Session before = open.put(session.region, session);
    if (before != null) {
      before.end("another session of '" + session.region + "' was opened");
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
