package org.concordat.coordinator.gateway;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;

/** How far a masked vector has come, and the rest of it. */
public final class UploadCalls {
  private final UploadDesk desk;
  private final Mailbox mailbox;
  private final Notary notary;
  private final Uploads uploads;
  private final LastStatements statements;
  private final WireLimits limits;

  public UploadCalls(
      UploadDesk desk,
      Mailbox mailbox,
      Notary notary,
      Uploads uploads,
      LastStatements statements,
      WireLimits limits) {
    this.desk = desk;
    this.mailbox = mailbox;
    this.notary = notary;
    this.uploads = uploads;
    this.statements = statements;
    this.limits = limits;
  }

  /** How much of an update is durable; answered before it returns. */
  public void state(String member, UploadQuery query, StreamObserver<UploadProgress> answer) {
    try {
      Notary.Opened opened = notary.open(query.getSealedCommitment().toByteArray());
      UploadCommitment commitment = UploadReceiver.commitment(opened);
      boolean own = opened.sender().equals(member);
      if (own) {
        // even if nothing of it ever comes: an older copy of its store must not send another
        statements.heard(opened, query.getSealedCommitment().toByteArray());
      }
      long size = own ? uploads.size(member, commitment) : 0;
      answer.onNext(UploadProgress.newBuilder().setDurableBytes(size).build());
      answer.onCompleted();
    } catch (BadEnvelopeException | MalformedMessageException | UploadRefusedException bad) {
      answer.onError(
          Status.INVALID_ARGUMENT
              .withDescription("no valid commitment: " + bad.getMessage())
              .asRuntimeException());
    }
  }

  /** One masked update, in parts. */
  public StreamObserver<UploadPart> receive(String member, StreamObserver<UploadReceipt> answer) {
    return new UploadReceiver(member, notary, statements, uploads, desk, mailbox, limits, answer);
  }
}
