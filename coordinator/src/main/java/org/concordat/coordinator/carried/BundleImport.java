package org.concordat.coordinator.carried;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.concordat.coordinator.carried.CarriedSessions.Opening;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.bundle.BadBundleException.Reason;
import org.concordat.protocol.bundle.BundleReader;
import org.concordat.protocol.bundle.BundleWriter;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.protocol.v1.ImportBundleReply;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;

/**
 * Takes a member's file: who made it is told by its signature, whoever brought it. An import that a
 * crash broke off is done again with the same file; what was handled before is handled as any
 * repeated message is.
 */
public final class BundleImport {
  private final Numbers numbers;
  private final Notary notary;
  private final CarriedSessions sessions;
  private final Ends ends;

  /**
   * Where files are for.
   *
   * @param self the coordinator's name
   * @param genesisDigest of the genesis that both sides have pinned
   */
  public record Ends(String alliance, String self, byte[] genesisDigest) {}

  public BundleImport(Numbers numbers, Notary notary, CarriedSessions sessions, Ends ends) {
    this.numbers = numbers;
    this.notary = notary;
    this.sessions = sessions;
    this.ends = ends;
  }

  /**
   * @throws BadBundleException naming why nothing of it was taken
   */
  synchronized ImportBundleReply take(Path file) throws Exception {
    try (BundleReader reader = new BundleReader(file)) {
      Notary.Opened opened = opened(reader);
      BundleHeader header = BundleReader.header(opened.payload());
      String member = opened.sender();
      require(header, member);
      reader.accept(header, null);
      ImportBundleReply reply = handOn(reader, header, member);
      sessions.settle();
      numbers.taken(member, header.getNumber());
      return reply;
    }
  }

  /**
   * Looks at the beginning of a file that is still coming in.
   *
   * @throws BadBundleException naming why nothing of it will be taken
   */
  void requireGood(Path beginning) throws IOException, BadBundleException {
    try (BundleReader reader = new BundleReader(beginning)) {
      Notary.Opened opened = opened(reader);
      require(BundleReader.header(opened.payload()), opened.sender());
    }
  }

  private Notary.Opened opened(BundleReader reader) throws BadBundleException {
    reader.requireAlliance(ends.alliance());
    try {
      Notary.Opened opened = notary.open(reader.signedHeader());
      if (opened.type().equals(BundleWriter.TYPE)) {
        return opened;
      }
      throw new BadBundleException(Reason.NOT_SIGNED, "its header is a '" + opened.type() + "'");
    } catch (BadEnvelopeException wrong) {
      throw new BadBundleException(Reason.NOT_SIGNED, String.valueOf(wrong.getMessage()));
    }
  }

  private void require(BundleHeader header, String member) throws BadBundleException {
    BundleReader.requireDue(header, ends.genesisDigest(), ends.self(), numbers.taken(member));
  }

  private ImportBundleReply handOn(BundleReader reader, BundleHeader header, String member)
      throws IOException, BadBundleException, InterruptedException {
    ImportBundleReply.Builder reply =
        ImportBundleReply.newBuilder().setMember(member).setNumber(header.getNumber());
    Optional<CarriedSessions.Upload> upload = Optional.empty();
    boolean welcomed = false;
    for (Optional<BundleItem> item = reader.next(); item.isPresent(); item = reader.next()) {
      BundleItem now = item.get();
      if (welcomed && now.hasUpload()) {
        if (!now.getUpload().getSealedCommitment().isEmpty()) {
          finish(upload, reply);
          upload = Optional.of(sessions.upload(member));
        }
        upload.ifPresent(begun -> begun.part(now.getUpload()));
        continue;
      }
      SessionUp message = now.getUp();
      if (!now.hasUp() || message.hasHello() == welcomed) {
        throw new BadBundleException(
            Reason.ALTERED, "its messages are not those of a session: one hello, at the beginning");
      }
      if (message.hasHello()) {
        Opening opening = new Opening(message, header.getReplyKey().toByteArray());
        sessions.hello(member, opening);
        numbers.opened(member, opening);
        welcomed = true;
      } else {
        sessions.up(member, message);
        reply.setMessages(reply.getMessages() + 1);
      }
    }
    finish(upload, reply);
    return reply.build();
  }

  private static void finish(
      Optional<CarriedSessions.Upload> upload, ImportBundleReply.Builder reply) {
    if (upload.isEmpty()) {
      return;
    }
    Optional<String> refused = upload.get().finish();
    if (refused.isEmpty()) {
      reply.setUploads(reply.getUploads() + 1);
    } else if (upload.get().mayBeTriedAgain()) {
      throw Status.UNAVAILABLE
          .withDescription(refused.get() + "; import the same file again then")
          .asRuntimeException();
    } else {
      reply.addRefused(refused.get());
    }
  }
}
