package org.concordat.simulation;

import io.grpc.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.gateway.GatewayService;
import org.concordat.iam.Caller;

/** Between agents and the coordinator: latency, partitions, calls that break, messages repeated. */
final class Network {
  private static final long LEAF_MILLIS = 24 * 3600_000L;

  private final VirtualTime time;
  private final Random random;
  private final Map<String, Caller> callers;
  private final Signatures signatures;
  private final Instant begin;
  private final Set<String> cutOff = new HashSet<>();
  private final List<VirtualLink.Connection> open = new ArrayList<>();
  private SimulatedCoordinator coordinator;
  private double breaking;
  private double repeating;
  private double declining;
  private int slowestMillis = 20;

  Network(
      VirtualTime time,
      Random random,
      Map<String, Caller> callers,
      Signatures signatures,
      Instant begin,
      SimulatedCoordinator coordinator) {
    this.time = time;
    this.random = random;
    this.callers = callers;
    this.signatures = signatures;
    this.begin = begin;
    this.coordinator = coordinator;
  }

  SimulatedCoordinator coordinator() {
    return coordinator;
  }

  Signatures signatures() {
    return signatures;
  }

  /** How bad things are from now on, beside the faults of the plan. */
  void quality(double breaks, double repeats, double declines, int slowest) {
    breaking = breaks;
    repeating = repeats;
    declining = declines;
    slowestMillis = slowest;
  }

  /** Whether a training fails. */
  boolean declines() {
    return random.nextDouble() < declining;
  }

  long latency() {
    return 1L + random.nextInt(slowestMillis);
  }

  boolean breaks() {
    return random.nextDouble() < breaking;
  }

  boolean repeats() {
    return random.nextDouble() < repeating;
  }

  void cutOff(String member, boolean now) {
    if (now) {
      cutOff.add(member);
      breakAll(member);
    } else {
      cutOff.remove(member);
    }
  }

  /** The line is there, and the coordinator lets the member in. */
  boolean reaches(String member) {
    return coordinator.admits(member) && !cutOff.contains(member);
  }

  void opened(VirtualLink.Connection connection) {
    open.add(connection);
  }

  void closed(VirtualLink.Connection connection) {
    open.remove(connection);
  }

  /** Breaks what is open of one member; what is on its way may still arrive. */
  void breakAll(String member) {
    for (VirtualLink.Connection connection : List.copyOf(open)) {
      if (connection.member().equals(member)) {
        connection.cut("the line broke", random.nextBoolean());
      }
    }
  }

  /** Breaks everything: the coordinator has died. */
  void breakAll() {
    List.copyOf(open)
        .forEach(connection -> connection.cut("the coordinator is gone", random.nextBoolean()));
  }

  /**
   * A call that is answered before this returns.
   *
   * @return false if it did not get there
   */
  boolean call(String member, Consumer<GatewayService> what) {
    if (!reaches(member) || breaks()) {
      return false;
    }
    coordinator.atOnce(() -> as(member, () -> what.accept(coordinator.gateway())));
    return coordinator.alive();
  }

  /** Runs with an authenticated caller. */
  void as(String who, Runnable call) {
    Context.current()
        .withValue(CallerInterceptor.CALLER, callers.get(who))
        .withValue(CallerInterceptor.LEAF_ENDS, begin.plusMillis(time.now() + LEAF_MILLIS))
        .run(call);
  }
}
