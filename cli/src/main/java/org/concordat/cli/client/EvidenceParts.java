package org.concordat.cli.client;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.function.Function;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;

/** Evidence as the coordinator sends it: in parts, in order, of a bounded length. */
final class EvidenceParts {
  private EvidenceParts() {}

  /**
   * All parts of one piece of evidence.
   *
   * @param wrong how to fail, given what does not hold
   */
  static byte[] collect(
      Client client, EvidenceRequest request, long atMostBytes, Function<String, Failure> wrong) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Iterator<BlobPart> parts = client.stream().getEvidence(request);
    while (parts.hasNext()) {
      BlobPart part = parts.next();
      if (part.getOffset() != content.size()
          || content.size() + (long) part.getData().size() > atMostBytes) {
        throw wrong.apply("the coordinator sent it out of order or too long");
      }
      content.writeBytes(part.getData().toByteArray());
    }
    return content.toByteArray();
  }
}
