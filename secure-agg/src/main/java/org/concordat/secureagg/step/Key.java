package org.concordat.secureagg.step;

import java.util.HexFormat;
import org.concordat.secureagg.Incarnation;

/**
 * Names in the durable map. Below {@code forming/} is everything of an epoch that is being set up,
 * below {@code secret/} what a token still needs to keep secret; both are erased by prefix.
 */
public final class Key {
  public static final String PIN = "pin";

  /** Every cohort that was ever pinned, by digest. */
  public static final String PINNED = "pinned/";

  /** The roster's agents, where they are pinned as such. */
  public static final String ALLIANCE = "alliance";

  /** Highest epoch number ever begun, and highest signed. */
  public static final String STARTED = "epoch/started";

  public static final String SIGNED = "epoch/signed";

  /** Number of the certified epoch in force. */
  public static final String CURRENT = "epoch/current";

  public static final String SETUP = "forming/";
  public static final String SETUP_START = SETUP + "start";
  public static final String SETUP_PRIVATE = SETUP + "private-keys";
  public static final String SETUP_KEYS = SETUP + "sent-keys";
  public static final String SETUP_KEY_SET = SETUP + "key-set";
  public static final String SETUP_CONTEXT = SETUP + "context";
  public static final String SETUP_ENCAPSULATIONS = SETUP + "sent-encapsulations";
  public static final String SETUP_PRESENT = SETUP + "present";
  public static final String SETUP_DEPOSIT_CONTEXT = SETUP + "deposit-context";
  public static final String SETUP_OWN = SETUP + "own-seeds-and-shares";
  public static final String SETUP_OWN_HEADER = SETUP + "own-deposit-digest";
  public static final String SETUP_DEPOSIT = SETUP + "sent-deposit";
  public static final String SETUP_CHECKED = SETUP + "sent-deposits-checked";
  public static final String SETUP_DEPOSIT_SET = SETUP + "deposit-set";
  public static final String SETUP_COMPLAINT = SETUP + "sent-complaint";
  public static final String SETUP_OPENING = SETUP + "sent-opening";

  /** The incarnation of this store, whether others have confirmed it, its last statement. */
  public static final String STORE = "store/incarnation";

  public static final String STORE_CONFIRMED = "store/confirmed";
  public static final String STORE_LAST = "store/last";

  /** Who has answered a new store; absent for a first one. */
  public static final String STORE_ANSWERED = "store/answered/";

  /** Statements about epochs up to this number are a lost store's; absent for a first store. */
  public static final String STORE_ABOVE = "store/above";

  public static final String STORE_NONCE = "store/nonce";

  /** What was consented to, by job. */
  public static final String JOB_TERMS = "job/terms/";

  /** Of epochs up to this number nothing is remembered but {@link #SUMMED}. */
  public static final String FLOOR = "epoch/floor";

  public static final String MANIFEST = "manifest/";
  public static final String SIGNED_OF = "signed/";
  public static final String OPENED = "epoch/opened/";

  /** Kinds and models that sums were given for, by epoch, of what is forgotten. */
  public static final String SUMMED = "summed/";

  public static final String SECRET = "secret/";
  public static final String TOKEN = "token/";

  private Key() {}

  public static String pairKey(int peer) {
    return SETUP + "pair-key/" + peer;
  }

  /** Sealed header and ciphertext that a lower index sent: evidence, should the two disagree. */
  public static String encapsulation(int peer) {
    return SETUP + "encapsulation/" + peer;
  }

  /** The opening that answered this member's complaint. */
  public static String answer(int complainer) {
    return SETUP + "sent-answer/" + complainer;
  }

  public static String view(int dealer) {
    return SETUP + "view/" + dealer;
  }

  /** Starts of epoch numbers under a roster since its last certified manifest. */
  public static String restarts(String rosterHex) {
    return "epoch/restarts/" + rosterHex;
  }

  /** Set for good when this member complains or answers: it never signs or uses this number. */
  public static String opened(long epoch) {
    return OPENED + epoch;
  }

  /** A member that was shown to lie, as long as the roster stays the same. */
  public static String excluded(String rosterHex, String member) {
    return "epoch/excluded/" + rosterHex + "/" + member;
  }

  public static String signedManifest(long epoch) {
    return SIGNED_OF + epoch + "/manifest";
  }

  public static String manifestSignature(long epoch) {
    return SIGNED_OF + epoch + "/signature";
  }

  /** A certified manifest; quorums of its tokens are counted with it. */
  public static String manifest(long epoch) {
    return MANIFEST + epoch;
  }

  public static String secrets(long epoch) {
    return SECRET + epoch + "/";
  }

  public static String secret(long epoch, int token) {
    return secrets(epoch) + token;
  }

  public static String token(long epoch, int token) {
    return TOKEN + epoch + "/" + token + "/";
  }

  /** The blob y. */
  public static String masked(long epoch, int token) {
    return "y/" + epoch + "/" + token;
  }

  /** Task digest to token. */
  public static String task(String digestHex) {
    return "task/" + digestHex;
  }

  public static String jobState(String job) {
    return "job/state/" + job;
  }

  public static String jobTerms(String job) {
    return JOB_TERMS + job;
  }

  /** Last round of a job that this member's lost store may have taken part in. */
  public static String jobFloor(String job) {
    return "job/floor/" + job;
  }

  /** A store of this member that was lost. */
  public static String storeBefore(Incarnation lost) {
    return "store/before/" + HexFormat.of().formatHex(lost.bytes().toArray());
  }

  /** New stores of another member that this one has answered under a roster. */
  public static String losses(String rosterHex, String member) {
    return "store/losses/" + rosterHex + "/" + member + "/";
  }

  public static String jobEnded(String job) {
    return "job/ended/" + job;
  }

  public static String approval(String job, String modelHex) {
    return approvals(job) + modelHex;
  }

  public static String approvals(String job) {
    return "job/approval/" + job + "/";
  }

  public static String summed(long epoch) {
    return SUMMED + epoch;
  }

  /** The round whose state this member's cohort signed and not yet all cohorts. */
  public static String uncertified(String job) {
    return "job/uncertified/" + job;
  }

  /** Everything of a roster's draw but its outcome; erased when that is there. */
  public static String drawing(String rosterHex) {
    return "draw/" + rosterHex + "/";
  }

  /** Highest number of a roster's draw that this member committed to a value in. */
  public static String drawNumber(String rosterHex) {
    return drawing(rosterHex) + "number";
  }

  public static String draw(String rosterHex, int number, String part) {
    return drawing(rosterHex) + number + "/" + part;
  }

  /** What a roster's draw gave; kept for good. */
  public static String drawn(String rosterHex) {
    return "drawn/" + rosterHex;
  }

  /** Digest of the one Result of a round. */
  public static String result(String job, long round) {
    return results(job) + round;
  }

  public static String results(String job) {
    return "result/" + job + "/";
  }
}
