package org.concordat.agent.session;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.concordat.agent.session.LeafCollector.UnwantedLeafException;
import org.concordat.certs.RosterEntry;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;

/**
 * Fetches over gRPC.
 *
 * @param channel to the coordinator
 */
public record GrpcFetcher(ManagedChannel channel, Regionals regionals) implements Fetcher {
  private static final long LIMIT_SECONDS = 3600;
  private static final long RECORD_BYTES = 1 << 28;

  @Override
  public byte[] model(Digest digest, long expectedBytes) throws FetchFailedException {
    byte[] content =
        fetch(
            BlobRequest.newBuilder().setModel(ByteString.copyFrom(digest.bytes())).build(),
            expectedBytes);
    if (!Digest.sha256(content).equals(digest)) {
      throw new FetchFailedException(
          "the coordinator sent other bytes than those of model " + digest.shortHex());
    }
    return content;
  }

  @Override
  public int[] sum(Digest root, int elements) throws FetchFailedException {
    byte[] content =
        fetch(
            BlobRequest.newBuilder().setSumRoot(ByteString.copyFrom(root.bytes())).build(),
            4L * elements);
    int[] words = new int[elements];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  @Override
  public byte[] record(String job, long round, int cohort) throws FetchFailedException {
    return evidence(EvidenceRequest.Kind.RECORD, job, round, cohort);
  }

  @Override
  public byte[] partialSums(String job, long round, int cohort) throws FetchFailedException {
    return evidence(EvidenceRequest.Kind.PARTIAL_SUMS, job, round, cohort);
  }

  private byte[] evidence(EvidenceRequest.Kind kind, String job, long round, int cohort)
      throws FetchFailedException {
    EvidenceRequest request =
        EvidenceRequest.newBuilder()
            .setJob(job)
            .setRound(round + 1)
            .setCohort(cohort)
            .setKind(kind)
            .build();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    collect(
        () -> stub().evidence(request),
        RECORD_BYTES,
        (part, at) -> record.writeBytes(part.toByteArray()));
    return record.toByteArray();
  }

  @Override
  public Map<Integer, Map<String, LeafProof>> leaves(
      String job, long round, int cohort, List<Integer> wanted, Set<String> owners)
      throws FetchFailedException {
    return leaves(stub(), "the coordinator", job, round, cohort, wanted, owners);
  }

  @Override
  public Map<Integer, Map<String, LeafProof>> regionLeaves(
      RosterEntry aggregator,
      String job,
      long round,
      int cohort,
      List<Integer> wanted,
      Set<String> owners)
      throws FetchFailedException {
    String who = "the aggregator '" + aggregator.id() + "'";
    return leaves(stub(regionals.channel(aggregator)), who, job, round, cohort, wanted, owners);
  }

  private static Map<Integer, Map<String, LeafProof>> leaves(
      AgentGatewayGrpc.AgentGatewayBlockingStub from,
      String who,
      String job,
      long round,
      int cohort,
      List<Integer> wanted,
      Set<String> owners)
      throws FetchFailedException {
    LeafCollector collector = new LeafCollector(wanted, owners);
    LeavesRequest request =
        LeavesRequest.newBuilder()
            .setJob(job)
            .setRound(round + 1)
            .setCohort(cohort)
            .addAllLeaves(wanted)
            .build();
    try {
      Iterator<LeafPart> parts = from.leaves(request);
      while (parts.hasNext()) {
        collector.add(parts.next());
      }
    } catch (StatusRuntimeException | UnwantedLeafException failure) {
      throw new FetchFailedException(who + " did not deliver leaves: " + failure.getMessage());
    }
    return collector.leaves();
  }

  private AgentGatewayGrpc.AgentGatewayBlockingStub stub() {
    return stub(channel);
  }

  private static AgentGatewayGrpc.AgentGatewayBlockingStub stub(ManagedChannel over) {
    return AgentGatewayGrpc.newBlockingStub(over)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What has a length that this site knows: one array of that length, filled as parts come. */
  private byte[] fetch(BlobRequest request, long expectedBytes) throws FetchFailedException {
    byte[] content = new byte[Math.toIntExact(expectedBytes)];
    int size =
        collect(
            () -> stub().download(request), expectedBytes, (part, at) -> part.copyTo(content, at));
    if (size != expectedBytes) {
      throw new FetchFailedException(
          "the coordinator sent " + size + " of " + expectedBytes + " bytes");
    }
    return content;
  }

  /** Takes a part that begins at an offset of the whole. */
  private interface Sink {
    void take(ByteString part, int at);
  }

  /**
   * Collects parts, in order.
   *
   * @return how many bytes came, at most {@code mostBytes}
   */
  private static int collect(Supplier<Iterator<BlobPart>> call, long mostBytes, Sink sink)
      throws FetchFailedException {
    int size = 0;
    try {
      Iterator<BlobPart> parts = call.get();
      while (parts.hasNext()) {
        ByteString data = parts.next().getData();
        if (size + (long) data.size() > mostBytes) {
          throw new FetchFailedException(
              "the coordinator sent more than the " + mostBytes + " bytes expected");
        }
        sink.take(data, size);
        size += data.size();
      }
    } catch (StatusRuntimeException failure) {
      throw new FetchFailedException("the coordinator did not deliver: " + failure.getMessage());
    }
    return size;
  }
}
