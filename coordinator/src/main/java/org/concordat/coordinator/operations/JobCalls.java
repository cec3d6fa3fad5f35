package org.concordat.coordinator.operations;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.job.Consenting;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.Submissions;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.schedule.RoundScheduler;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.JobEvent;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsReply;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ListRoundsReply;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.protocol.v1.WatchJobRequest;

/** Calls about jobs and their rounds. */
public final class JobCalls {
  private final Mailbox mailbox;
  private final JobBook book;
  private final Submissions submissions;
  private final Consenting consenting;
  private final RoundScheduler scheduler;
  private final RoundSummaries rounds;
  private final Watchers watchers = new Watchers();

  public JobCalls(
      Mailbox mailbox,
      JobBook book,
      Submissions submissions,
      Consenting consenting,
      RoundScheduler scheduler,
      RoundSummaries rounds) {
    this.mailbox = mailbox;
    this.book = book;
    this.submissions = submissions;
    this.consenting = consenting;
    this.scheduler = scheduler;
    this.rounds = rounds;
  }

  void submit(String caller, SubmitJobRequest request, StreamObserver<SubmitJobReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            submissions.submit(caller, request.getSealedSpec().toByteArray(), request.getDryRun()));
  }

  void watch(WatchJobRequest request, StreamObserver<JobEvent> to) {
    ServerCallStreamObserver<JobEvent> stream = (ServerCallStreamObserver<JobEvent>) to;
    stream.setOnCancelHandler(() -> {});
    mailbox.post(
        () -> {
          var job = book.find(request.getJob());
          if (job.isEmpty()) {
            to.onError(Answers.status(notFound(request.getJob())).asRuntimeException());
          } else if (!watchers.add(request.getJob(), stream)) {
            to.onError(
                Status.RESOURCE_EXHAUSTED
                    .withDescription(
                        "more than " + Watchers.MAX_WATCHERS + " watchers: try again later")
                    .asRuntimeException());
          } else {
            changed(request.getJob());
          }
        });
  }

  private JobSummary summary(Job job) {
    return job.running()
        ? job.summary().toBuilder()
            .setWaitingFor(scheduler.waiting(job.id()))
            .addAllMemberReasons(
                rounds
                    .newest(job.id())
                    .map(round -> List.copyOf(round.getReasonsList()))
                    .orElse(List.of()))
            .build()
        : job.summary().toBuilder().setWaitingFor(consenting.waitingFor(job)).build();
  }

  /** Tells a job's watchers what it looks like now. On the mailbox thread. */
  public void changed(String id) {
    book.find(id)
        .ifPresent(
            job -> {
              JobEvent.Builder event = JobEvent.newBuilder().setJob(summary(job));
              rounds.newest(id).ifPresent(event::setRound);
              watchers.send(event.build(), job.ended());
            });
  }

  void abort(String caller, AbortJobRequest request, StreamObserver<JobSummary> to) {
    Answers.answer(
        mailbox,
        to,
        () -> {
          Job job = book.find(request.getJob()).orElseThrow(() -> notFound(request.getJob()));
          String reason = request.getReason().isBlank() ? "" : ": " + request.getReason();
          return scheduler.abort(job, "aborted by '" + caller + "'" + reason).summary();
        });
  }

  private static JobRefusedException notFound(String job) {
    return new JobRefusedException(
        JobRefusedException.Kind.NOT_FOUND, "no job is named '" + job + "': 'job list' names them");
  }

  void list(ListJobsRequest request, StreamObserver<ListJobsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            ListJobsReply.newBuilder()
                .addAllJobs(book.all().stream().map(this::summary).toList())
                .build());
  }

  void listRounds(ListRoundsRequest request, StreamObserver<ListRoundsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            ListRoundsReply.newBuilder()
                .addAllRounds(rounds.list(request.getJob(), request.getRound()))
                .build());
  }
}
