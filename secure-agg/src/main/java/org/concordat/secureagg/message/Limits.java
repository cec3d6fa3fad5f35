package org.concordat.secureagg.message;

import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;

/** Every bound that decoders enforce. */
public final class Limits {
  /** R: round tokens of an epoch. */
  public static final int TOKENS = 64;

  public static final int MEMBERS = Cohort.MAX_MEMBERS;

  /** One sealed message of a member inside another message. */
  public static final int SEALED_BYTES = 64 << 10;

  /** A sealed manifest: 256 participants at 68 bytes, the cohort and the envelope. */
  public static final int SEALED_MANIFEST_BYTES = 256 << 10;

  /**
   * A section of a parcel: at n = 256 a member's own part of a deposit is 11.3 kB, the recovery
   * section 526 kB.
   */
  public static final int SECTION_BYTES = 1 << 20;

  /** A whole parcel (a deposit at n = 256 is 3.5 MB) or any other payload. */
  public static final int PAYLOAD_BYTES = 8 << 20;

  /**
   * A sealed complaint: at n = 256 the start, 256 digests of keys, two headers of 8.3 kB and a
   * section of 11.3 kB.
   */
  public static final int COMPLAINT_BYTES = 256 << 10;

  /** One of two statements that contradict each other; a sealed complaint is the largest. */
  public static final int STATEMENT_BYTES = COMPLAINT_BYTES;

  /** Jobs that a member has open at a time. */
  public static final int JOBS = 1000;

  /** Attempts of one round. */
  public static final int ATTEMPTS = 64;

  /**
   * Elements of a model vector, without the weight coordinate; y of 32 bits then stays below 2^31
   * bytes.
   */
  public static final int VECTOR_LENGTH = (1 << 29) - 4096;

  /** Agents of a roster that can be drawn into cohorts. */
  public static final int ALLIANCE = Alliance.MAX_MEMBERS;

  /** Cohorts of one alliance. */
  public static final int COHORTS = ALLIANCE / 3;

  /** Numbers of a draw under one roster version: so many seeds may come to be known, at most. */
  public static final int DRAWS = 8;

  private Limits() {}
}
