package org.concordat.coordinator.operations;

import io.grpc.stub.StreamObserver;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterChange;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.calls.EvidenceCalls;
import org.concordat.coordinator.carried.CarriedCalls;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.ExportBundleRequest;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.ForgetPersonReply;
import org.concordat.protocol.v1.ForgetPersonRequest;
import org.concordat.protocol.v1.GetDocumentReply;
import org.concordat.protocol.v1.GetDocumentRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.ImportBundleReply;
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
public final class OperationsService extends OperationsGrpc.OperationsImplBase {
  private final JobCalls jobs;
  private final ModelCalls models;
  private final MemberCalls members;
  private final AuditCalls audit;
  private final EvidenceCalls evidence;
  private final CarriedCalls carried;
  private final StatusReport status;

  public OperationsService(
      JobCalls jobs,
      ModelCalls models,
      MemberCalls members,
      AuditCalls audit,
      EvidenceCalls evidence,
      CarriedCalls carried,
      StatusReport status) {
    this.jobs = jobs;
    this.models = models;
    this.members = members;
    this.audit = audit;
    this.evidence = evidence;
    this.carried = carried;
    this.status = status;
  }

  private static MemberId member() {
    return CallerInterceptor.CALLER.get().member();
  }

  private static String caller() {
    return member().value();
  }

  @Override
  public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobReply> to) {
    jobs.submit(caller(), request, to);
  }

  @Override
  public void watchJob(WatchJobRequest request, StreamObserver<JobEvent> to) {
    jobs.watch(request, to);
  }

  @Override
  public void abortJob(AbortJobRequest request, StreamObserver<JobSummary> to) {
    jobs.abort(caller(), request, to);
  }

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsReply> to) {
    jobs.list(request, to);
  }

  @Override
  public void listRounds(ListRoundsRequest request, StreamObserver<ListRoundsReply> to) {
    jobs.listRounds(request, to);
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsReply> to) {
    models.list(request, to);
  }

  @Override
  public void exportModel(ExportModelRequest request, StreamObserver<BlobPart> to) {
    models.export(caller(), request, to);
  }

  @Override
  public void queryAudit(AuditQueryRequest request, StreamObserver<AuditRecord> to) {
    audit.query(request, to);
  }

  @Override
  public void forgetPerson(ForgetPersonRequest request, StreamObserver<ForgetPersonReply> to) {
    audit.forget(member(), request, to);
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusReply> to) {
    status.answer(to);
  }

  @Override
  public void registerInvitation(
      RegisterInvitationRequest request, StreamObserver<RegisterInvitationReply> to) {
    members.register(caller(), request, to);
  }

  @Override
  public void approveMember(ApproveMemberRequest request, StreamObserver<ApproveMemberReply> to) {
    members.approve(member(), request, to);
  }

  @Override
  public void removeMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    members.change(member(), RosterChange.Removal.class, request, to);
  }

  @Override
  public void replaceKeys(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    members.change(member(), RosterChange.NewKeys.class, request, to);
  }

  @Override
  public void suspendMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    members.change(member(), RosterChange.Suspension.class, request, to);
  }

  @Override
  public void resumeMember(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    members.change(member(), RosterChange.Resumption.class, request, to);
  }

  @Override
  public void changeRoots(RosterChangeRequest request, StreamObserver<RosterChangeReply> to) {
    members.change(member(), RosterChange.Roots.class, request, to);
  }

  @Override
  public void publishDocument(
      PublishDocumentRequest request, StreamObserver<RosterChangeReply> to) {
    members.publish(member(), request, to);
  }

  @Override
  public void getDocument(GetDocumentRequest request, StreamObserver<GetDocumentReply> to) {
    members.document(request, to);
  }

  @Override
  public void listFacts(ListFactsRequest request, StreamObserver<ListFactsReply> to) {
    members.facts(request, to);
  }

  @Override
  public void exportBundle(ExportBundleRequest request, StreamObserver<BlobPart> to) {
    carried.send(request, to);
  }

  @Override
  public StreamObserver<BlobPart> importBundle(StreamObserver<ImportBundleReply> to) {
    return carried.receive(to);
  }

  @Override
  public void exitMember(ExitMemberRequest request, StreamObserver<ExitMemberReply> to) {
    members.leave(member(), request, to);
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
    members.publish(caller(), request, to);
  }

  @Override
  public void getRosters(GetRostersRequest request, StreamObserver<GetRostersReply> to) {
    to.onNext(members.rosters());
    to.onCompleted();
  }
}
