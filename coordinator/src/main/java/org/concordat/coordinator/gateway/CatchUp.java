package org.concordat.coordinator.gateway;

import com.google.protobuf.ByteString;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.effect.RoundPost;
import org.concordat.coordinator.epoch.SetUp;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.schedule.Checkpoints;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.SessionDown;

/**
 * What a member must know that has connected, or that lacks what a task builds on. Whatever is told
 * here is durable before. On the mailbox thread.
 */
public final class CatchUp {
  private final Directory directory;
  private final Sessions sessions;
  private final SetUp setUp;
  private final JobBook book;
  private final Jobs jobs;
  private final Checkpoints checkpoints;
  private final RoundPost post;

  public CatchUp(
      Directory directory,
      Sessions sessions,
      SetUp setUp,
      JobBook book,
      Jobs jobs,
      Checkpoints checkpoints,
      RoundPost post) {
    this.directory = directory;
    this.sessions = sessions;
    this.setUp = setUp;
    this.book = book;
    this.jobs = jobs;
    this.checkpoints = checkpoints;
    this.post = post;
  }

  /** The roster, the epoch, its jobs with their last states, and what open rounds wait for. */
  void connected(String member) {
    sessions.push(member, directory.documents().chainForAgents());
    directory.revocations().forAgents().forEach(crl -> sessions.push(member, crl));
    directory
        .exits()
        .forEach(
            exit ->
                sessions.push(
                    member,
                    SessionDown.newBuilder()
                        .setMemberExit(ByteString.copyFrom(exit.toBytes()))
                        .build()));
    setUp.connected(member);
    jobs.connected(member);
    book.all().stream().filter(Job::running).forEach(job -> checkpoints.tell(job.id(), member));
    post.tell(member);
  }

  /** What a round's task builds on, and the task again. */
  void lacking(Round round, String member) {
    Job job = book.find(round.task().job()).orElseThrow();
    setUp.tellEpochs(member);
    jobs.tell(job, member);
    checkpoints.tell(job.id(), member);
    post.tell(round, member);
  }
}
