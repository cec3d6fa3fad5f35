package org.concordat.coordinator.job;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.learning.InitialModel;
import org.concordat.learning.ModelState;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.store.Blobs;

/** From answers to a first model, or to an end for want of consents. On the mailbox thread. */
public final class JobStart {
  private final JobBook book;
  private final Jobs jobs;
  private final CohortPlan plan;
  private final Publication publication;
  private final Blobs blobs;
  private final Clock clock;

  public JobStart(
      JobBook book, Jobs jobs, CohortPlan plan, Publication publication, Blobs blobs, Clock clock) {
    this.book = book;
    this.jobs = jobs;
    this.plan = plan;
    this.publication = publication;
    this.blobs = blobs;
    this.clock = clock;
  }

  /**
   * Starts a job that all its members have answered, or any that is overdue; it fails where those
   * that consent are too few.
   */
  Job startIfAnswered(Job job, boolean overdue) {
    if (job.record().getState() != JobState.PROPOSED
        || (!overdue && job.record().getConsentsCount() < job.record().getMembersCount())) {
      return job;
    }
    try {
      plan.requireFeasible(job.consenting(), job.spec().getSecureAggregation().getColluders());
    } catch (InfeasibleCohortException tooFew) {
      List<String> refusals = job.summary().getRefusalsList();
      return jobs.end(
          job,
          JobState.FAILED,
          (job.consenting().isEmpty()
                  ? "nobody consented"
                  : "only " + String.join(", ", job.consenting()) + " consented")
              + (refusals.isEmpty() ? "" : "; refused: " + String.join("; ", refusals))
              + ". "
              + tooFew.getMessage());
    }
    ModelState initial =
        InitialModel.draw(
            job.spec().getModel().getInputs(),
            JobSpecs.units(job.spec().getModel()),
            job.spec().getInitialSeed());
    String digest = blobs.put(initial.encode());
    byte[] state = initial.stateDigest(job.planDigest().bytes());
    publication.publish(
        job,
        ModelSummary.newBuilder()
            .setJob(job.id())
            .setVersion(0)
            .setDigest(digest)
            .setStateDigest(new Digest(state).hex())
            .setParameters(initial.size())
            .setPublishedMillis(clock.millis())
            .build(),
        Optional.empty());
    return book.put(
        job.record().toBuilder()
            .setState(JobState.RUNNING)
            .setModel(ByteString.copyFrom(Digest.ofHex(digest).bytes()))
            .setStateDigest(ByteString.copyFrom(state))
            .build(),
        job.spec());
  }
}
