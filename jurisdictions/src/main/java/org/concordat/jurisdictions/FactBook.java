package org.concordat.jurisdictions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest sheet of facts of each member, as one process knows them. Who signed a sheet is
 * checked before it comes here. A sheet counts while the key that signed it is the member's.
 * Thread-safe.
 */
public final class FactBook {
  /** By which a member's clock may be ahead of this one. */
  public static final Duration TOLERANCE = Duration.ofMinutes(10);

  /**
   * A sheet, and how it is known.
   *
   * @param key the identity key that signed it, as the roster writes it
   * @param sealed as it travels
   */
  public record Signed(FactSheet sheet, String key, byte[] sealed) {}

  /** What a sheet is, beside the one that is known. */
  public enum Verdict {
    /** It takes the other one's place. */
    NEWER,
    /** It is the one that is known. */
    KNOWN,
    /** The one that is known was signed later. */
    OLDER,
    /** Another one has its number: the member, or who has its key, says two things. */
    CONTRADICTS,
    /** It was stated later than now: one of the clocks is wrong. */
    NOT_YET
  }

  private final Map<String, Signed> byMember = new TreeMap<>();

  /** Judges a sheet; nothing changes. */
  public synchronized Verdict judge(Signed offered, Instant now) {
    if (offered.sheet.lastStated().isAfter(now.plus(TOLERANCE))) {
      return Verdict.NOT_YET;
    }
    Signed known = byMember.get(offered.sheet.member());
    if (known == null || !known.key.equals(offered.key)) {
      return Verdict.NEWER; // under new keys a member begins anew
    }
    int order = Long.compare(offered.sheet.number(), known.sheet.number());
    if (order != 0) {
      return order > 0 ? Verdict.NEWER : Verdict.OLDER;
    }
    return offered.sheet.equals(known.sheet) ? Verdict.KNOWN : Verdict.CONTRADICTS;
  }

  /** Takes a sheet that was judged newer. */
  public synchronized void put(Signed newer) {
    byMember.put(newer.sheet.member(), newer);
  }

  /**
   * A member's sheet.
   *
   * @param keyInForce the member's, as the roster writes it
   */
  public synchronized Optional<Signed> find(String member, String keyInForce) {
    return Optional.ofNullable(byMember.get(member)).filter(one -> one.key.equals(keyInForce));
  }

  /** By member, also those whose key is the member's no more. */
  public synchronized List<Signed> all() {
    return List.copyOf(byMember.values());
  }
}
