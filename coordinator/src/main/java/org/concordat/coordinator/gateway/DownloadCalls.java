package org.concordat.coordinator.gateway;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.session.Downloads;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.store.BlobReader;
import org.concordat.store.Blobs;

/** Models and sums for the members that were told of them. */
public final class DownloadCalls {
  private final Blobs blobs;
  private final Downloads downloads;
  private final int partBytes;

  /**
   * @param partBytes the most in one message
   */
  public DownloadCalls(Blobs blobs, Downloads downloads, int partBytes) {
    this.blobs = blobs;
    this.downloads = downloads;
    this.partBytes = partBytes;
  }

  void send(String member, BlobRequest request, ServerCallStreamObserver<BlobPart> answer) {
    Optional<BlobReader> blob;
    try {
      Digest what =
          new Digest(
              (request.hasModel() ? request.getModel() : request.getSumRoot()).toByteArray());
      if (!downloads.may(member, what)) {
        answer.onError(
            Status.PERMISSION_DENIED
                .withDescription(
                    "no task and no result has told '"
                        + member
                        + "' of this model or sum: 'model export' asks the policy for it")
                .asRuntimeException());
        return;
      }
      blob = blob(request, what);
    } catch (MalformedMessageException malformed) {
      answer.onError(
          Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asRuntimeException());
      return;
    }
    if (blob.isEmpty()) {
      answer.onError(
          Status.NOT_FOUND.withDescription("no such model or sum is here").asRuntimeException());
      return;
    }
    ReadyWriter.install(answer, new FileParts(blob.get(), request.getOffset(), partBytes));
  }

  private Optional<BlobReader> blob(BlobRequest request, Digest what) {
    return request.hasModel() ? blobs.open(what.hex()) : blobs.openNamed(RoundWork.sumName(what));
  }
}
