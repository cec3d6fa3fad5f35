package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.cohorts.message.DrawPlan;

/**
 * What a draw gave: a function of its certificate, the same for everyone who checks that.
 *
 * @param rosterDigest the roster whose agents were drawn
 * @param number 0 to 7
 * @param listDigest the certified list of commitments
 * @param seed digest of all values
 * @param members who is in a cohort, sorted; the roster's other agents sit this roster version out
 * @param cohortSize as planned
 * @param colluders K as planned
 */
public record Drawn(
    Digest rosterDigest,
    int number,
    Digest listDigest,
    Digest seed,
    List<String> members,
    int cohortSize,
    int colluders) {
  private static final String LABEL = "secagg.drawn.v1";

  public Drawn {
    members = List.copyOf(members);
  }

  static Drawn of(
      Alliance alliance, DrawPlan plan, Digest listDigest, SortedMap<Integer, Bytes> values) {
    ByteWriter seed = new ByteWriter().text("secagg.draw.seed.v1").raw(listDigest.bytes());
    values.values().forEach(value -> seed.raw(value.toArray()));
    return new Drawn(
        plan.rosterDigest(),
        plan.number(),
        listDigest,
        Digest.sha256(seed.toBytes()),
        values.keySet().stream().map(alliance.members()::get).toList(),
        plan.cohortSize(),
        plan.colluders());
  }

  /** Identifies the draw: what coordinator and members log and compare. */
  public Digest digest() {
    return Digest.sha256(encode());
  }

  /** How many cohorts there are; where it is one, rounds are those of one cohort. */
  public int count() {
    return Assignment.count(members.size(), cohortSize);
  }

  public Assignment assignment() {
    return Assignment.of(members, seed, cohortSize);
  }

  /**
   * The cohorts in order, each with the c that {@link CohortBounds} gives for K colluders among the
   * members that are left, so that leaving out honest members gains a coordinator nothing but a
   * greater c.
   *
   * @param alliance ids, policy and K as the caller has them; the greater K counts
   * @throws InfeasibleCohortException if no round of some cohort could end
   */
  public List<Cohort> cohorts(Alliance alliance) {
    return cohorts(
        alliance.alliance(), alliance.policyDigest(), alliance.coordinator(), alliance.colluders());
  }

  /** The same for an epoch's own policy. */
  public List<Cohort> cohorts(String alliance, Digest policy, String coordinator, int least) {
    int k = Math.max(colluders, least);
    if (k >= members.size()) {
      throw new InfeasibleCohortException(
          "%d members were drawn and %d are assumed to collude".formatted(members.size(), k));
    }
    return assignment().cohorts().stream()
        .map(
            cohort ->
                Cohort.of(
                    alliance,
                    rosterDigest,
                    policy,
                    cohort,
                    coordinator,
                    CohortBounds.of(members.size(), k, cohort.size()).colluders()))
        .toList();
  }

  /**
   * Refuses what can make no progress even if everybody takes part.
   *
   * @throws InfeasibleCohortException naming the numbers
   */
  public static CohortBounds requireFeasible(int members, int colluders, int cohortSize) {
    int count = Assignment.count(members, cohortSize);
    return IntStream.rangeClosed(members / count, (members + count - 1) / count)
        .mapToObj(size -> feasible(members, colluders, size))
        .reduce((smaller, greater) -> greater)
        .orElseThrow();
  }

  private static CohortBounds feasible(int members, int colluders, int size) {
    CohortBounds bounds = CohortBounds.of(members, colluders, size);
    if (bounds.toleratedDrops() < 0) {
      throw new InfeasibleCohortException(
          ("No round can end in a cohort of %d drawn from %d members with %d assumed colluders: up to %d of them"
                  + " may be in it, and it would need %d survivors. Take larger cohorts, or fewer colluders.")
              .formatted(size, members, colluders, bounds.colluders(), bounds.minSurvivors()));
    }
    return bounds;
  }

  public byte[] encode() {
    return new ByteWriter()
        .text(LABEL)
        .raw(rosterDigest.bytes())
        .u8(number)
        .raw(listDigest.bytes())
        .raw(seed.bytes())
        .list(members, ByteWriter::text)
        .u16(cohortSize)
        .u16(colluders)
        .toBytes();
  }

  public static Drawn decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    check(in.text(64).equals(LABEL), "not the outcome of a draw of version 1");
    Drawn drawn =
        new Drawn(
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.u8(),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.list(Alliance.MAX_MEMBERS, r -> r.text(Ids.MAX_BYTES)),
            in.u16(),
            in.u16());
    in.end();
    return drawn;
  }
}
