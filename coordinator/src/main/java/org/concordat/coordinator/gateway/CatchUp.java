package org.concordat.coordinator.gateway;

import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.effect.RoundPost;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.epoch.StoreRelay;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.schedule.Checkpoints;
import org.concordat.coordinator.session.Sessions;

/**
 * What a member must know that has connected, or that lacks what a task builds on. Whatever is told
 * here is durable before. On the mailbox thread.
 */
public final class CatchUp {
  private final Directory directory;
  private final Sessions sessions;
  private final StoreRelay stores;
  private final DrawKeeper draws;
  private final Epochs epochs;
  private final JobBook book;
  private final Jobs jobs;
  private final Checkpoints checkpoints;
  private final RoundPost post;

  public CatchUp(
      Directory directory,
      Sessions sessions,
      StoreRelay stores,
      DrawKeeper draws,
      Epochs epochs,
      JobBook book,
      Jobs jobs,
      Checkpoints checkpoints,
      RoundPost post) {
    this.directory = directory;
    this.sessions = sessions;
    this.stores = stores;
    this.draws = draws;
    this.epochs = epochs;
    this.book = book;
    this.jobs = jobs;
    this.checkpoints = checkpoints;
    this.post = post;
  }

  /** The roster, the epoch, its jobs with their last states, and what open rounds wait for. */
  void connected(String member) {
    sessions.push(member, directory.chainForAgents());
    stores.connected(member);
    draws.tell(member);
    epochs.tell(member);
    jobs.connected(member);
    book.all().stream().filter(Job::running).forEach(job -> checkpoints.tell(job.id(), member));
    post.tell(member);
  }

  /** What a round's task builds on, and the task again. */
  void lacking(Round round, String member) {
    Job job = book.find(round.task().job()).orElseThrow();
    epochs.tell(member);
    jobs.tell(job, member);
    checkpoints.tell(job.id(), member);
    post.tell(round, member);
  }
}
