package org.concordat.coordinator.schedule;

import java.util.List;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.store.Entries;

/**
 * The state that each job's next round starts from, signed by T members, or by T of each cohort:
 * for whoever missed its result. On the mailbox thread.
 */
public final class Checkpoints {

  private final Entries entries;
  private final Sessions sessions;
  private final Notary notary;

  public Checkpoints(Entries entries, Sessions sessions, Notary notary) {
    this.entries = entries;
    this.sessions = sessions;
    this.notary = notary;
  }

  /** Of one cohort, encoded. Durable when it returns. */
  public void keep(String job, Bytes checkpoint) {
    entries.put(Kinds.CHECKPOINTS, job, checkpoint.toArray());
  }

  /** Of all cohorts. Durable when it returns. */
  void keep(AllianceCheckpoint checkpoint) {
    entries.put(Kinds.ALLIANCE_CHECKPOINTS, checkpoint.job(), checkpoint.encode());
  }

  /** Sends the last ones of a job. */
  public void tell(String job, String member) {
    entries
        .get(Kinds.ALLIANCE_CHECKPOINTS, job)
        .map(AllianceCheckpoint::decode)
        .ifPresent(checkpoint -> tell(List.of(member), checkpoint));
    entries
        .get(Kinds.CHECKPOINTS, job)
        .map(Checkpoint::decode)
        .ifPresent(checkpoint -> sessions.send(member, Inbox.seal(notary, checkpoint).toArray()));
  }

  /** Sends what the next round starts from. */
  public void tell(List<String> members, AllianceCheckpoint checkpoint) {
    byte[] sealed = Inbox.seal(notary, checkpoint).toArray();
    members.stream().filter(sessions::connected).forEach(member -> sessions.send(member, sealed));
  }
}
