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
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;

/**
 * One burnt token's durable record: what was seen and sent for it. The record outlives the secrets.
 */
record Tokens(Draft draft, TokenRef ref) {
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
  static Optional<Tokens> find(Draft draft, long epoch, int token) {
    return draft
        .get(Key.token(epoch, token) + REF)
        .map(bytes -> new Tokens(draft, TokenRef.decode(bytes)));
  }

  /** The token burnt for a task. */
  static Tokens ofTask(Draft draft, String culprit, Digest taskDigest) throws Refusal {
    Optional<byte[]> ref = draft.get(Key.task(taskDigest.hex()));
    require(
        ref.isPresent(),
        Reason.TASK_UNKNOWN,
        culprit,
        "task %s was never accepted here",
        taskDigest.shortHex());
    return new Tokens(draft, TokenRef.decode(ref.orElseThrow()));
  }

  /** The token's record; an unused token is burnt for this task now and for ever. */
  static Tokens burn(Draft draft, String culprit, TokenRef ref) throws Refusal {
    Optional<Tokens> before = find(draft, ref.epoch(), ref.token());
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
    draft.put(Key.token(ref.epoch(), ref.token()) + REF, ref.encode());
    draft.put(Key.task(ref.taskDigest().hex()), ref.encode());
    return new Tokens(draft, ref);
  }

  /** Every burnt token. */
  static List<Tokens> all(Draft draft) {
    List<Tokens> all = new ArrayList<>();
    for (String key : draft.keys(Key.TOKEN)) {
      if (key.endsWith("/" + REF)) {
        all.add(new Tokens(draft, TokenRef.decode(draft.need(key))));
      }
    }
    return all;
  }

  /** Erases every secret of an epoch; its burnt tokens are closed. */
  static void retire(Draft draft, long epoch) {
    for (Tokens token : all(draft)) {
      if (token.ref.epoch() == epoch) {
        token.close();
      }
    }
    draft.eraseAll(Key.secrets(epoch));
    draft.notice(new Notice.EpochRetired(epoch));
  }

  String key(String part) {
    return Key.token(ref.epoch(), ref.token()) + part;
  }

  boolean has(String part) {
    return draft.has(key(part));
  }

  Optional<Task> task() {
    return draft.get(key(TASK)).map(Task::ofCore);
  }

  /** Open means: its secrets are still here. */
  Optional<TokenSecrets> secrets() {
    return draft.get(Key.secret(ref.epoch(), ref.token())).map(TokenSecrets::decode);
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
    return Manifest.decode(draft.need(Key.manifest(ref.epoch())));
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
    draft.mark(key(CLOSED));
    draft.erase(Key.secret(ref.epoch(), ref.token()));
    draft.erase(key(CERTIFIED));
    draft.erase(key(RESULT));
    if (uploaded()) {
      draft.eraseBlob(Key.masked(ref.epoch(), ref.token()));
    }
    draft.notice(new Notice.TokenClosed(ref.epoch(), ref.token()));
  }

  /** A quorum of NonReveals was seen: this attempt is void, the token closes. */
  void markVoided() {
    if (!voided()) {
      draft.mark(key(VOIDED));
      draft.notice(new Notice.AttemptVoided(ref));
    }
    close();
  }
}
