package org.concordat.coordinator.operations;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.concordat.certs.MemberId;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.ForgetPersonReply;
import org.concordat.protocol.v1.ForgetPersonRequest;

/** Calls about the log, and about whom it names. */
public final class AuditCalls {
  private final Mailbox mailbox;
  private final AuditTrail audit;
  private final Forgetting forgetting;

  public AuditCalls(Mailbox mailbox, AuditTrail audit, Forgetting forgetting) {
    this.mailbox = mailbox;
    this.audit = audit;
    this.forgetting = forgetting;
  }

  void query(AuditQueryRequest request, StreamObserver<AuditRecord> to) {
    try {
      ReadyWriter.install((ServerCallStreamObserver<AuditRecord>) to, audit.query(request));
    } catch (RuntimeException failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }

  void forget(MemberId caller, ForgetPersonRequest request, StreamObserver<ForgetPersonReply> to) {
    Answers.answer(mailbox, to, () -> forgetting.forget(caller, request));
  }
}
