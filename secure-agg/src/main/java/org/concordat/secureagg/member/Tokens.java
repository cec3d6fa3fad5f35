package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Transaction;

/**
 * One burnt token's durable record: what was seen and sent for it. The record outlives the secrets.
 */
record Tokens(Transaction tx, TokenRef ref) {
  static final String REF = "ref";
  static final String TASK = "task";
  static final String DECLINE = "sent-decline";
  static final String ROOT = "root";
  static final String COMMITMENT = "sent-commitment";
  static final String SIGNED_SURVIVORS = "signed-survivors";
  static final String SURVIVOR_SIGNATURE = "sent-survivor-signature";
  static final String CERTIFIED = "certified-survivors";
  static final String CERTIFIED_DIGEST = "certified-digest";
  static final String REVEAL = "sent-reveal";
  static final String PAIR_REVEAL = "sent-pair-reveal/";
  static final String NON_REVEAL = "sent-non-reveal";
  static final String VOIDED = "voided";
  static final String RESULT = "result";
  static final String STATE_SIGNATURE = "sent-state-signature";
  static final String CLOSED = "closed";

  /** The record of a token, if it is burnt. */
  static Optional<Tokens> find(Transaction tx, long epoch, int token) {
    return tx.get(Key.token(epoch, token) + REF)
        .map(bytes -> new Tokens(tx, TokenRef.decode(bytes)));
  }

  /** The token burnt for a task. */
  static Tokens ofTask(Transaction tx, String culprit, Digest taskDigest) throws Refusal {
    Optional<byte[]> ref = tx.get(Key.task(taskDigest.hex()));
    require(
        ref.isPresent(),
        Reason.TASK_UNKNOWN,
        culprit,
        "task %s was never accepted here",
        taskDigest.shortHex());
    return new Tokens(tx, TokenRef.decode(ref.orElseThrow()));
  }

  /** The token's record; an unused token is burnt for this task now and for ever. */
  static Tokens burn(Transaction tx, String culprit, TokenRef ref) throws Refusal {
    Optional<Tokens> before = find(tx, ref.epoch(), ref.token());
    if (before.isPresent()) {
      require(
          before.get().ref.equals(ref),
          Reason.TOKEN_BURNT,
          culprit,
          "token %d of epoch %d is burnt for %s, not for %s",
          ref.token(),
          ref.epoch(),
          before.get().ref.describe(),
          ref.describe());
      return before.get();
    }
    tx.put(Key.token(ref.epoch(), ref.token()) + REF, ref.encode());
    tx.put(Key.task(ref.taskDigest().hex()), ref.encode());
    return new Tokens(tx, ref);
  }

  /** Every burnt token. */
  static List<Tokens> all(Transaction tx) {
    List<Tokens> all = new ArrayList<>();
    for (String key : tx.keys(Key.TOKEN)) {
      if (key.endsWith("/" + REF)) {
        all.add(new Tokens(tx, TokenRef.decode(tx.need(key))));
      }
    }
    return all;
  }

  /** Erases every secret of an epoch; its burnt tokens are closed. */
  static void retire(Transaction tx, long epoch) {
    for (Tokens token : all(tx)) {
      if (token.ref.epoch() == epoch) {
        token.close();
      }
    }
    tx.eraseAll(Key.secrets(epoch));
    tx.notice(new Notice.EpochRetired(epoch));
  }

  String key(String part) {
    return Key.token(ref.epoch(), ref.token()) + part;
  }

  boolean has(String part) {
    return tx.has(key(part));
  }

  Optional<Task> task() {
    return tx.get(key(TASK)).map(Task::ofCore);
  }

  /** Open means: its secrets are still here. */
  Optional<TokenSecrets> secrets() {
    return tx.get(Key.secret(ref.epoch(), ref.token())).map(TokenSecrets::decode);
  }

  TokenSecrets needSecrets(String culprit) throws Refusal {
    Optional<TokenSecrets> secrets = secrets();
    require(
        secrets.isPresent(),
        Reason.TOKEN_CLOSED,
        culprit,
        "token %d of epoch %d is closed, its secrets are erased",
        ref.token(),
        ref.epoch());
    return secrets.orElseThrow();
  }

  /** The manifest of the token's epoch. */
  Manifest manifest() {
    return Manifest.decode(tx.need(Key.manifest(ref.epoch())));
  }

  boolean uploaded() {
    return has(COMMITMENT);
  }

  boolean voided() {
    return has(VOIDED);
  }

  /**
   * Closes the token: shares, b, pair secrets and y are erased; what was sent stays for repeating.
   */
  void close() {
    if (has(CLOSED)) {
      return;
    }
    tx.mark(key(CLOSED));
    tx.erase(Key.secret(ref.epoch(), ref.token()));
    tx.erase(key(CERTIFIED));
    tx.erase(key(RESULT));
    if (uploaded()) {
      tx.eraseBlob(Key.masked(ref.epoch(), ref.token()));
    }
    tx.notice(new Notice.TokenClosed(ref.epoch(), ref.token()));
  }

  /** A quorum of NonReveals was seen: this attempt is void, the token closes. */
  void markVoided() {
    if (!voided()) {
      tx.mark(key(VOIDED));
      tx.notice(new Notice.AttemptVoided(ref));
    }
    close();
  }
}
