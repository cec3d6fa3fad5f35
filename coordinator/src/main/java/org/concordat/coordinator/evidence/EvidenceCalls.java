package org.concordat.coordinator.evidence;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.concordat.coordinator.Mailbox;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.operations.Answers;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;

/** The calls about evidence, the same for agents and for people at the command line. */
public final class EvidenceCalls {
  private final Mailbox mailbox;
  private final Evidence evidence;
  private final WireLimits limits;

  public EvidenceCalls(Mailbox mailbox, Evidence evidence, WireLimits limits) {
    this.mailbox = mailbox;
    this.evidence = evidence;
    this.limits = limits;
  }

  /** Sends a record or a sum. */
  public void send(EvidenceRequest request, StreamObserver<BlobPart> to) {
    try {
      Path file =
          request.getKind() == EvidenceRequest.Kind.SUM
              ? evidence.sumFile(request.getJob(), request.getRound())
              : evidence.recordFile(request.getJob(), request.getRound());
      ReadyWriter.install(
          (ServerCallStreamObserver<BlobPart>) to, new FileParts(file, 0, limits.partBytes()));
    } catch (JobRefusedException | RuntimeException failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }

  /** Sends leaves, if the policy lets the caller hold them: decided on the mailbox thread. */
  public void send(String caller, LeavesRequest request, StreamObserver<LeafPart> to) {
    try {
      mailbox
          .ask(
              () -> {
                evidence.requireAllowed(caller, request.getJob(), request.getRound());
                return true;
              })
          .get();
      ReadyWriter.install(
          (ServerCallStreamObserver<LeafPart>) to,
          evidence.leaves(request.getJob(), request.getRound(), request.getLeavesList()));
    } catch (ExecutionException denied) {
      Throwable cause = denied.getCause() == null ? denied : denied.getCause();
      to.onError(Answers.status(cause).asRuntimeException());
    } catch (JobRefusedException | RuntimeException failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      to.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    }
  }
}
