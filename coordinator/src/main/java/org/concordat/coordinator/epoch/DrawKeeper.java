package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.server.Waiting;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the cohorts of a roster version, once. Every accepted message is durable before the fold
 * goes on, so that a restart replays the same draw. Used on the mailbox thread only.
 */
public final class DrawKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(DrawKeeper.class);
  private static final byte[] CLOSE_STEP = new byte[0];

  /**
   * So many times the wait are the commitments kept open for members that are connected, and jobs
   * for a list whose members do not answer.
   */
  private static final int LONG_WAITS = 4;

  /** What the keeper tells the rest. */
  public interface Listener {
    /** A roster's cohorts are drawn; told again after a restart. */
    void drawn(Drawn drawn, DrawServer draw);

    /** A member's message was refused. */
    void refused(String member, Refusal refusal);
  }

  private final Entries entries;
  private final Sessions sessions;
  private final Notary notary;
  private final Clock clock;
  private final Duration wait;
  private final Listener listener;
  private @Nullable DrawServer current;
  private @Nullable Drawn drawn;

  /** The roster that the store was last found to know no draw of. */
  private @Nullable Digest notBegun;

  private Instant stepSince;
  private Instant toldSince;

  /** Whether whoever is missing was told of this step a second time. */
  private boolean reminded;

  private int inputs;

  /**
   * @param wait how long a step waits for absent members once T_all have answered; half way, they
   *     are told again
   */
  public DrawKeeper(
      Entries entries,
      Sessions sessions,
      Notary notary,
      Clock clock,
      Duration wait,
      Listener listener) {
    this.entries = entries;
    this.sessions = sessions;
    this.notary = notary;
    this.clock = clock;
    this.wait = wait;
    this.listener = listener;
    this.stepSince = clock.instant();
    this.toldSince = stepSince;
  }

  /** Takes up the draw of the roster in force where the store left it, if it was begun. */
  public void resume(Digest roster) {
    load(roster);
  }

  /** What the draw of this roster gave; empty as long as there is none. Reads the store once. */
  public Optional<Drawn> drawn(Digest roster) {
    load(roster);
    Drawn known = drawn;
    return known != null && known.rosterDigest().equals(roster)
        ? Optional.of(known)
        : Optional.empty();
  }

  /**
   * Begins the draw of this roster, unless it was begun. Durable when it returns.
   *
   * @throws org.concordat.secureagg.InfeasibleCohortException if no round could end in such cohorts
   */
  public void begin(Alliance alliance, int cohortSize) {
    load(alliance.rosterDigest());
    DrawServer open = current;
    if (open != null && open.alliance().rosterDigest().equals(alliance.rosterDigest())) {
      return;
    }
    DrawServer started = DrawServer.start(alliance, cohortSize, notary);
    entries.put(
        Kinds.DRAWS,
        alliance.rosterDigest().hex(),
        new ByteWriter().bytes(alliance.encode()).u16(cohortSize).toBytes());
    notBegun = null;
    take(started, 0);
    LOG.info(
        "the cohorts of {} members, up to {} each, are being drawn", alliance.size(), cohortSize);
    tellAll();
  }

  /** How many numbers of this roster's draw may have been begun, as far as it was looked at. */
  public int begun(Digest roster) {
    Drawn known = drawn;
    if (known != null && known.rosterDigest().equals(roster)) {
      return Limits.DRAWS; // it is over: nobody begins another
    }
    DrawServer draw = current;
    return draw != null && draw.alliance().rosterDigest().equals(roster) ? draw.number() + 1 : 0;
  }

  /** Whether this roster's draw has failed: a new roster is due. */
  public boolean failed(Digest roster) {
    load(roster);
    DrawServer draw = current;
    return draw != null
        && draw.alliance().rosterDigest().equals(roster)
        && draw.phase() == DrawServer.Phase.FAILED;
  }

  /** The encoded certificate of a roster's draw, for whoever wants to check it. */
  public static Optional<byte[]> certificate(Entries entries, Digest roster) {
    return entries.get(Kinds.DRAW_CERTIFICATES, roster.hex());
  }

  private void load(Digest roster) {
    DrawServer open = current;
    if (open != null && open.alliance().rosterDigest().equals(roster)) {
      return;
    }
    if (roster.equals(notBegun)) {
      return;
    }
    Optional<byte[]> stored = entries.get(Kinds.DRAWS, roster.hex());
    if (stored.isEmpty()) {
      notBegun = roster;
      return;
    }
    ByteReader in = new ByteReader(stored.get());
    Alliance alliance = Alliance.decode(in.bytes(Integer.MAX_VALUE));
    DrawServer draw = DrawServer.start(alliance, in.u16(), notary);
    List<byte[]> log = List.copyOf(entries.all(Kinds.drawInputs(roster.hex())).values());
    try {
      for (byte[] input : log) {
        draw = input.length == 0 ? draw.closeStep() : draw.accept(input);
      }
    } catch (Refusal impossible) {
      throw new IllegalStateException(
          "the draw of roster " + roster + " cannot be replayed: " + impossible.getMessage(),
          impossible);
    }
    take(draw, log.size());
    tellAll();
  }

  private void take(DrawServer draw, int taken) {
    current = draw;
    inputs = taken;
    stepSince = clock.instant();
    toldSince = stepSince;
    reminded = false;
    Drawn outcome = draw.drawn().orElse(null);
    drawn = outcome;
    if (outcome != null) {
      DrawCertificate certificate = draw.certificate().orElseThrow();
      entries.put(Kinds.DRAW_CERTIFICATES, outcome.rosterDigest().hex(), certificate.encode());
      listener.drawn(outcome, draw);
    }
  }

  /** A sealed message about a draw. */
  public void received(String member, byte[] sealed) {
    DrawServer before = current;
    if (before == null) {
      return;
    }
    try {
      DrawServer next = before.accept(sealed);
      if (next != before) {
        advance(before, next, sealed);
      }
    } catch (Refusal refusal) {
      listener.refused(member, refusal);
    }
  }

  private void advance(DrawServer before, DrawServer next, byte[] input) {
    entries.put(
        Kinds.drawInputs(before.alliance().rosterDigest().hex()), Kinds.position(inputs), input);
    if (next.phase() == before.phase() && next.number() == before.number()) {
      current = next;
      inputs++;
      return;
    }
    LOG.info("draw number {}: {}", next.number(), next.phase());
    take(next, inputs + 1);
    tellAll();
  }

  /**
   * Tells whoever is missing again, every half wait; goes on without them once they were waited for
   * and told again, and enough are there.
   */
  public void tick() {
    DrawServer draw = current;
    Instant now = clock.instant();
    boolean due = Duration.between(toldSince, now).compareTo(wait.dividedBy(2)) >= 0;
    if (draw == null || !due || draw.phase().compareTo(DrawServer.Phase.DRAWN) >= 0) {
      return;
    }
    if (reminded && closable(draw, Duration.between(stepSince, now))) {
      try {
        advance(draw, draw.closeStep(), CLOSE_STEP);
        return;
      } catch (Refusal notYet) {
        LOG.info("the draw cannot go on yet: {}", notYet.getMessage());
      }
    }
    LOG.warn("{}", waiting());
    reminded = true;
    toldSince = now;
    tellAll();
  }

  /**
   * Nobody comes into a list later: the commitments stay open longer for members that are
   * connected. A list that T_all of its members do not sign, or do not reveal for, is given up once
   * T_all others who may take part in the next number are connected: before, it would be one of
   * eight numbers for nothing.
   */
  private boolean closable(DrawServer draw, Duration waited) {
    Waiting waiting = draw.waiting();
    if (draw.phase() == DrawServer.Phase.COMMITTING) {
      boolean hold = waiting.missing().stream().anyMatch(sessions::connected);
      return waiting.enough() && waited.compareTo(hold ? wait.multipliedBy(LONG_WAITS) : wait) >= 0;
    }
    return waited.compareTo(wait) >= 0 && connected(others(draw)) >= waiting.needed();
  }

  /** Who may take part in the next number and is not missing now. */
  private static List<String> others(DrawServer draw) {
    List<String> missing = draw.waiting().missing();
    return draw.nextMembers().stream().filter(member -> !missing.contains(member)).toList();
  }

  private long connected(List<String> members) {
    return members.stream().filter(sessions::connected).count();
  }

  /**
   * Why jobs should no longer wait for the draw: its closed list lacks answers for four waits, and
   * too few agents are connected to make another one. Empty otherwise. The draw itself goes on when
   * they are back.
   */
  public Optional<String> stuck(Digest roster) {
    load(roster);
    DrawServer draw = current;
    if (draw == null || !draw.alliance().rosterDigest().equals(roster)) {
      return Optional.empty();
    }
    boolean listed =
        draw.phase() == DrawServer.Phase.SIGNING || draw.phase() == DrawServer.Phase.REVEALING;
    Duration waited = Duration.between(stepSince, clock.instant());
    if (!listed || waited.compareTo(wait.multipliedBy(LONG_WAITS)) < 0 || closable(draw, waited)) {
      return Optional.empty();
    }
    return Optional.of(
        "%s since %d s; a new list takes %d of %s, and %d of them are connected: start those agents, or change the roster, and submit the job again"
            .formatted(
                waiting(),
                waited.toSeconds(),
                draw.waiting().needed(),
                String.join(", ", others(draw)),
                connected(others(draw))));
  }

  /** What the draw waits for, in words; empty if nothing. */
  public String waiting() {
    DrawServer draw = current;
    if (draw == null || draw.phase() == DrawServer.Phase.DRAWN) {
      return "";
    }
    Waiting waiting = draw.waiting();
    return "the draw of the cohorts, step "
        + waiting.step()
        + ": waiting for "
        + String.join(", ", waiting.missing());
  }

  /** Sends a member whatever it must know of the draw, again if need be. */
  public void tell(String member) {
    DrawServer draw = current;
    if (draw != null) {
      draw.outgoing(member).forEach(message -> sessions.send(member, message));
    }
  }

  private void tellAll() {
    DrawServer draw = current;
    if (draw != null) {
      draw.alliance().members().stream().filter(sessions::connected).forEach(this::tell);
    }
  }
}
