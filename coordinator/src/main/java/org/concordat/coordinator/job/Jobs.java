package org.concordat.coordinator.job;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.util.List;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.protocol.v1.JobProposal;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Digest;

/**
 * Jobs from their proposal to their end, and what their members are told. On the mailbox thread.
 */
public final class Jobs {
  private final JobBook book;
  private final Sessions sessions;
  private final AuditTrail audit;
  private final Clock clock;
  private final String coordinator;

  /**
   * @param coordinator its name, in the log
   */
  public Jobs(JobBook book, Sessions sessions, AuditTrail audit, Clock clock, String coordinator) {
    this.book = book;
    this.sessions = sessions;
    this.audit = audit;
    this.clock = clock;
    this.coordinator = coordinator;
  }

  /** Keeps a job that was accepted, and tells its members. Durable when it returns. */
  void propose(String caller, byte[] sealed, JobSpec spec, List<String> members) {
    JobRecord record =
        JobRecord.newBuilder()
            .setSealedSpec(ByteString.copyFrom(sealed))
            .setState(JobState.PROPOSED)
            .addAllMembers(members)
            .setSubmittedMillis(clock.millis())
            .setSubmittedBy(caller)
            .build();
    Job job = book.put(record, spec);
    members.forEach(member -> tell(job, member));
  }

  /** Tells a member that has just connected about every job that it has to do with. */
  public void connected(String member) {
    for (Job job : book.all()) {
      if (job.record().getMembersList().contains(member)) {
        tell(job, member);
      }
    }
  }

  /** Tells a member about a job that it has to do with: what it is, or how it ended. */
  public void tell(Job job, String member) {
    SessionDown.Builder message = SessionDown.newBuilder();
    if (job.ended()) {
      message.setJobClosed(
          JobClosed.newBuilder()
              .setJob(job.id())
              .setState(job.record().getState().name())
              .setReason(job.record().getReason()));
    } else {
      message.setJobProposal(JobProposal.newBuilder().setSealedSpec(job.record().getSealedSpec()));
    }
    sessions.push(member, message.build());
  }

  /** Ends a job and tells its members. Durable and logged when it returns. */
  public Job end(Job job, JobState state, String reason) {
    audit.once(
        audit
            .entry(
                "job/" + job.id() + "/" + state,
                EntryType.JOB,
                coordinator,
                job.id(),
                state == JobState.COMPLETED ? EntryOutcome.OK : EntryOutcome.FAILED)
            .inJob(job.id())
            .detail("state", state.name())
            .remark("reason", reason));
    Job ended =
        book.put(job.record().toBuilder().setState(state).setReason(reason).build(), job.spec());
    ended.record().getMembersList().forEach(member -> tell(ended, member));
    return ended;
  }

  /**
   * Notes a committed round: the model that the next one starts from. The same again changes
   * nothing.
   */
  public Job committed(Job job, long index, Digest model, Digest state) {
    if (job.record().getRoundsCommitted() > index) {
      return job;
    }
    return book.put(
        job.record().toBuilder()
            .setRoundsCommitted((int) index + 1)
            .setModel(ByteString.copyFrom(model.bytes()))
            .setStateDigest(ByteString.copyFrom(state.bytes()))
            .build(),
        job.spec());
  }
}
