package org.concordat.bench;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Bytes of the message stream that uploads one vector, gRPC's five bytes a message included, over
 * four bytes a parameter.
 */
final class UploadBench {
  static final int GRPC_HEADER_BYTES = 5;
  private static final int PARAMETERS = 1_000_000;

  private UploadBench() {}

  static void run(Report report) {
    Map<String, Object> detail = new LinkedHashMap<>();
    for (int bits : new int[] {16, 24, 32}) {
      double ratio = streamBytes(PARAMETERS, bits) / (4.0 * PARAMETERS);
      detail.put("b" + bits, Figures.round(ratio));
      if (bits == Quantisation.forCohort(SimWorld.QUANTISATION_BITS, 4, 1, 1, 1).wireBits()) {
        report.figure(Goal.UPLOAD, new Samples(ratio));
      }
    }
    report.detail("uploadByWireBits", detail);
  }

  static long streamBytes(int parameters, int wireBits) {
    long wireBytes = (parameters + 1L) * (wireBits / 8);
    return wireBytes + overheadBytes(wireBytes);
  }

  /** Everything in the stream that is not the vector. */
  static long overheadBytes(long wireBytes) {
    Digest digest = SimWorld.digest("x");
    TokenRef ref = new TokenRef(SimWorld.JOB, 1, 0, 1, 1, digest);
    ByteString commitment =
        ByteString.copyFrom(
            Inbox.seal(SimNotary.of("member-000"), new UploadCommitment(ref, digest, wireBytes))
                .toArray());
    long overhead = 0;
    int part = WireLimits.DEFAULT.partBytes();
    for (long offset = 0; offset < wireBytes; offset += part) {
      int length = (int) Math.min(part, wireBytes - offset);
      UploadPart.Builder message =
          UploadPart.newBuilder().setOffset(offset).setData(ByteString.copyFrom(new byte[length]));
      if (offset == 0) {
        message.setSealedCommitment(commitment);
      }
      overhead += message.build().getSerializedSize() - length + GRPC_HEADER_BYTES;
    }
    return overhead;
  }
}
