package org.concordat.coordinator.operations;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.access.Farewell;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.calls.EvidenceCalls;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.schedule.RoundScheduler;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.ForgetPersonReply;
import org.concordat.protocol.v1.ForgetPersonRequest;
import org.concordat.protocol.v1.GetDocumentReply;
import org.concordat.protocol.v1.GetDocumentRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.JobEvent;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.ListFactsReply;
import org.concordat.protocol.v1.ListFactsRequest;
import org.concordat.protocol.v1.ListJobsReply;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ListModelsReply;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ListRoundsReply;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.PublishCrlReply;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.concordat.protocol.v1.PublishDocumentRequest;
import org.concordat.protocol.v1.RegisterInvitationReply;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.protocol.v1.WatchJobRequest;

/** Operators' calls. Callers were authenticated, authorised and logged before they come here. */
public final class OperationsService extends OperationsGrpc.OperationsImplBase
    implements Farewell.LastCalls {
  private static final int PART_BYTES = 1 << 20;

  private final Mailbox mailbox;
  private final JobBook book;
  private final Jobs jobs;
  private final RoundScheduler scheduler;
  private final RoundSummaries rounds;
  private final ModelRegistry models;
  private final Exports exports;
  private final Directory directory;
  private final Membership membership;
  private final FactCalls facts;
  private final StatusReport status;
  private final AuditTrail audit;
  private final Forgetting forgetting;
  private final EvidenceCalls evidence;
  private final Watchers watchers = new Watchers();

  public OperationsService(
      Mailbox mailbox,
      JobBook book,
      Jobs jobs,
      RoundScheduler scheduler,
      RoundSummaries rounds,
      ModelRegistry models,
      Exports exports,
      Directory directory,
      Membership membership,
      FactCalls facts,
      StatusReport status,
      AuditTrail audit,
      Forgetting forgetting,
      EvidenceCalls evidence) {
    this.mailbox = mailbox;
    this.book = book;
    this.jobs = jobs;
    this.scheduler = scheduler;
    this.rounds = rounds;
    this.models = models;
    this.exports = exports;
    this.directory = directory;
    this.membership = membership;
    this.facts = facts;
    this.status = status;
    this.audit = audit;
    this.forgetting = forgetting;
    this.evidence = evidence;
  }

  private static String caller() {
    return CallerInterceptor.CALLER.get().member().value();
  }

  @Override
  public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobReply> to) {
    String caller = caller();
    Answers.answer(
        mailbox,
        to,
        () -> jobs.submit(caller, request.getSealedSpec().toByteArray(), request.getDryRun()));
  }

  @Override
  public void watchJob(WatchJobRequest request, StreamObserver<JobEvent> to) {
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
        : job.summary().toBuilder().setWaitingFor(jobs.waitingFor(job)).build();
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

  @Override
  public void abortJob(AbortJobRequest request, StreamObserver<JobSummary> to) {
    String caller = caller();
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

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            ListJobsReply.newBuilder()
                .addAllJobs(book.all().stream().map(this::summary).toList())
                .build());
  }

  @Override
  public void listRounds(ListRoundsRequest request, StreamObserver<ListRoundsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            ListRoundsReply.newBuilder()
                .addAllRounds(rounds.list(request.getJob(), request.getRound()))
                .build());
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () -> ListModelsReply.newBuilder().addAllModels(models.list(request.getJob())).build());
  }

  /** Decided on the mailbox thread, and in the log, before anything is sent. */
  @Override
  public void exportModel(ExportModelRequest request, StreamObserver<BlobPart> to) {
    String caller = caller();
    byte[] content;
    try {
      ModelSummary model =
          models
              .find(request.getJob(), request.getVersion())
              .orElseThrow(
                  () ->
                      new JobRefusedException(
                          JobRefusedException.Kind.NOT_FOUND,
                          "job '"
                              + request.getJob()
                              + "' has no published version "
                              + request.getVersion()
                              + ": 'model list' names those it has"));
      Answers.await(
          mailbox,
          () -> {
            exports.require(model, caller, request.getDryRun());
            return true;
          });
      content = request.getDryRun() ? new byte[0] : models.content(model);
    } catch (Exception failure) {
      to.onError(Answers.status(failure).asRuntimeException());
      return;
    }
    ReadyWriter.install((ServerCallStreamObserver<BlobPart>) to, parts(content));
  }

  private static Iterator<BlobPart> parts(byte[] content) {
    return IntStream.iterate(0, at -> at < content.length, at -> at + PART_BYTES)
        .mapToObj(
            at ->
                BlobPart.newBuilder()
                    .setOffset(at)
                    .setTotalBytes(content.length)
                    .setData(
                        UnsafeByteOperations.unsafeWrap(
                            content, at, Math.min(PART_BYTES, content.length - at)))
                    .build())
        .iterator();
  }

  @Override
  public void queryAudit(AuditQueryRequest request, StreamObserver<AuditRecord> to) {
    try {
      ReadyWriter.install((ServerCallStreamObserver<AuditRecord>) to, audit.query(request));
    } catch (RuntimeException failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }

  @Override
  public void forgetPerson(ForgetPersonRequest request, StreamObserver<ForgetPersonReply> to) {
    var caller = CallerInterceptor.CALLER.get().member();
    Answers.answer(mailbox, to, () -> forgetting.forget(caller, request));
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusReply> to) {
    Answers.answer(mailbox, to, status::now);
  }

  @Override
  public void registerInvitation(
      RegisterInvitationRequest request, StreamObserver<RegisterInvitationReply> to) {
    String caller = caller();
    Answers.answer(mailbox, to, () -> membership.register(caller, request));
  }

  @Override
  public void approveMember(ApproveMemberRequest request, StreamObserver<ApproveMemberReply> to) {
    var caller = CallerInterceptor.CALLER.get().member();
    Answers.answer(mailbox, to, () -> membership.approve(caller, request));
  }

  @Override
  public void removeMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    change(RosterChange.Removal.class, request, to);
  }

  @Override
  public void replaceKeys(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    change(RosterChange.NewKeys.class, request, to);
  }

  @Override
  public void suspendMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    change(RosterChange.Suspension.class, request, to);
  }

  @Override
  public void resumeMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    change(RosterChange.Resumption.class, request, to);
  }

  @Override
  public void changeRoots(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    change(RosterChange.Roots.class, request, to);
  }

  @Override
  public void publishDocument(
      PublishDocumentRequest request, StreamObserver<RosterChangeReply> to) {
    var caller = CallerInterceptor.CALLER.get().member();
    Answers.answer(mailbox, to, () -> membership.publish(caller, request));
  }

  @Override
  public void getDocument(GetDocumentRequest request, StreamObserver<GetDocumentReply> to) {
    Answers.answer(
        mailbox,
        to,
        () ->
            GetDocumentReply.newBuilder()
                .setDocument(
                    ByteString.copyFrom(
                        directory
                            .documents()
                            .find(new Sha256(request.getDigest()))
                            .orElseThrow(
                                () ->
                                    new JobRefusedException(
                                        JobRefusedException.Kind.NOT_FOUND,
                                        "no document has the SHA-256 " + request.getDigest()))))
                .build());
  }

  private void change(
      Class<? extends RosterChange> due,
      RosterChangeRequest request,
      StreamObserver<RosterChangeReply> to) {
    var caller = CallerInterceptor.CALLER.get().member();
    Answers.answer(mailbox, to, () -> membership.change(caller, due, request));
  }

  @Override
  public void listFacts(ListFactsRequest request, StreamObserver<ListFactsReply> to) {
    Answers.answer(mailbox, to, facts::list);
  }

  @Override
  public void exitMember(ExitMemberRequest request, StreamObserver<ExitMemberReply> to) {
    leave(CallerInterceptor.CALLER.get().member(), request, to);
  }

  @Override
  public void leave(
      MemberId member, ExitMemberRequest request, StreamObserver<ExitMemberReply> to) {
    Answers.answer(mailbox, to, () -> membership.exit(member, request));
  }

  @Override
  public void getEvidence(EvidenceRequest request, StreamObserver<BlobPart> to) {
    evidence.send(caller(), request, to);
  }

  @Override
  public void getLeaves(LeavesRequest request, StreamObserver<LeafPart> to) {
    evidence.send(caller(), request, to);
  }

  @Override
  public void publishCrl(PublishCrlRequest request, StreamObserver<PublishCrlReply> to) {
    publish(caller(), request, to);
  }

  @Override
  public void publish(
      String carrier, PublishCrlRequest request, StreamObserver<PublishCrlReply> to) {
    Answers.answer(mailbox, to, () -> membership.publish(carrier, request));
  }

  @Override
  public void getRosters(GetRostersRequest request, StreamObserver<GetRostersReply> to) {
    to.onNext(rosters());
    to.onCompleted();
  }

  @Override
  public GetRostersReply rosters() {
    GetRostersReply.Builder reply =
        GetRostersReply.newBuilder()
            .setRosterChain(ByteString.copyFrom(directory.chain().toBytes()));
    directory.revocations().all().forEach(crl -> reply.addCrls(ByteString.copyFrom(crl.toPem())));
    return reply.build();
  }
}
