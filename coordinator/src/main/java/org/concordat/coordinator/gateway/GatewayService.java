package org.concordat.coordinator.gateway;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.calls.EvidenceCalls;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;

/** The calls of agents. Callers were authenticated and authorised before they come here. */
public final class GatewayService extends AgentGatewayGrpc.AgentGatewayImplBase {
  private final SessionCalls sessions;
  private final UploadCalls uploads;
  private final DownloadCalls downloads;
  private final EvidenceCalls evidence;

  public GatewayService(
      SessionCalls sessions, UploadCalls uploads, DownloadCalls downloads, EvidenceCalls evidence) {
    this.sessions = sessions;
    this.uploads = uploads;
    this.downloads = downloads;
    this.evidence = evidence;
  }

  private static String caller() {
    return CallerInterceptor.CALLER.get().member().value();
  }

  @Override
  public StreamObserver<SessionUp> session(StreamObserver<SessionDown> down) {
    return sessions.open(
        caller(),
        CallerInterceptor.LEAF_ENDS.get(),
        Optional.ofNullable(CallerInterceptor.MEMBER_CA.get()),
        (ServerCallStreamObserver<SessionDown>) down);
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
  public void download(BlobRequest request, StreamObserver<BlobPart> answer) {
    downloads.send(caller(), request, (ServerCallStreamObserver<BlobPart>) answer);
  }

  @Override
  public void evidence(EvidenceRequest request, StreamObserver<BlobPart> answer) {
    evidence.send(caller(), request, answer);
  }

  @Override
  public void leaves(LeavesRequest request, StreamObserver<LeafPart> answer) {
    evidence.send(caller(), request, answer);
  }
}
