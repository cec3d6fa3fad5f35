package org.concordat.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What goes wrong in a run, drawn from its seed. Every fault can be left out without changing what
 * the others are.
 *
 * @param breaking how many of a hundred calls break
 * @param repeating how many of a hundred messages come twice
 * @param slowestMillis of the network
 * @param declining how many of a hundred trainings fail
 * @param jobs how many run at a time
 * @param lies what members say that is not so
 * @param joinMillis when one more member joins, with a job after that; or {@link #NEVER}
 * @param departs one that goes, if one does
 */
record Plan(
    int breaking,
    int repeating,
    int slowestMillis,
    int declining,
    int jobs,
    List<Fault> faults,
    List<Lie> lies,
    long joinMillis,
    Optional<Departure> departs) {
  /** Nobody joins. */
  static final long NEVER = -1;

  /** Until when something goes wrong. */
  static final long TROUBLE_MILLIS = 40_000;

  Plan {
    faults = List.copyOf(faults);
    lies = List.copyOf(lies);
  }

  /** Nobody goes. */
  Plan(
      int breaking,
      int repeating,
      int slowestMillis,
      int declining,
      int jobs,
      List<Fault> faults,
      List<Lie> lies,
      long joinMillis) {
    this(
        breaking,
        repeating,
        slowestMillis,
        declining,
        jobs,
        faults,
        lies,
        joinMillis,
        Optional.empty());
  }

  static Plan of(long seed, List<String> members) {
    return withoutDeparture(seed, members).with(departs(seed, members));
  }

  /** Drawn apart from the rest, which is what it was without. Who invites stays. */
  private static Optional<Departure> departs(long seed, List<String> members) {
    Random random = scattered(seed ^ 0x6A09E667F3BCC908L);
    boolean goes = random.nextInt(3) == 0;
    String member = members.get(1 + random.nextInt(members.size() - 1));
    long atMillis = random.nextInt((int) TROUBLE_MILLIS / 3);
    boolean leaves = random.nextInt(3) == 0;
    if (goes) {
      return Optional.of(
          new Departure(
              member, atMillis, leaves ? Departure.How.LEAVES : Departure.How.REMOVED, 0));
    }
    boolean suspended = random.nextInt(2) == 0;
    long forMillis = 1 + random.nextInt((int) TROUBLE_MILLIS / 2);
    return suspended
        ? Optional.of(new Departure(member, atMillis, Departure.How.SUSPENDED, forMillis))
        : Optional.empty();
  }

  private static Plan withoutDeparture(long seed, List<String> members) {
    Random random = scattered(seed);
    int level = random.nextInt(4);
    if (level == 0) {
      return new Plan(0, 0, 20, 0, 1 + random.nextInt(2), List.of(), List.of(), joins(random));
    }
    List<Fault> faults = new ArrayList<>();
    int count = level == 1 ? 0 : 1 + random.nextInt(level == 2 ? 3 : 8);
    for (int i = 0; i < count; i++) {
      faults.add(fault(random, members));
    }
    Plan plan =
        new Plan(
            random.nextInt(10),
            random.nextInt(10),
            10 + random.nextInt(500),
            random.nextInt(3) == 0 ? 5 : 0,
            1 + random.nextInt(2),
            faults,
            random.nextInt(3) == 0 ? lies(random, members) : List.of(),
            joins(random));
    return random.nextInt(6) == 0 ? plan.with(gone(random, members)) : plan;
  }

  /** Random's own first draws of neighbouring seeds are nearly the same. */
  static Random scattered(long seed) {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  private static Fault fault(Random random, List<String> members) {
    Fault.Kind[] kinds = Fault.Kind.values();
    boolean kill = random.nextBoolean();
    Fault.Kind kind =
        kill ? Fault.Kind.KILL : kinds[random.nextInt(kinds.length - 1)]; // GONE is apart
    int who = random.nextInt(members.size() + 2);
    String node = who < members.size() ? members.get(who) : Founded.COORDINATOR;
    boolean ofAgents = kind == Fault.Kind.CUT_OFF || kind == Fault.Kind.LOSE_DISK;
    if (ofAgents && node.equals(Founded.COORDINATOR)) {
      node = members.get(0);
    }
    return new Fault(
        kind,
        node,
        random.nextInt((int) TROUBLE_MILLIS * 3 / 4),
        100 + random.nextInt(random.nextBoolean() ? 3_000 : 30_000),
        random.nextInt(3) == 0 ? Fault.NOW : random.nextInt(40),
        random.nextBoolean());
  }

  private static long joins(Random random) {
    return random.nextInt(4) == 0 ? random.nextInt((int) TROUBLE_MILLIS / 2) : NEVER;
  }

  /** At most one: that is tolerated. */
  private static Fault gone(Random random, List<String> members) {
    return new Fault(
        Fault.Kind.GONE,
        members.get(random.nextInt(members.size())),
        random.nextInt((int) TROUBLE_MILLIS / 2),
        0,
        Fault.NOW,
        false);
  }

  private Plan with(Fault fault) {
    List<Fault> more = new ArrayList<>(faults);
    more.add(fault);
    return new Plan(
        breaking, repeating, slowestMillis, declining, jobs, more, lies, joinMillis, departs);
  }

  private Plan with(Optional<Departure> departure) {
    return new Plan(
        breaking, repeating, slowestMillis, declining, jobs, faults, lies, joinMillis, departure);
  }

  /** Of one member, or sometimes two. */
  private static List<Lie> lies(Random random, List<String> members) {
    List<Lie> lies = new ArrayList<>();
    int first = random.nextInt(members.size());
    int second = random.nextInt(4) == 0 ? random.nextInt(members.size()) : first;
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      lies.add(
          new Lie(
              Lie.Kind.values()[random.nextInt(Lie.Kind.values().length)],
              members.get(random.nextBoolean() ? first : second),
              random.nextInt((int) TROUBLE_MILLIS / 2),
              random.nextInt(1000)));
    }
    return lies;
  }

  /** Who tells lies. */
  Set<String> liars() {
    return lies.stream().map(Lie::member).collect(Collectors.toCollection(TreeSet::new));
  }

  boolean clean() {
    return faults.isEmpty() && lies.isEmpty() && breaking == 0 && declining == 0;
  }

  /** How many faults and lies there are. */
  int parts() {
    return faults.size() + lies.size();
  }

  /** Leaves one out: the faults first, then the lies. */
  Plan without(int index) {
    List<Fault> fewer = new ArrayList<>(faults);
    List<Lie> truer = new ArrayList<>(lies);
    if (index < faults.size()) {
      fewer.remove(index);
    } else {
      truer.remove(index - faults.size());
    }
    return new Plan(
        breaking, repeating, slowestMillis, declining, jobs, fewer, truer, joinMillis, departs);
  }
}
