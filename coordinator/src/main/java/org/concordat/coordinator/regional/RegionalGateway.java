package org.concordat.coordinator.regional;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.evidence.UploadLeaves;
import org.concordat.coordinator.gateway.UploadCalls;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.JobRefusedException.Kind;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;

/**
 * The calls of a region's members: their uploads, and leaves of these for checks inside the region.
 * Every other call of agents is the coordinator's.
 */
public final class RegionalGateway extends AgentGatewayGrpc.AgentGatewayImplBase {
  private final UploadCalls uploads;
  private final RegionRounds rounds;
  private final UploadLeaves leaves;
  private final Mailbox mailbox;

  RegionalGateway(UploadCalls uploads, RegionRounds rounds, UploadLeaves leaves, Mailbox mailbox) {
    this.uploads = uploads;
    this.rounds = rounds;
    this.leaves = leaves;
    this.mailbox = mailbox;
  }

  private static String caller() {
    return CallerInterceptor.CALLER.get().member().value();
  }

  @Override
  public void uploadState(UploadQuery query, StreamObserver<UploadProgress> answer) {
    uploads.state(caller(), query, answer);
  }

  @Override
  public StreamObserver<UploadPart> upload(StreamObserver<UploadReceipt> answer) {
    return uploads.receive(caller(), answer);
  }

  @Override
  public void leaves(LeavesRequest request, StreamObserver<LeafPart> answer) {
    String caller = caller();
    try {
      Iterator<LeafPart> parts = Answers.await(mailbox, () -> parts(caller, request));
      ReadyWriter.install((ServerCallStreamObserver<LeafPart>) answer, parts);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      answer.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    } catch (Exception failure) {
      answer.onError(Answers.status(failure).asRuntimeException());
    }
  }

  private Iterator<LeafPart> parts(String caller, LeavesRequest request) throws Exception {
    if (!rounds.isMine(caller)) {
      throw new JobRefusedException(
          Kind.FORBIDDEN,
          "leaves of a region's updates stay inside: '%s' is no member of it".formatted(caller));
    }
    RegionRound round =
        rounds
            .certifiedRound(request.getJob(), request.getRound(), request.getCohort())
            .orElseThrow(
                () ->
                    new JobRefusedException(
                        Kind.NOT_FOUND,
                        "nothing is kept here of round %d of job '%s'"
                            .formatted(request.getRound(), request.getJob())));
    Set<Integer> wanted = UploadLeaves.wanted(round.task(), request.getLeavesList());
    SortedMap<String, Digest> own = rounds.own(round);
    return own.entrySet().stream()
        .flatMap(one -> wanted.stream().map(leaf -> Map.entry(one, leaf)))
        .map(
            one ->
                leaves.part(
                    round.task(),
                    one.getKey().getKey(),
                    Objects.requireNonNull(one.getKey().getValue()),
                    one.getValue()))
        .iterator();
  }
}
