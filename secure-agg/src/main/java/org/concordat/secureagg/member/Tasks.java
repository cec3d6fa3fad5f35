package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Transaction;

/** The message Task: all checks of its row, then the token is burnt for exactly this task. */
final class Tasks {
  private Tasks() {}

  static void onTask(Participant me, Transaction tx, String sender, Task task) throws Refusal {
    Manifest manifest = currentManifest(me, tx, sender, task);
    Optional<Tokens> burnt = Tokens.find(tx, task.epoch(), task.token());
    if (burnt.isPresent() && burnt.get().has(Tokens.TASK)) {
      repeat(tx, sender, task);
      return;
    }
    checkBinding(me, tx, sender, task, manifest);
    checkBase(tx, sender, task);
    Terms.requireTask(me, tx, sender, task, manifest.cohort());
    Stores.requireAboveFloor(tx, sender, task.job(), task.round());
    for (TokenRef voided : openQuorums(me, tx, sender, task)) {
      Voiding.apply(tx, voided);
    }
    checkNoSecondSum(tx, sender, task);
    Tokens token = Tokens.burn(tx, sender, task.ref());
    require(
        !token.has(Tokens.NON_REVEAL),
        Reason.NON_REVEAL_SIGNED,
        sender,
        "a NonReveal is signed for %s",
        task.ref().describe());
    require(
        !token.has(Tokens.REVEAL),
        Reason.LATE,
        sender,
        "shares are revealed for %s already",
        task.ref().describe());
    token.needSecrets(sender);
    tx.put(token.key(Tokens.TASK), task.core());
    tx.notice(new Notice.TaskAccepted(task));
  }

  private static Manifest currentManifest(Participant me, Transaction tx, String sender, Task task)
      throws Refusal {
    long current = tx.get(Key.CURRENT).map(Participant::number).orElse(0L);
    require(
        current != 0 && task.epoch() <= current,
        Reason.EPOCH_NOT_CERTIFIED,
        sender,
        "no certified manifest of epoch %d seen yet",
        task.epoch());
    require(
        task.epoch() == current,
        Reason.EPOCH_OLD,
        sender,
        "epoch %d retired, %d is in force",
        task.epoch(),
        current);
    Manifest manifest = Manifest.decode(tx.need(Key.manifest(current)));
    me.requireCoordinator(sender, manifest.cohort());
    return manifest;
  }

  private static void checkBinding(
      Participant me, Transaction tx, String sender, Task task, Manifest manifest) throws Refusal {
    Stores.requirePinned(me, tx, sender, manifest);
    require(
        tx.has(Key.manifestSignature(task.epoch())),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "I hold no shares in epoch %d",
        task.epoch());
    require(
        Pinned.cohort(me, tx).admits(manifest.cohort()),
        Reason.COHORT_MISMATCH,
        sender,
        "roster or policy changed since epoch %d: open a new one",
        task.epoch());
    require(
        task.policyDigest().equals(manifest.cohort().policyDigest())
            && task.cohortDigest().equals(manifest.cohort().digest()),
        Reason.TASK_MISMATCH,
        sender,
        "policy or cohort of the task are not those of epoch %d",
        task.epoch());
    try {
      task.quantisation().requireNoWrap(manifest.cohort().size());
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.TASK_MISMATCH, sender, e.getMessage() + "");
    }
  }

  private static void checkBase(Transaction tx, String sender, Task task) throws Refusal {
    JobState state = JobState.of(tx, sender, task.job());
    require(
        !tx.has(Key.result(task.job(), task.round())),
        Reason.SECOND_RESULT,
        sender,
        "round %d of job %s has its result",
        task.round() + 1,
        task.job());
    require(
        state.round() == task.round() - 1 && state.digest().equals(task.baseStateDigest()),
        Reason.BASE_STATE_MISMATCH,
        sender,
        "round %d is to start from state %s; after round %d I have %s: send the checkpoint",
        task.round() + 1,
        task.baseStateDigest().shortHex(),
        state.round() + 1,
        state.digest().shortHex());
    require(
        !tx.has(Key.uncertified(task.job())),
        Reason.NOT_ALL_COHORTS,
        sender,
        "the state after round %d is signed by my own cohort: send every cohort's signatures",
        state.round() + 1);
  }

  /** One quorum per earlier attempt, in order. */
  private static List<TokenRef> openQuorums(
      Participant me, Transaction tx, String sender, Task task) throws Refusal {
    List<TokenRef> voided = new ArrayList<>();
    require(
        task.earlierNonReveals().size() == task.attempt(),
        Reason.RETRY_WITHOUT_NON_REVEAL,
        sender,
        "attempt %d with %d NonReveal quorums",
        task.attempt() + 1,
        task.earlierNonReveals().size());
    for (Bytes payload : task.earlierNonReveals()) {
      NonRevealQuorum quorum = Voiding.decode(sender, payload);
      TokenRef ref = quorum.ref();
      require(
          ref.job().equals(task.job())
              && ref.round() == task.round()
              && ref.attempt() == voided.size(),
          Reason.RETRY_WITHOUT_NON_REVEAL,
          sender,
          "the quorum for attempt %d is about %s",
          voided.size() + 1,
          ref.describe());
      Voiding.verify(me, tx, sender, quorum);
      voided.add(ref);
    }
    return voided;
  }

  /**
   * No upload for a (job, round), or for a model and kind of work in whatever job, epoch or roster,
   * while an earlier one may still be opened. Checked when a task is accepted and again before y is
   * made.
   */
  static void checkNoSecondSum(Transaction tx, String sender, Task task) throws Refusal {
    boolean approved = tx.has(Key.approval(task.job(), task.modelDigest().hex()));
    require(
        approved || !Pruning.summed(tx, task),
        Reason.MODEL_ALREADY_SUMMED,
        sender,
        "I uploaded for model %s before: a second sum needs a person's approval here",
        task.modelDigest().shortHex());
    for (Tokens other : Tokens.all(tx)) {
      Task earlier = other.task().orElse(null);
      if (earlier == null
          || !other.uploaded()
          || other.voided()
          || other.ref().equals(task.ref())) {
        continue;
      }
      require(
          !(earlier.job().equals(task.job()) && earlier.round() == task.round()),
          Reason.RETRY_WITHOUT_NON_REVEAL,
          sender,
          "I uploaded for %s and have seen no NonReveal quorum for it",
          other.ref().describe());
      require(
          approved
              || !(earlier.modelDigest().equals(task.modelDigest())
                  && earlier.kind() == task.kind()),
          Reason.MODEL_ALREADY_SUMMED,
          sender,
          "I uploaded for model %s in %s: a second sum needs a person's approval here",
          task.modelDigest().shortHex(),
          other.ref().describe());
    }
  }

  private static void repeat(Transaction tx, String sender, Task task) throws Refusal {
    Tokens token = Tokens.burn(tx, sender, task.ref());
    require(
        !token.has(Tokens.NON_REVEAL),
        Reason.NON_REVEAL_SIGNED,
        sender,
        "a NonReveal is signed for %s",
        task.ref().describe());
    require(
        !token.has(Tokens.CLOSED),
        Reason.TOKEN_CLOSED,
        sender,
        "%s is closed",
        task.ref().describe());
    if (token.has(Tokens.DECLINE)) {
      tx.sendAgain(token.key(Tokens.DECLINE));
    } else if (token.uploaded()) {
      Protecting.uploadAgain(tx, token);
    } else {
      tx.notice(new Notice.TaskAccepted(task));
    }
  }
}
