package org.concordat.secureagg.member;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;

/**
 * One member's side of the protocol: epochs, then rounds. Pure and not thread-safe: one call at a time. Whatever the coordinator
 * sends goes into {@link #handle}; what the application decides goes into the other methods. Every call either
 * returns a {@link Step} or throws a {@link Refusal} and changes nothing. The state is exactly the map of the persisted
 * keys: {@link #restore} from that map continues as if nothing had happened.
 *
 * <p>Repeating a message gives the same sends again, byte for byte.
 */
public final class Member {
  private Member() {}

  /**
   * A member as its durable map describes it; an empty map is a new member.
   *
   * @param self this participant's id
   * @param durable every key that Persist set and Erase did not remove (blobs excepted); copied
   */
  public static Member restore(
      String self, Notary notary, SecureRandom random, Map<String, byte[]> durable) {
    throw new UnsupportedOperationException();
  }

  /**
   * Pins what this member's own copy of signed roster and policy say: members, coordinator, c, N_min. An {@code
   * EpochStart} with another roster or policy, with a member from outside or with weaker parameters is refused. Call at
   * start and whenever roster or policy change; pinning the same again is free. A running epoch of an older roster or
   * policy accepts no further tasks.
   */
  public Step pin(Cohort cohort) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * After consent: tasks of this job are accepted from now on, round 0 from this state only.
   *
   * @throws Refusal if the job was admitted with another state
   */
  public Step admitJob(String job, Digest initialState) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** The job is over or was aborted: its tasks are refused from now on. What closes its tokens stays the same. */
  public Step endJob(String job) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * A person's approval to work for this job on a model that a sum may already have been released for: the coordinator
   * then learns the difference of the two sums. Say so before asking.
   */
  public Step approveSecondSum(String job, Digest modelDigest) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * Any sealed message that the coordinator delivered, its own or another member's.
   *
   * @throws Refusal naming the reason and the culprit; the state is unchanged
   */
  public Step handle(byte[] sealed) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * Clips, quantises and masks the local update: PersistBlob(y), Persist, Upload. A second call for the task returns
   * the first call's Upload again and ignores its arguments: there is never a second y under one token.
   *
   * @param update m values, finite; not changed
   * @param weight in [0, maxWeight]
   */
  public Step protect(Digest taskDigest, double[] update, double weight) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** The member cannot do this task: sends a {@code Decline}; {@link #protect} is refused from then on. */
  public Step giveUp(Digest taskDigest, String reason) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * After {@link Notice.ResultReady}: checks the fetched sum against the result's root and the recomputed state against
   * the announced one, signs the state and closes the token.
   *
   * @param sum m + 1 words as published, weight last
   * @param nextStateRecomputed what this member's own computation from the sum gives
   * @throws Refusal SUM_MISMATCH or STATE_MISMATCH; nothing is signed
   */
  public Step adopt(Digest taskDigest, int[] sum, Digest nextStateRecomputed) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** Tasks with a burnt, open token that this member has neither uploaded for nor given up. */
  public List<Task> openTasks() {
    throw new UnsupportedOperationException();
  }

  /** Number of the certified epoch in force, if any. */
  public OptionalLong epoch() {
    throw new UnsupportedOperationException();
  }
}
