package org.concordat.simulation;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.LeafCollector;
import org.concordat.agent.upload.Uploader;
import org.concordat.coordinator.gateway.GatewayService;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;
import org.jspecify.annotations.Nullable;

/** An agent's calls besides its session, answered at once, or broken off. */
final class DirectCalls implements Fetcher, Uploader {
  private static final int PART_BYTES = 64;

  private final String member;
  private final Network network;
  private final Life life;
  private final Watch watch;
  private final Liar liar;

  DirectCalls(String member, Network network, Life life, Watch watch, Liar liar) {
    this.member = member;
    this.network = network;
    this.life = life;
    this.watch = watch;
    this.liar = liar;
  }

  private <T> Inbound<T> call(BiConsumer<GatewayService, Inbound<T>> what)
      throws FetchFailedException {
    life.require();
    Inbound<T> answer = new Inbound<>();
    boolean arrived =
        network.call(
            member,
            gateway -> {
              what.accept(gateway, answer);
              answer.drain();
            });
    life.require();
    Status failure = arrived ? answer.failure() : Status.UNAVAILABLE;
    if (failure != null) {
      throw new FetchFailedException("the coordinator did not deliver: " + failure);
    }
    return answer;
  }

  private static byte[] bytes(Inbound<BlobPart> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.messages.forEach(part -> all.writeBytes(part.getData().toByteArray()));
    return all.toByteArray();
  }

  @Override
  public byte[] model(Digest digest, long expectedBytes) throws FetchFailedException {
    BlobRequest request =
        BlobRequest.newBuilder().setModel(ByteString.copyFrom(digest.bytes())).build();
    byte[] content = bytes(this.<BlobPart>call((gateway, to) -> gateway.download(request, to)));
    if (!Digest.sha256(content).equals(digest)) {
      throw new FetchFailedException("other bytes than those of the model");
    }
    return content;
  }

  @Override
  public int[] sum(Digest root, int elements) throws FetchFailedException {
    BlobRequest request =
        BlobRequest.newBuilder().setSumRoot(ByteString.copyFrom(root.bytes())).build();
    byte[] content = bytes(this.<BlobPart>call((gateway, to) -> gateway.download(request, to)));
    int[] words = new int[elements];
    if (content.length != 4 * elements) {
      throw new FetchFailedException("a sum of another length");
    }
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  @Override
  public byte[] record(String job, long round, int cohort) throws FetchFailedException {
    EvidenceRequest request =
        EvidenceRequest.newBuilder()
            .setJob(job)
            .setRound(round + 1)
            .setCohort(cohort)
            .setKind(EvidenceRequest.Kind.RECORD)
            .build();
    return bytes(this.<BlobPart>call((gateway, to) -> gateway.evidence(request, to)));
  }

  @Override
  public Map<Integer, Map<String, LeafProof>> leaves(
      String job, long round, int cohort, List<Integer> wanted, Set<String> owners)
      throws FetchFailedException {
    LeavesRequest request =
        LeavesRequest.newBuilder()
            .setJob(job)
            .setRound(round + 1)
            .setCohort(cohort)
            .addAllLeaves(wanted)
            .build();
    Inbound<LeafPart> parts = call((gateway, to) -> gateway.leaves(request, to));
    LeafCollector collector = new LeafCollector(wanted, owners);
    try {
      for (LeafPart part : parts.messages) {
        collector.add(part);
      }
    } catch (LeafCollector.UnwantedLeafException unwanted) {
      throw new FetchFailedException("leaves: " + unwanted.getMessage());
    }
    return collector.leaves();
  }

  @Override
  public boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted)
      throws RefusedException {
    if (unwanted.isDone()) {
      return false;
    }
    life.require();
    network.signatures().made(member, sealedCommitment);
    List<Liar.Upload> uploads = liar.uploads(content, sealedCommitment);
    boolean whole = sendReally(uploads.get(0).content(), uploads.get(0).sealed());
    for (Liar.Upload more : uploads.subList(1, uploads.size())) {
      try {
        sendReally(more.content(), more.sealed());
      } catch (RefusedException asItMustBe) {
        continue; // its agent has not said it
      }
    }
    return whole;
  }

  private boolean sendReally(byte[] content, byte[] sealedCommitment) throws RefusedException {
    ByteString sealed = ByteString.copyFrom(sealedCommitment);
    UploadQuery query = UploadQuery.newBuilder().setSealedCommitment(sealed).build();
    int from;
    try {
      Inbound<UploadProgress> progress =
          call(
              (gateway, to) -> {
                watch.up(member, sealedCommitment);
                gateway.uploadState(query, to);
              });
      from = (int) Math.min(content.length, progress.messages.get(0).getDurableBytes());
    } catch (FetchFailedException broken) {
      return false;
    }
    Inbound<UploadReceipt> receipt = new Inbound<>();
    boolean arrived =
        network.call(member, gateway -> upload(gateway, content, sealed, from, receipt));
    life.require();
    return arrived && received(receipt.failure());
  }

  private void upload(
      GatewayService gateway,
      byte[] content,
      ByteString sealed,
      int from,
      Inbound<UploadReceipt> receipt) {
    StreamObserver<UploadPart> stream = gateway.upload(receipt);
    int at = from;
    do {
      int length = Math.min(PART_BYTES, content.length - at);
      UploadPart.Builder part =
          UploadPart.newBuilder().setOffset(at).setData(ByteString.copyFrom(content, at, length));
      if (at == from) {
        part.setSealedCommitment(sealed);
      }
      stream.onNext(part.build());
      at += length;
      if (network.breaks()) {
        stream.onError(Status.CANCELLED.asRuntimeException());
        return;
      }
    } while (at < content.length);
    stream.onCompleted();
  }

  private static boolean received(@Nullable Status failure) throws RefusedException {
    if (failure == null) {
      return true;
    }
    switch (failure.getCode()) {
      case FAILED_PRECONDITION:
      case INVALID_ARGUMENT:
      case PERMISSION_DENIED:
        throw new RefusedException(String.valueOf(failure.getDescription()));
      default:
        return false;
    }
  }
}
