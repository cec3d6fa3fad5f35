package org.concordat.cli.client;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportModelRequest;

/** A published model, fetched and compared with its digest. */
public final class ModelDownload {
  private ModelDownload() {}

  /**
   * The bytes of a version.
   *
   * @param digest that they must have, hexadecimal
   * @throws io.grpc.StatusRuntimeException where the caller may not have it
   * @throws Failure VERIFICATION_FAILED if it is another one
   */
  public static byte[] of(Client client, String job, int version, String digest) {
    byte[] bytes = parts(client, request(job, version).build());
    if (!Sha256.of(bytes).hex().equals(digest)) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the model's bytes have SHA-256 " + Sha256.of(bytes) + ", the members signed " + digest,
          "do not use it; tell the alliance's auditors");
    }
    return bytes;
  }

  /** Asks only whether it is allowed; a denial is the call's status. */
  public static void ask(Client client, String job, int version) {
    parts(client, request(job, version).setDryRun(true).build());
  }

  private static ExportModelRequest.Builder request(String job, int version) {
    return ExportModelRequest.newBuilder().setJob(job).setVersion(version);
  }

  private static byte[] parts(Client client, ExportModelRequest request) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Iterator<BlobPart> parts = client.stream().exportModel(request);
    while (parts.hasNext()) {
      BlobPart part = parts.next();
      if (part.getOffset() != content.size()
          || content.size() > Double.BYTES * JobSpecs.MAX_PARAMETERS) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the coordinator sent the model out of order or too long",
            "try again");
      }
      content.writeBytes(part.getData().toByteArray());
    }
    return content.toByteArray();
  }
}
