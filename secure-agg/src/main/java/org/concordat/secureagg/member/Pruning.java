package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/**
 * What a member need not remember: bounds its state. Of the epoch in force, the one before, and any
 * later than an unsettled round's, everything is kept. Below that floor all is forgotten but the
 * models that sums were given for, 33 bytes a round, and every message about it is refused: what is
 * not remembered must not be answered, or a token that was revealed could be denied.
 */
final class Pruning {
  private static final int SUMMED_BYTES = 1 + Digest.SIZE_BYTES;

  private Pruning() {}

  /** A message about an epoch that is forgotten. */
  static void requireAboveFloor(Transaction tx, String culprit, long epoch) throws Refusal {
    long floor = floor(tx);
    require(
        epoch > floor,
        Reason.EPOCH_OLD,
        culprit,
        "epoch %d is over and forgotten, as all up to %d are",
        epoch,
        floor);
  }

  private static long floor(Transaction tx) {
    return tx.get(Key.FLOOR).map(Participant::number).orElse(0L);
  }

  /**
   * Forgets what is settled, when an epoch comes into force.
   *
   * @param before the epoch that was in force until now, 0 if none
   */
  static void forgetBefore(Transaction tx, long before) {
    long floor = before - 1;
    for (Tokens token : Tokens.all(tx)) {
      if (!settled(tx, token)) {
        floor = Math.min(floor, token.ref().epoch() - 1);
      }
    }
    if (floor <= floor(tx)) {
      return;
    }
    for (Tokens token : Tokens.all(tx)) {
      if (token.ref().epoch() <= floor) {
        noteSummed(tx, token);
        tx.erase(Key.task(token.ref().taskDigest().hex()));
        tx.eraseAll(Key.token(token.ref().epoch(), token.ref().token()));
      }
    }
    forgetEpochs(tx, floor);
    tx.put(Key.FLOOR, number(floor));
  }

  /** Its round has a state, or its job is over: no retry can come. */
  private static boolean settled(Transaction tx, Tokens token) {
    String job = token.ref().job();
    Optional<byte[]> state = tx.get(Key.jobState(job));
    return state.isEmpty() || JobState.stored(tx, job).round() >= token.ref().round();
  }

  private static void forgetEpochs(Transaction tx, long floor) {
    for (String prefix : new String[] {Key.MANIFEST, Key.SIGNED_OF, Key.OPENED}) {
      for (String key : tx.keys(prefix)) {
        String digits = key.substring(prefix.length()).split("/", -1)[0];
        if (Long.parseLong(digits) <= floor) {
          tx.erase(key);
        }
      }
    }
  }

  private static void noteSummed(Transaction tx, Tokens token) {
    Optional<Task> task = token.task();
    if (task.isEmpty() || !token.uploaded() || token.voided()) {
      return;
    }
    String key = Key.summed(token.ref().epoch());
    ByteWriter out = new ByteWriter().raw(tx.get(key).orElse(new byte[0]));
    tx.put(key, out.raw(entry(task.get().kind(), task.get().modelDigest())).toBytes());
  }

  private static byte[] entry(Task.Kind kind, Digest model) {
    return new ByteWriter().u8(kind.ordinal()).raw(model.bytes()).toBytes();
  }

  /** Whether this member gave an update for a model and kind of work in what it has forgotten. */
  static boolean summed(Transaction tx, Task task) {
    byte[] sought = entry(task.kind(), task.modelDigest());
    for (String key : tx.keys(Key.SUMMED)) {
      byte[] all = tx.need(key);
      for (int at = 0; at < all.length; at += SUMMED_BYTES) {
        if (Arrays.equals(all, at, at + SUMMED_BYTES, sought, 0, SUMMED_BYTES)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Results of rounds before the one whose state was taken: nothing of them is asked again. */
  static void forgetResults(Transaction tx, String job, long round) {
    TreeMap<Long, String> results = new TreeMap<>();
    String prefix = Key.results(job);
    tx.keys(prefix).forEach(key -> results.put(Long.valueOf(key.substring(prefix.length())), key));
    results.headMap(round).values().forEach(tx::erase);
  }

  /** Of a job that is over only that it is. */
  static void forgetJob(Transaction tx, String job) {
    tx.erase(Key.jobTerms(job));
    tx.erase(Key.jobState(job));
    tx.erase(Key.jobFloor(job));
    tx.erase(Key.uncertified(job));
    tx.eraseAll(Key.approvals(job));
    tx.eraseAll(Key.results(job));
  }
}
