package org.concordat.agent.stored;

/**
 * Every kind of entry in the agent's store, as {@code id → value}. A name is never given to
 * anything else: stores of earlier programs have them.
 */
public final class Kinds {
  /** Key of a member's state → its value; what is secret is erased for good. */
  public static final String SECURE_AGGREGATION = "secagg";

  /** Nothing → which store this is, if it was the member's first. */
  public static final String FIRST_STORE = "store";

  /** Nothing → the rosters that this member knows. */
  public static final String ROSTER_CHAIN = "roster-chain";

  /** SHA-256 of an authority's key → its newest revocation list. */
  public static final String CRLS = "crl";

  /** Member → the newest sheet of facts that it signed. */
  public static final String FACTS = "facts";

  /**
   * Across an air gap: {@code taken} or {@code made} → the highest number of a file; {@code
   * reply-key} → the pair that answers are sealed to, secret.
   */
  public static final String BUNDLES = "bundle";

  /** Heads of the audit log: {@code last} cosigned; one that was refused, and the one before it. */
  public static final String WITNESSED_HEADS = "audit-witnessed";

  /** Job → its sealed terms. */
  public static final String JOBS = "job-spec";

  /** Plan → the sealed answer to it. */
  public static final String JOB_ANSWERS = "job-answer";

  /** Model → the job that begins with it. */
  public static final String INITIAL_MODELS = "job-initial-model";

  /** Job → what it was let see of the data. */
  public static final String DATA_USES = "job-data-use";

  /** Job → why this site's consent to it was taken back. */
  public static final String WITHDRAWALS = "job-withdrawal";

  /** Job → nothing: this site's people were told of it. */
  public static final String JOBS_TOLD = "job-told";

  /** Request → what a person is asked. */
  public static final String APPROVAL_REQUESTS = "approval-request";

  /** Request → the sealed terms of the job that it is about. */
  public static final String APPROVAL_JOBS = "approval-spec";

  /** Written and erased again: whether there is room. */
  public static final String PROBE = "probe";

  private Kinds() {}
}
