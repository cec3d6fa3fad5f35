package org.concordat.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/**
 * Bytes of one round of the last member, nobody dropped, up plus down: every session message in its
 * envelope and frame, and the upload stream but for the vector. The certificate is counted apart.
 */
final class BytesBench {
  private static final int PARAMETERS = 10_000;

  private final SimWorld world;
  private final SimMember watched;
  private final Map<String, Object> byMessage = new LinkedHashMap<>();
  private long total;
  private long certificates;

  BytesBench(SimWorld world) {
    this.world = world;
    this.watched = world.members.get(world.members.size() - 1);
  }

  void run(Report report) throws Exception {
    Task task = world.task(PARAMETERS);
    double[] update = Vectors.update(PARAMETERS, 1);
    RoundServer round = flight(world.start(task));
    int[] sum = new int[task.elements()];
    for (SimMember.Masked y :
        world.each(world.members, member -> member.protect(task.digest(), update, 30))) {
      org.concordat.secureagg.kernel.Ring.accumulate(
          task.quantisation().wireBits(), sum, 0, y.wire(), 0, sum.length);
      round = round.acceptUpload(y.sealedCommitment());
    }
    add("upload stream but for the vector", UploadBench.overheadBytes(task.wireBytes()));
    add(
        "receipt",
        framed(
            UploadReceipt.newBuilder()
                .setTaskDigest(ByteString.copyFrom(task.digest().bytes()))
                .setDurableBytes(task.wireBytes())
                .build()));
    round = flight(round.freezeSurvivors()).chooseCertificate();
    round = flight(round);
    Unmasker.unmask(task.quantisation().wireBits(), sum, 0, round.unmaskingInput(), 1);
    Digest next = SimWorld.digest("next");
    round = flight(round.result(MerkleRoot.ofWords(sum), next));
    for (byte[] signature : watched.apply(m -> m.adopt(task.digest(), sum, next))) {
      up(signature);
    }
    report.figure(Goal.ROUND_BYTES, new Samples(total));
    byMessage.put("certificate, not counted", certificates);
    report.detail("roundBytesByMessage", byMessage);
  }

  private RoundServer flight(RoundServer round) throws Exception {
    for (byte[] message : round.outgoing(watched.name)) {
      down(message);
    }
    RoundServer next = round;
    for (SimMember member : world.members) {
      List<byte[]> answers = member.handle(round.outgoing(member.name));
      for (byte[] answer : answers) {
        next = next.accept(answer);
        if (member == watched) {
          up(answer);
        }
      }
    }
    return next;
  }

  private void up(byte[] sealed) throws Exception {
    add(
        type(sealed),
        framed(SessionUp.newBuilder().setSealed(ByteString.copyFrom(sealed)).build()));
  }

  private void down(byte[] sealed) throws Exception {
    long bytes = framed(SessionDown.newBuilder().setSealed(ByteString.copyFrom(sealed)).build());
    if (Inbox.open(world.notary, sealed).message() instanceof Certificate) {
      certificates += bytes;
    } else {
      add(type(sealed), bytes);
    }
  }

  private String type(byte[] sealed) throws Exception {
    return Inbox.open(world.notary, sealed).message().type();
  }

  private void add(String what, long bytes) {
    byMessage.merge(what, bytes, (before, more) -> (long) before + (long) more);
    total += bytes;
  }

  private static long framed(MessageLite message) {
    return message.getSerializedSize() + UploadBench.GRPC_HEADER_BYTES;
  }
}
