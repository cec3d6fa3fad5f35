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
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;

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
  static void requireAboveFloor(Draft draft, String culprit, long epoch) throws Refusal {
    long floor = floor(draft);
    require(
        epoch > floor,
        Reason.EPOCH_OLD,
        culprit,
        "epoch %d is over and forgotten, as all up to %d are",
        epoch,
        floor);
  }

  private static long floor(Draft draft) {
    return draft.get(Key.FLOOR).map(Participant::number).orElse(0L);
  }

  /**
   * Forgets what is settled, when an epoch comes into force.
   *
   * @param before the epoch that was in force until now, 0 if none
   */
  static void forgetBefore(Draft draft, long before) {
    long floor = before - 1;
    for (Tokens token : Tokens.all(draft)) {
      if (!settled(draft, token)) {
        floor = Math.min(floor, token.ref().epoch() - 1);
      }
    }
    if (floor <= floor(draft)) {
      return;
    }
    for (Tokens token : Tokens.all(draft)) {
      if (token.ref().epoch() <= floor) {
        noteSummed(draft, token);
        draft.erase(Key.task(token.ref().taskDigest().hex()));
        draft.eraseAll(Key.token(token.ref().epoch(), token.ref().token()));
      }
    }
    forgetEpochs(draft, floor);
    draft.put(Key.FLOOR, number(floor));
  }

  /** Its round has a state, or its job is over: no retry can come. */
  private static boolean settled(Draft draft, Tokens token) {
    String job = token.ref().job();
    Optional<byte[]> state = draft.get(Key.jobState(job));
    return state.isEmpty() || JobState.stored(draft, job).round() >= token.ref().round();
  }

  private static void forgetEpochs(Draft draft, long floor) {
    for (String prefix : new String[] {Key.MANIFEST, Key.SIGNED_OF, Key.OPENED}) {
      for (String key : draft.keys(prefix)) {
        String digits = key.substring(prefix.length()).split("/", -1)[0];
        if (Long.parseLong(digits) <= floor) {
          draft.erase(key);
        }
      }
    }
  }

  private static void noteSummed(Draft draft, Tokens token) {
    Optional<Task> task = token.task();
    if (task.isEmpty() || !token.uploaded() || token.voided()) {
      return;
    }
    String key = Key.summed(token.ref().epoch());
    ByteWriter out = new ByteWriter().raw(draft.get(key).orElse(new byte[0]));
    draft.put(key, out.raw(entry(task.get().kind(), task.get().modelDigest())).toBytes());
  }

  private static byte[] entry(Task.Kind kind, Digest model) {
    return new ByteWriter().u8(kind.ordinal()).raw(model.bytes()).toBytes();
  }

  /** Whether this member gave an update for a model and kind of work in what it has forgotten. */
  static boolean summed(Draft draft, Task task) {
    byte[] sought = entry(task.kind(), task.modelDigest());
    for (String key : draft.keys(Key.SUMMED)) {
      byte[] all = draft.need(key);
      for (int at = 0; at < all.length; at += SUMMED_BYTES) {
        if (Arrays.equals(all, at, at + SUMMED_BYTES, sought, 0, SUMMED_BYTES)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Results of rounds before the one whose state was taken: nothing of them is asked again. */
  static void forgetResults(Draft draft, String job, long round) {
    TreeMap<Long, String> results = new TreeMap<>();
    String prefix = Key.results(job);
    draft
        .keys(prefix)
        .forEach(key -> results.put(Long.valueOf(key.substring(prefix.length())), key));
    results.headMap(round).values().forEach(draft::erase);
  }

  /** Of a job that is over only that it is. */
  static void forgetJob(Draft draft, String job) {
    draft.erase(Key.jobTerms(job));
    draft.erase(Key.jobState(job));
    draft.erase(Key.jobFloor(job));
    draft.erase(Key.uncertified(job));
    draft.eraseAll(Key.approvals(job));
    draft.eraseAll(Key.results(job));
  }
}
