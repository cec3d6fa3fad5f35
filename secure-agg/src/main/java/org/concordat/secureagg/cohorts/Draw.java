package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Inbox;

/**
 * The beacon for one roster version: every member commits to 32 random bytes, then, once the
 * commitments are closed, reveals them. Immutable: each call returns the next state. Whoever folds
 * the same signed statements, and closes the steps at the same places, gets the same seed;
 * agreement on those places is not part of this class.
 *
 * <p>Who does not commit or not reveal is left out and the draw repeats with fresh values, at most
 * {@value #MAX_DRAWS} times; so withholding costs the withholder its place, and a minority can
 * choose among at most {@value #MAX_DRAWS} seeds.
 */
public final class Draw {
  /** Draws for one roster version. */
  public static final int MAX_DRAWS = 8;

  static final int VALUE_BYTES = 32;

  /** Where the draw stands. */
  public enum Phase {
    COMMITTING,
    REVEALING,
    /** {@link #seed} is there. */
    DRAWN,
    /** Too many draws, or fewer than three members left: a new roster is due. */
    FAILED
  }

  private final Digest rosterDigest;
  private final int number;
  private final List<String> members;
  private final List<String> leftOut;
  private final Phase phase;
  private final SortedMap<String, Digest> commitments;
  private final SortedMap<String, Bytes> values;

  private Draw(
      Digest rosterDigest,
      int number,
      List<String> members,
      List<String> leftOut,
      Phase phase,
      Map<String, Digest> commitments,
      Map<String, Bytes> values) {
    this.rosterDigest = rosterDigest;
    this.number = number;
    this.members = List.copyOf(members);
    this.leftOut = List.copyOf(leftOut);
    this.phase = phase;
    this.commitments = new TreeMap<>(commitments);
    this.values = new TreeMap<>(values);
  }

  /**
   * @param rosterDigest the roster whose members are assigned
   * @param members at least three
   */
  public static Draw start(Digest rosterDigest, List<String> members) {
    MalformedMessageException.check(members.size() >= 3, "%d members", members.size());
    List<String> sorted = members.stream().sorted().distinct().toList();
    return new Draw(
        rosterDigest, 0, sorted, List.of(), Phase.COMMITTING, new TreeMap<>(), new TreeMap<>());
  }

  /** A member's statement that fixes its value; durable at the member, with the value, first. */
  public static byte[] commit(Notary notary, Digest roster, int draw, String self, Bytes value) {
    return notary.seal(
        DrawStatement.COMMIT,
        draw,
        0,
        new DrawStatement(roster, hash(roster, draw, self, value)).encode());
  }

  /** A member's value; made only once it holds the closed list of commitments with its own. */
  public static byte[] reveal(Notary notary, Digest roster, int draw, Bytes value) {
    return notary.seal(
        DrawStatement.REVEAL,
        draw,
        0,
        new DrawStatement(roster, new Digest(value.toArray())).encode());
  }

  /**
   * Takes a sealed commitment or value. The same again changes nothing.
   *
   * @throws Refusal naming the sender: another draw or roster, a second commitment, a value that
   *     was not committed to, a value before the commitments are closed
   */
  public Draw accept(Notary notary, byte[] sealed) throws Refusal {
    Notary.Opened opened = Inbox.openEnvelope(notary, sealed);
    String sender = opened.sender();
    DrawStatement statement = decode(opened);
    require(members.contains(sender), Reason.NOT_A_MEMBER, sender, "no member of this draw");
    require(
        opened.round() == number && statement.rosterDigest().equals(rosterDigest),
        Reason.MISBOUND,
        sender,
        "a statement for draw %d, draw %d is open",
        opened.round(),
        number);
    return opened.type().equals(DrawStatement.COMMIT)
        ? commitment(sender, statement.value())
        : value(sender, Bytes.of(statement.value().bytes()));
  }

  private Draw commitment(String sender, Digest commitment) throws Refusal {
    Digest before = commitments.get(sender);
    require(
        before == null || before.equals(commitment),
        Reason.CONFLICTING_MESSAGE,
        sender,
        "two commitments in draw %d",
        number);
    if (before != null) {
      return this;
    }
    require(phase == Phase.COMMITTING, Reason.LATE, sender, "the commitments are closed");
    Map<String, Digest> next = new TreeMap<>(commitments);
    next.put(sender, commitment);
    return new Draw(rosterDigest, number, members, leftOut, phase, next, values);
  }

  private Draw value(String sender, Bytes value) throws Refusal {
    require(
        phase != Phase.COMMITTING,
        Reason.WRONG_STEP,
        sender,
        "a value before the commitments are closed");
    require(
        hash(rosterDigest, number, sender, value).equals(commitments.get(sender)),
        Reason.COMMITMENT_MISMATCH,
        sender,
        "the value is not the one committed to in draw %d",
        number);
    if (values.containsKey(sender)) {
      return this;
    }
    require(phase == Phase.REVEALING, Reason.LATE, sender, "draw %d is closed", number);
    Map<String, Bytes> next = new TreeMap<>(values);
    next.put(sender, value);
    Phase after = next.size() == members.size() ? Phase.DRAWN : phase;
    return new Draw(rosterDigest, number, members, leftOut, after, commitments, next);
  }

  /**
   * Ends a step: whoever is missing is left out. Members missing at the commitments leave the draw
   * as it is, with the others; a member missing at the values makes the draw repeat without it.
   */
  public Draw closeStep() {
    if (phase == Phase.COMMITTING) {
      return closeCommitments();
    }
    return phase == Phase.REVEALING ? repeat() : this;
  }

  private Draw closeCommitments() {
    List<String> present = List.copyOf(commitments.keySet());
    List<String> out = without(present);
    Phase next = present.size() < 3 ? Phase.FAILED : Phase.REVEALING;
    return new Draw(rosterDigest, number, present, out, next, commitments, values);
  }

  private Draw repeat() {
    List<String> present = List.copyOf(values.keySet());
    List<String> out = without(present);
    boolean over = number + 1 == MAX_DRAWS || present.size() < 3;
    return new Draw(
        rosterDigest,
        over ? number : number + 1,
        present,
        out,
        over ? Phase.FAILED : Phase.COMMITTING,
        new TreeMap<>(),
        new TreeMap<>());
  }

  private List<String> without(List<String> present) {
    List<String> out = new ArrayList<>(leftOut);
    members.stream().filter(member -> !present.contains(member)).forEach(out::add);
    return out;
  }

  /** Digest of all values by member, in phase DRAWN. */
  public Optional<Digest> seed() {
    if (phase != Phase.DRAWN) {
      return Optional.empty();
    }
    ByteWriter out = new ByteWriter().text("secagg.draw.seed.v1");
    out.raw(rosterDigest.bytes()).u16(number);
    values.forEach((member, value) -> out.text(member).raw(value.toArray()));
    return Optional.of(Digest.sha256(out.toBytes()));
  }

  public Phase phase() {
    return phase;
  }

  /** From 0. */
  public int number() {
    return number;
  }

  /** Who takes part, sorted. */
  public List<String> members() {
    return members;
  }

  /** Who withheld a commitment or a value, in the order of leaving. */
  public List<String> leftOut() {
    return leftOut;
  }

  /** Who has not answered the open step. */
  public List<String> missing() {
    var answered = phase == Phase.COMMITTING ? commitments.keySet() : values.keySet();
    return members.stream().filter(member -> !answered.contains(member)).toList();
  }

  private static Digest hash(Digest roster, int draw, String member, Bytes value) {
    MalformedMessageException.check(
        value.size() == VALUE_BYTES, "a value of %d bytes, 32 due", value.size());
    ByteWriter out = new ByteWriter().text("secagg.draw.commit.v1");
    out.raw(roster.bytes()).u16(draw).text(member).raw(value.toArray());
    return Digest.sha256(out.toBytes());
  }

  private static DrawStatement decode(Notary.Opened opened) throws Refusal {
    try {
      return DrawStatement.decode(opened.type(), opened.payload());
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.MALFORMED, opened.sender(), String.valueOf(e.getMessage()));
    }
  }
}
