package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.kernel.BadUpdateException;
import org.concordat.secureagg.kernel.Clipped;
import org.concordat.secureagg.kernel.MaskedVector;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/**
 * The message Upload: y and its root durable before the first byte leaves, one y per token ever.
 */
final class Protecting {
  private Protecting() {}

  static void protect(
      Participant me, Transaction tx, Digest taskDigest, double[] update, double weight)
      throws Refusal {
    Tokens token = Tokens.ofTask(tx, me.self(), taskDigest);
    Task task =
        token
            .task()
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.TASK_UNKNOWN,
                        me.self(),
                        token.ref().describe() + " was never accepted"));
    if (token.uploaded() && !token.has(Tokens.CLOSED)) {
      uploadAgain(tx, token);
      return;
    }
    TokenSecrets secrets = token.needSecrets(me.self());
    require(
        !token.has(Tokens.DECLINE),
        Reason.WRONG_STEP,
        me.self(),
        "%s was given up",
        token.ref().describe());
    require(
        !token.has(Tokens.NON_REVEAL),
        Reason.NON_REVEAL_SIGNED,
        me.self(),
        "a NonReveal is signed for %s",
        token.ref().describe());
    require(
        !token.has(Tokens.REVEAL),
        Reason.ALREADY_REVEALED,
        me.self(),
        "shares are revealed for %s: my upload would come too late",
        token.ref().describe());
    JobState.of(tx, me.self(), task.job());
    Tasks.checkNoSecondSum(tx, me.self(), task);
    Manifest manifest = token.manifest();
    Quantiser quantiser = new Quantiser(task.quantisation(), manifest.cohort().size());
    Clipped clipped = clip(me, task, quantiser, update, weight);
    MaskedVector masked =
        MaskedVector.of(
            quantiser,
            clipped,
            noiseKey(me),
            MaskSet.of(me.self(), manifest, task, secrets).terms());
    tx.putBlob(Key.masked(task.epoch(), task.token()), masked.wire());
    tx.put(token.key(Tokens.ROOT), masked.root().bytes());
    tx.put(
        token.key(Tokens.COMMITMENT),
        tx.seal(me, new UploadCommitment(token.ref(), masked.root(), masked.wire().length)));
    uploadAgain(tx, token);
  }

  private static Clipped clip(
      Participant me, Task task, Quantiser quantiser, double[] update, double weight)
      throws Refusal {
    require(
        update.length == task.vectorLength(),
        Reason.BAD_UPDATE,
        me.self(),
        "the update has %d values, the task %d",
        update.length,
        task.vectorLength());
    try {
      return quantiser.clip(update, weight);
    } catch (BadUpdateException e) {
      throw new Refusal(Reason.BAD_UPDATE, me.self(), e.getMessage() + "");
    }
  }

  /** Fresh: stochastic rounding is as unpredictable as this key. */
  private static Bytes noiseKey(Participant me) {
    byte[] key = new byte[32];
    me.random().nextBytes(key);
    return Bytes.of(key);
  }

  static void uploadAgain(Transaction tx, Tokens token) {
    tx.upload(
        new Action.Upload(
            token.ref().job(),
            token.ref().taskDigest(),
            Key.masked(token.ref().epoch(), token.ref().token()),
            tx.needBytes(token.key(Tokens.COMMITMENT)),
            token.manifest().cohort().rosterDigest()));
  }

  static void giveUp(Participant me, Transaction tx, Digest taskDigest, String reason)
      throws Refusal {
    Tokens token = Tokens.ofTask(tx, me.self(), taskDigest);
    Stores.requirePinned(me, tx, me.self(), token.manifest());
    if (token.has(Tokens.DECLINE)) {
      tx.sendAgain(token.key(Tokens.DECLINE));
      return;
    }
    require(
        !token.uploaded(),
        Reason.WRONG_STEP,
        me.self(),
        "%s is uploaded already",
        token.ref().describe());
    tx.sendOnce(me, token.key(Tokens.DECLINE), new Decline(token.ref(), reason));
  }
}
