package org.concordat.secureagg;

/**
 * A message or an input was refused and nothing has changed. Carries the reason, who is to blame
 * (the sender, or the participant whose signed bytes contradict each other), and an explanation
 * with the values; never secrets.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. One constant per check of the protocol, so that tests and alarms can tell them apart. */
  public enum Reason {
    /** Signature, sender or alliance of the envelope. */
    BAD_ENVELOPE,
    /** Bytes that are no message of this protocol. */
    MALFORMED,
    /** Envelope and payload name different rounds or attempts. */
    MISBOUND,
    /** A type that this side never receives. */
    UNEXPECTED_MESSAGE,
    NOT_THE_COORDINATOR,
    NOT_A_MEMBER,
    /** Nothing pinned yet, or roster, policy, members or parameters differ from what is pinned. */
    COHORT_MISMATCH,
    EPOCH_OLD,
    EPOCH_UNKNOWN,
    EPOCH_NOT_CERTIFIED,
    TOO_MANY_RESTARTS,
    WRONG_STEP,
    /** A second, different message where only one may exist. */
    CONFLICTING_MESSAGE,
    BAD_KEY,
    /** A section that is missing or does not fit the digest its author signed. */
    BAD_SECTION,
    /** C_ij differs from C_ji. */
    COMMITMENT_MISMATCH,
    BAD_BOX,
    BAD_SHARE,
    MANIFEST_MISMATCH,
    TWO_MANIFESTS,
    /** Fewer or other signatures than the threshold asks for. */
    BAD_QUORUM,
    NOT_A_PARTICIPANT,
    TASK_MISMATCH,
    TASK_UNKNOWN,
    JOB_UNKNOWN,
    BASE_STATE_MISMATCH,
    TOKEN_BURNT,
    TOKEN_CLOSED,
    RETRY_WITHOUT_NON_REVEAL,
    MODEL_ALREADY_SUMMED,
    NOT_IN_SURVIVORS,
    WRONG_ROOT,
    TOO_FEW_SURVIVORS,
    SECOND_SURVIVOR_SET,
    NON_REVEAL_SIGNED,
    ALREADY_REVEALED,
    CERTIFICATE_MISSING,
    SECOND_RESULT,
    BAD_SEED,
    SUM_MISMATCH,
    /** A leaf asked for in a spot check was not delivered. */
    LEAF_WITHHELD,
    STATE_MISMATCH,
    BAD_UPDATE,
    /** A sum that no updates within the job's terms can give. */
    IMPOSSIBLE_SUM,
    /** An epoch or a task that is not what the signed job says. */
    TERMS_MISMATCH,
    /** This member's store is new, and too few others have said what its lost one may have done. */
    STORE_UNCONFIRMED,
    /** The epoch pins another store of this member, which is lost: nothing of it is signed. */
    STORE_LOST,
    /** A statement of a store that the epoch does not pin. */
    WRONG_STORE,
    /** More than two stores of one member were lost under one roster. */
    TOO_MANY_LOSSES,
    /** A correct message that comes after its step was closed. */
    LATE,
    BAD_DEALER,
    /** W, or K, of a dropped member contradicts what it deposited. */
    BAD_RECOVERY,
    /** The complaint's evidence does not hang together, or shows a good deposit. */
    FALSE_COMPLAINT,
    /** An opening that does not give the public keys. */
    BAD_OPENING,
    /** Two signed statements that contradict each other. */
    EQUIVOCATION,
    /** No answer in the opening phase; nobody else can check this. */
    UNRESPONSIVE,
    /** Who complained or answered a complaint signs nothing of this number and uses none of it. */
    COMPLAINED,
    /** The manifest is signed, the keys are erased: nothing can be opened any more. */
    COMPLAINT_AFTER_MANIFEST,
    /** A draw of cohorts: another plan than the roster's, or a number that may not come now. */
    DRAW_MISMATCH,
    /** The closed list of commitments, or its certificate, lacks this member's own. */
    NOT_IN_LIST,
    /** A second list of commitments for one roster and number. */
    SECOND_LIST,
    /** A state that one cohort signed where every cohort must. */
    NOT_ALL_COHORTS,
    /** A member that was shown to lie under this roster. */
    EXCLUDED_MEMBER
  }

  private final Reason reason;
  private final String culprit;

  /**
   * @param culprit id of the participant to blame, or of this side for bad local input
   * @param explanation what was wrong, with values, and what to do
   */
  public Refusal(Reason reason, String culprit, String explanation) {
    super(reason + " (" + culprit + "): " + explanation);
    this.reason = reason;
    this.culprit = culprit;
  }

  /**
   * Refuses unless the condition holds.
   *
   * @param format of the explanation, for {@link String#formatted}
   */
  public static void require(
      boolean condition, Reason reason, String culprit, String format, Object... values)
      throws Refusal {
    if (!condition) {
      throw new Refusal(reason, culprit, format.formatted(values));
    }
  }

  public Reason reason() {
    return reason;
  }

  /**
   * Who is to blame: a participant's id; for a pair, {@code "a|b"}: one of the two lied, complaints
   * tell which.
   */
  public String culprit() {
    return culprit;
  }
}
