package org.concordat.coordinator.operations;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import org.concordat.certs.MemberId;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.access.Farewell;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.GetDocumentReply;
import org.concordat.protocol.v1.GetDocumentRequest;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.ListFactsReply;
import org.concordat.protocol.v1.ListFactsRequest;
import org.concordat.protocol.v1.PublishCrlReply;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.concordat.protocol.v1.PublishDocumentRequest;
import org.concordat.protocol.v1.RegisterInvitationReply;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;

/** Calls about who is in the alliance, what it has agreed, and what its members state. */
public final class MemberCalls implements Farewell.LastCalls {
  private final Mailbox mailbox;
  private final Directory directory;
  private final Membership membership;
  private final FactCalls facts;

  public MemberCalls(Mailbox mailbox, Directory directory, Membership membership, FactCalls facts) {
    this.mailbox = mailbox;
    this.directory = directory;
    this.membership = membership;
    this.facts = facts;
  }

  void register(
      String caller,
      RegisterInvitationRequest request,
      StreamObserver<RegisterInvitationReply> to) {
    Answers.answer(mailbox, to, () -> membership.register(caller, request));
  }

  void approve(
      MemberId caller, ApproveMemberRequest request, StreamObserver<ApproveMemberReply> to) {
    Answers.answer(mailbox, to, () -> membership.approve(caller, request));
  }

  void change(
      MemberId caller,
      Class<? extends RosterChange> due,
      RosterChangeRequest request,
      StreamObserver<RosterChangeReply> to) {
    Answers.answer(mailbox, to, () -> membership.change(caller, due, request));
  }

  void publish(
      MemberId caller, PublishDocumentRequest request, StreamObserver<RosterChangeReply> to) {
    Answers.answer(mailbox, to, () -> membership.publish(caller, request));
  }

  void document(GetDocumentRequest request, StreamObserver<GetDocumentReply> to) {
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

  void facts(ListFactsRequest request, StreamObserver<ListFactsReply> to) {
    Answers.answer(mailbox, to, facts::list);
  }

  @Override
  public void leave(
      MemberId member, ExitMemberRequest request, StreamObserver<ExitMemberReply> to) {
    Answers.answer(mailbox, to, () -> membership.exit(member, request));
  }

  @Override
  public void publish(
      String carrier, PublishCrlRequest request, StreamObserver<PublishCrlReply> to) {
    Answers.answer(mailbox, to, () -> membership.publish(carrier, request));
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
