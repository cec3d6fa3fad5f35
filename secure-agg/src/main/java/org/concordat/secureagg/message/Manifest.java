package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 4: what the epoch is (coordinator to all; valid once T participants have signed its digest).
 *
 * @param epoch the number
 * @param cohort members and parameters
 * @param participants those whose deposits stand and who found all deposits good, sorted by index;
 *     the others are dropped for the whole epoch
 * @param tokens R, always 64
 * @param previousEpoch number of the last certified epoch, 0 if none
 * @param previousManifest its manifest's digest, zeros if none
 */
public record Manifest(
    long epoch,
    Cohort cohort,
    List<Participant> participants,
    int tokens,
    long previousEpoch,
    Digest previousManifest)
    implements SetupMessage {
  public static final String TYPE = "secagg.manifest.v1";

  public Manifest {
    Wire.epoch(epoch);
    participants = List.copyOf(participants);
    Wire.checkIndices(participants.stream().map(Participant::index).toList());
    check(tokens == Limits.TOKENS, "%d tokens, this version has 64", tokens);
    for (Participant participant : participants) {
      check(
          participant.index < cohort.size(),
          "participant %d of %d",
          participant.index,
          cohort.size());
    }
    check(
        participants.size() >= cohort.minSurvivors(),
        "%d participants, fewer than %d: no round could end",
        participants.size(),
        cohort.minSurvivors());
  }

  public static Manifest decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Manifest::read);
  }

  private static Manifest read(ByteReader in) {
    return new Manifest(
        in.i64(),
        Wire.cohort(in),
        in.list(Limits.MEMBERS, Participant::read),
        in.u16(),
        in.i64(),
        Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch);
    Wire.cohort(out, cohort);
    out.list(participants, (w, p) -> p.write(w));
    out.u16(tokens).i64(previousEpoch).raw(previousManifest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  /**
   * A member whose deposit stands.
   *
   * @param index the member's index in the cohort
   * @param incarnation of its store: only that one's statements count in this epoch
   * @param keysDigest digest of its {@link EpochKeys}
   * @param depositDigest digest of its deposit's {@link SectionHeader}
   */
  public record Participant(
      int index, Incarnation incarnation, Digest keysDigest, Digest depositDigest) {
    public Participant {
      Wire.index(index);
      Wire.size(incarnation.bytes(), Incarnation.SIZE_BYTES);
    }

    void write(ByteWriter out) {
      out.u16(index)
          .raw(incarnation.bytes().toArray())
          .raw(keysDigest.bytes())
          .raw(depositDigest.bytes());
    }

    static Participant read(ByteReader in) {
      return new Participant(in.u16(), Wire.incarnation(in), Wire.digest(in), Wire.digest(in));
    }
  }

  /** Indices of the participants, sorted. */
  public List<Integer> indices() {
    return participants.stream().map(Participant::index).toList();
  }

  /** Whether the member holds shares in this epoch. */
  public boolean hasParticipant(String member) {
    return indices().contains(cohort.indexOf(member));
  }

  /** The store of the member that this epoch is about; empty if it holds no shares. */
  public Optional<Incarnation> pinned(String member) {
    int index = cohort.indexOf(member);
    return participants.stream()
        .filter(participant -> participant.index == index)
        .map(Participant::incarnation)
        .findFirst();
  }

  /** Whether a statement of this member, made by this store of its, counts in this epoch. */
  public boolean pins(String member, Incarnation incarnation) {
    return pinned(member).filter(incarnation::equals).isPresent();
  }
}
