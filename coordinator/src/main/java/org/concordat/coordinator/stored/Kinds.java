package org.concordat.coordinator.stored;

import java.util.Locale;

/**
 * Every kind of entry in the coordinator's store, as {@code id → value}. A name is never given to
 * anything else: stores of earlier programs have them. Events of rounds are in streams of their
 * own.
 */
public final class Kinds {
  // directory
  /** Version → signed roster. */
  public static final String ROSTERS = "roster";

  /** Nonce → invitation. */
  public static final String INVITATIONS = "invitation";

  /** {@code DIGEST/MEMBER} → signature of a roster that is not in force yet. */
  public static final String APPROVALS = "approval";

  /** Digest of the roster that follows → the change that is proposed. */
  public static final String CHANGES = "roster-change";

  /** Identity key → a member's signed leaving. */
  public static final String EXITS = "member-exit";

  /** SHA-256 of an authority's key → its newest revocation list. */
  public static final String CRLS = "crl";

  /** Member → the newest sheet of facts that it signed. */
  public static final String FACTS = "facts";

  /** {@code taken/MEMBER} or {@code made/MEMBER} → the highest number of a carried file. */
  public static final String BUNDLES = "bundle";

  // sessions
  /** Member → the last that it is known to have said. */
  public static final String LAST_STATEMENTS = "last-statement";

  // audit
  /** Nothing → size and root of the log when it was last seen whole. */
  public static final String LOG_HEAD = "audit-head";

  /** {@code MEMBER/HASH} of a person → the key of its name in the log. Secret. */
  public static final String PERSON_KEYS = "person-key";

  /** {@code MEMBER/NAME} in the log → the person's hash. Secret. */
  public static final String PERSON_NAMES = "person-name";

  /** {@code MEMBER/NAME} in the log whose key was destroyed → nothing. */
  public static final String FORGOTTEN = "forgotten";

  // health
  /** Nothing → when a record was last written only to see whether one can be. */
  public static final String PROBES = "probe";

  // jobs and models
  /** Job → its record. */
  public static final String JOBS = "job";

  /** {@code JOB/VERSION} → summary of a model. */
  public static final String MODELS = "model";

  // draws of cohorts
  /** Roster → the draw's opening. */
  public static final String DRAWS = "draw";

  /** Roster → the draw's certificate. */
  public static final String DRAW_CERTIFICATES = "draw-certificate";

  // epochs
  /** Number → the cohort that it was opened for. */
  public static final String EPOCHS = "epoch";

  /** Number → the chain that it is in, where there are several. */
  public static final String EPOCH_CHAINS = "epoch-chain";

  /** Number → the certified epoch before it. */
  public static final String EPOCH_PREVIOUS = "epoch-previous";

  /** Nothing → the newest certified epoch of any chain. */
  public static final String EPOCH_LATEST = "epoch-latest";

  /** Number → tokens handed out. */
  public static final String EPOCH_TOKENS = "epoch-tokens";

  /** Number → how it ended. */
  public static final String EPOCH_ENDS = "epoch-end";

  /** Number → the certified epoch. */
  public static final String EPOCHS_CERTIFIED = "epoch-certified";

  /** Number → which input has each deposit, by dealer. */
  public static final String EPOCH_DEPOSITS = "epoch-deposits";

  /** Chain → the highest number that was erased. */
  public static final String EPOCHS_FORGOTTEN = "epoch-forgotten";

  /** Member → the store that it answered from. */
  public static final String ANSWERED_STORES = "answered-store";

  /** {@code ROSTER/MEMBER} → a lie that was proven. */
  public static final String LIES = "lie";

  // rounds
  /** Stream → summary of a closed round. */
  public static final String ROUNDS = "round";

  /** Stream → what is kept as evidence of a round. */
  public static final String EVIDENCE = "evidence";

  /** Nothing → streams with evidence, from the oldest. */
  public static final String EVIDENCE_ORDER = "evidence-order";

  /** Stream → the obligation that its evidence was deleted for. */
  public static final String EVIDENCE_DELETED = "evidence-deleted";

  /** Job → its newest round over several cohorts. */
  public static final String COHORT_ROUNDS = "round-cohorts";

  /** Job → its newest checkpoint. */
  public static final String CHECKPOINTS = "checkpoint";

  /** Job → the newest checkpoint that all its cohorts certified. */
  public static final String ALLIANCE_CHECKPOINTS = "alliance-checkpoint";

  // a regional aggregator's own store
  /** Task → what the coordinator told of it, and whose uploads are here. */
  public static final String REGION_TASKS = "region-task";

  /** Task → the partial sum that it has signed. */
  public static final String REGION_SUMS = "region-sum";

  /** {@code EPOCH/TOKEN} → digest of the only task that this token is taken for. Never erased. */
  public static final String REGION_TOKENS = "region-token";

  private Kinds() {}

  /** Position → what came of a draw, in order. */
  public static String drawInputs(String roster) {
    return "draw-input/" + roster;
  }

  /** Position → what came of an epoch's set-up, in order. */
  public static String epochInputs(long epoch) {
    return "epoch-input/" + number(epoch);
  }

  /** Token → what a round needs of the epoch for it. */
  public static String epochPages(long epoch) {
    return "epoch-page/" + number(epoch);
  }

  /** Liar → evidence, for members of one roster. */
  public static String lieEvidence(String roster) {
    return "lie-evidence/" + roster;
  }

  /** Cohort → what it certified of a round. */
  public static String cohortCheckpoints(String job, long round) {
    return "cohort-checkpoint/" + job + "/" + round;
  }

  /** An epoch's number, so that ids sort as numbers do. */
  public static String number(long epoch) {
    return digits(epoch, 12);
  }

  /** A place in an order, likewise. */
  public static String position(int index) {
    return digits(index, 6);
  }

  /** A number with leading zeros, in ASCII digits whatever the machine's language is. */
  public static String digits(long value, int width) {
    return String.format(Locale.ROOT, "%0" + width + "d", value);
  }
}
