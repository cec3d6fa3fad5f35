package org.concordat.secureagg.member;

import java.util.HexFormat;
import org.concordat.secureagg.Incarnation;

/**
 * Names in the durable map. Below {@code forming/} is everything of an epoch that is being set up,
 * below {@code secret/} what a token still needs to keep secret; both are erased by prefix.
 */
final class Key {
  static final String PIN = "pin";

  /** Every cohort that was ever pinned, by digest. */
  static final String PINNED = "pinned/";

  /** The roster's agents, where they are pinned as such. */
  static final String ALLIANCE = "alliance";

  /** Highest epoch number ever begun, and highest signed. */
  static final String STARTED = "epoch/started";

  static final String SIGNED = "epoch/signed";

  /** Number of the certified epoch in force. */
  static final String CURRENT = "epoch/current";

  static final String FORMING = "forming/";
  static final String FORMING_START = FORMING + "start";
  static final String FORMING_PRIVATE = FORMING + "private-keys";
  static final String FORMING_KEYS = FORMING + "sent-keys";
  static final String FORMING_KEY_SET = FORMING + "key-set";
  static final String FORMING_CONTEXT = FORMING + "context";
  static final String FORMING_ENCAPSULATIONS = FORMING + "sent-encapsulations";
  static final String FORMING_PRESENT = FORMING + "present";
  static final String FORMING_DEPOSIT_CONTEXT = FORMING + "deposit-context";
  static final String FORMING_OWN = FORMING + "own-seeds-and-shares";
  static final String FORMING_OWN_HEADER = FORMING + "own-deposit-digest";
  static final String FORMING_DEPOSIT = FORMING + "sent-deposit";
  static final String FORMING_CHECKED = FORMING + "sent-deposits-checked";
  static final String FORMING_DEPOSIT_SET = FORMING + "deposit-set";
  static final String FORMING_COMPLAINT = FORMING + "sent-complaint";
  static final String FORMING_OPENING = FORMING + "sent-opening";

  /** The incarnation of this store, whether others have confirmed it, its last statement. */
  static final String STORE = "store/incarnation";

  static final String STORE_CONFIRMED = "store/confirmed";
  static final String STORE_LAST = "store/last";

  /** Who has answered a new store; absent for a first one. */
  static final String STORE_ANSWERED = "store/answered/";

  /** Statements about epochs up to this number are a lost store's; absent for a first store. */
  static final String STORE_ABOVE = "store/above";

  static final String STORE_NONCE = "store/nonce";

  /** What was consented to, by job. */
  static final String JOB_TERMS = "job/terms/";

  /** Of epochs up to this number nothing is remembered but {@link #SUMMED}. */
  static final String FLOOR = "epoch/floor";

  static final String MANIFEST = "manifest/";
  static final String SIGNED_OF = "signed/";
  static final String OPENED = "epoch/opened/";

  /** Kinds and models that sums were given for, by epoch, of what is forgotten. */
  static final String SUMMED = "summed/";

  static final String SECRET = "secret/";
  static final String TOKEN = "token/";

  private Key() {}

  static String pairKey(int peer) {
    return FORMING + "pair-key/" + peer;
  }

  /** Sealed header and ciphertext that a lower index sent: evidence, should the two disagree. */
  static String encapsulation(int peer) {
    return FORMING + "encapsulation/" + peer;
  }

  /** The opening that answered this member's complaint. */
  static String answer(int complainer) {
    return FORMING + "sent-answer/" + complainer;
  }

  static String view(int dealer) {
    return FORMING + "view/" + dealer;
  }

  /** Starts of epoch numbers under a roster since its last certified manifest. */
  static String restarts(String rosterHex) {
    return "epoch/restarts/" + rosterHex;
  }

  /** Set for good when this member complains or answers: it never signs or uses this number. */
  static String opened(long epoch) {
    return OPENED + epoch;
  }

  /** A member that was shown to lie, as long as the roster stays the same. */
  static String excluded(String rosterHex, String member) {
    return "epoch/excluded/" + rosterHex + "/" + member;
  }

  static String signedManifest(long epoch) {
    return SIGNED_OF + epoch + "/manifest";
  }

  static String manifestSignature(long epoch) {
    return SIGNED_OF + epoch + "/signature";
  }

  /** A certified manifest; quorums of its tokens are counted with it. */
  static String manifest(long epoch) {
    return MANIFEST + epoch;
  }

  static String secrets(long epoch) {
    return SECRET + epoch + "/";
  }

  static String secret(long epoch, int token) {
    return secrets(epoch) + token;
  }

  static String token(long epoch, int token) {
    return TOKEN + epoch + "/" + token + "/";
  }

  /** The blob y. */
  static String masked(long epoch, int token) {
    return "y/" + epoch + "/" + token;
  }

  /** Task digest to token. */
  static String task(String digestHex) {
    return "task/" + digestHex;
  }

  static String jobState(String job) {
    return "job/state/" + job;
  }

  static String jobTerms(String job) {
    return JOB_TERMS + job;
  }

  /** Last round of a job that this member's lost store may have taken part in. */
  static String jobFloor(String job) {
    return "job/floor/" + job;
  }

  /** A store of this member that was lost. */
  static String storeBefore(Incarnation lost) {
    return "store/before/" + HexFormat.of().formatHex(lost.bytes().toArray());
  }

  /** New stores of another member that this one has answered under a roster. */
  static String losses(String rosterHex, String member) {
    return "store/losses/" + rosterHex + "/" + member + "/";
  }

  static String jobEnded(String job) {
    return "job/ended/" + job;
  }

  static String approval(String job, String modelHex) {
    return approvals(job) + modelHex;
  }

  static String approvals(String job) {
    return "job/approval/" + job + "/";
  }

  static String summed(long epoch) {
    return SUMMED + epoch;
  }

  /** The round whose state this member's cohort signed and not yet all cohorts. */
  static String uncertified(String job) {
    return "job/uncertified/" + job;
  }

  /** Everything of a roster's draw but its outcome; erased when that is there. */
  static String drawing(String rosterHex) {
    return "draw/" + rosterHex + "/";
  }

  /** Highest number of a roster's draw that this member committed to a value in. */
  static String drawNumber(String rosterHex) {
    return drawing(rosterHex) + "number";
  }

  static String draw(String rosterHex, int number, String part) {
    return drawing(rosterHex) + number + "/" + part;
  }

  /** What a roster's draw gave; kept for good. */
  static String drawn(String rosterHex) {
    return "drawn/" + rosterHex;
  }

  /** Digest of the one Result of a round. */
  static String result(String job, long round) {
    return results(job) + round;
  }

  static String results(String job) {
    return "result/" + job + "/";
  }
}
