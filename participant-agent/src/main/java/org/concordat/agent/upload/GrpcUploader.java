package org.concordat.agent.upload;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import org.concordat.protocol.ResumableUpload;
import org.concordat.secureagg.Digest;

/** Uploads over gRPC, in parts, resuming where the coordinator has got to. */
public record GrpcUploader(ManagedChannel channel, int partBytes) implements Uploader {
  /**
   * Tells the coordinator what this site has signed, where the vector itself goes elsewhere.
   *
   * @return false where it should be tried again
   */
  boolean announce(byte[] sealedCommitment) throws RefusedException {
    try {
      return new ResumableUpload(channel, partBytes).announce(sealedCommitment);
    } catch (ResumableUpload.RefusedException refused) {
      throw new RefusedException(String.valueOf(refused.getMessage()));
    }
  }

  @Override
  public boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    try {
      return new ResumableUpload(channel, partBytes).send(content, sealedCommitment, unwanted);
    } catch (ResumableUpload.RefusedException refused) {
      throw new RefusedException(String.valueOf(refused.getMessage()));
    }
  }
}
