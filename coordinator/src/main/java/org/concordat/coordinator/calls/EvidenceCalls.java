package org.concordat.coordinator.calls;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.concordat.coordinator.epoch.Proofs;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.coordinator.evidence.MemoryParts;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.region.PartialSums;
import org.concordat.store.BlobReader;

/** The calls about evidence, the same for agents and for people at the command line. */
public final class EvidenceCalls {
  private final Mailbox mailbox;
  private final Evidence evidence;
  private final Proofs proofs;
  private final WireLimits limits;

  public EvidenceCalls(Mailbox mailbox, Evidence evidence, Proofs proofs, WireLimits limits) {
    this.mailbox = mailbox;
    this.evidence = evidence;
    this.proofs = proofs;
    this.limits = limits;
  }

  /**
   * Sends a record, signatures of a state, what shows lies, a draw, or the sum if the policy lets
   * the caller receive it.
   */
  public void send(String caller, EvidenceRequest request, StreamObserver<BlobPart> to) {
    if (request.getKind() == EvidenceRequest.Kind.LIES) {
      answer(
          to,
          () ->
              new MemoryParts(
                  proofs.file(request.getJob(), request.getRound()).encode(), limits.partBytes()));
      return;
    }
    if (request.getKind() == EvidenceRequest.Kind.DRAW) {
      answer(
          to,
          () ->
              new MemoryParts(
                  evidence.draw(new Digest(request.getRoster().toByteArray())),
                  limits.partBytes()));
      return;
    }
    if (request.getKind() == EvidenceRequest.Kind.PARTIAL_SUMS) {
      answer(
          to,
          () ->
              new MemoryParts(
                  PartialSums.encode(
                      evidence.partialSums(
                          request.getJob(), request.getRound(), request.getCohort())),
                  limits.partBytes()));
      return;
    }
    boolean sum = request.getKind() == EvidenceRequest.Kind.SUM;
    answer(
        to,
        () -> {
          if (sum) {
            require(
                Action.RELEASE, caller, request.getJob(), request.getRound(), request.getCohort());
          }
          if (request.getKind() == EvidenceRequest.Kind.SIGNATURES) {
            return new FileParts(
                evidence.signatures(request.getJob(), request.getRound()), 0, limits.partBytes());
          }
          BlobReader kept =
              sum
                  ? evidence.sum(request.getJob(), request.getRound(), request.getCohort())
                  : evidence.record(request.getJob(), request.getRound(), request.getCohort());
          return new FileParts(kept, 0, limits.partBytes());
        });
  }

  /** Sends leaves, if the policy lets the caller hold them. */
  public void send(String caller, LeavesRequest request, StreamObserver<LeafPart> to) {
    answer(
        to,
        () -> {
          require(Action.SUBMIT, caller, request.getJob(), request.getRound(), request.getCohort());
          return evidence.leaves(
              request.getJob(), request.getRound(), request.getCohort(), request.getLeavesList());
        });
  }

  /** Decided on the mailbox thread; the call's own thread waits. */
  private void require(Action action, String caller, String job, long round, int cohort)
      throws Exception {
    Answers.await(
        mailbox,
        () -> {
          evidence.requireAllowed(action, caller, job, round, cohort);
          return true;
        });
  }

  /** Parts are read as the stream takes them; it must be started by the call's own thread. */
  private static <T> void answer(StreamObserver<T> to, Callable<Iterator<T>> parts) {
    try {
      ReadyWriter.install((ServerCallStreamObserver<T>) to, parts.call());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      to.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    } catch (Exception failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }
}
