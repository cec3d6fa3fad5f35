package org.concordat.coordinator.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.store.StoreException;
import org.concordat.store.StoreTrouble;
import org.jspecify.annotations.Nullable;

/**
 * One upload: open the commitment, ask whether it is expected, write parts in order, check the
 * whole against the committed root, make it durable, and only then acknowledge. A stream that
 * breaks leaves what it brought; the agent asks where to go on.
 */
final class UploadReceiver implements StreamObserver<UploadPart> {
  private final String member;
  private final Notary notary;
  private final LastStatements statements;
  private final Uploads uploads;
  private final UploadDesk desk;
  private final Mailbox mailbox;
  private final WireLimits limits;
  private final StreamObserver<UploadReceipt> answer;

  private byte @Nullable [] sealed;
  private @Nullable UploadCommitment commitment;

  private int elementBytes;
  private long received;
  private boolean closed;

  UploadReceiver(
      String member,
      Notary notary,
      LastStatements statements,
      Uploads uploads,
      UploadDesk desk,
      Mailbox mailbox,
      WireLimits limits,
      StreamObserver<UploadReceipt> answer) {
    this.member = member;
    this.notary = notary;
    this.statements = statements;
    this.uploads = uploads;
    this.desk = desk;
    this.mailbox = mailbox;
    this.limits = limits;
    this.answer = answer;
  }

  @Override
  public void onNext(UploadPart part) {
    if (closed) {
      return;
    }
    try {
      UploadCommitment current = commitment == null ? begin(part) : commitment;
      take(current, part);
    } catch (UploadRefusedException refused) {
      fail(Status.FAILED_PRECONDITION.withDescription(refused.getMessage()));
    } catch (StoreException disk) {
      fail(
          Status.UNAVAILABLE.withDescription(
              "the coordinator cannot store the upload now: try again later"));
    }
  }

  private UploadCommitment begin(UploadPart first) throws UploadRefusedException {
    byte[] bytes = first.getSealedCommitment().toByteArray();
    UploadCommitment opened = open(bytes);
    if (opened.wireBytes() > limits.uploadBytes()) {
      throw new UploadRefusedException(
          "an upload of "
              + opened.wireBytes()
              + " bytes, at most "
              + limits.uploadBytes()
              + " are taken");
    }
    elementBytes = await(() -> desk.requireExpected(member, opened));
    requireOffset(first, uploads.size(member, opened)); // else it takes nobody's place
    sealed = bytes;
    commitment = opened;
    received = uploads.claim(member, opened, this);
    return opened;
  }

  private UploadCommitment open(byte[] bytes) throws UploadRefusedException {
    try {
      Notary.Opened opened = notary.open(bytes);
      if (!opened.sender().equals(member)) {
        throw new UploadRefusedException(
            "the commitment is signed by '"
                + opened.sender()
                + "', the caller is '"
                + member
                + "'");
      }
      statements.heard(opened, bytes);
      return commitment(opened);
    } catch (BadEnvelopeException | MalformedMessageException bad) {
      throw new UploadRefusedException(
          "the first part carries no valid commitment: " + bad.getMessage());
    }
  }

  /** A member's own, or what a region has signed of its partial sum, which travels like one. */
  static UploadCommitment commitment(Notary.Opened opened) throws UploadRefusedException {
    return switch (opened.type()) {
      case UploadCommitment.TYPE -> UploadCommitment.decode(opened.payload());
      case PartialSum.TYPE -> PartialSum.decode(opened.payload()).commitment();
      default ->
          throw new UploadRefusedException(
              "expected an upload commitment in the first part, got '" + opened.type() + "'");
    };
  }

  private void take(UploadCommitment current, UploadPart part) throws UploadRefusedException {
    ByteString data = part.getData();
    if (data.size() > limits.partBytes()) {
      throw new UploadRefusedException(
          "a part of " + data.size() + " bytes, at most " + limits.partBytes());
    }
    requireOffset(part, received);
    if (received + data.size() > current.wireBytes()) {
      throw new UploadRefusedException(
          "more bytes than the " + current.wireBytes() + " that were committed");
    }
    requireDigest(part);
    uploads.append(member, current, this, received, data.asReadOnlyByteBuffer());
    received += data.size();
  }

  private static void requireOffset(UploadPart part, long here) throws UploadRefusedException {
    if (part.getOffset() != here) {
      throw new UploadRefusedException(
          "a part at offset "
              + part.getOffset()
              + ", expected "
              + here
              + ": ask UploadState and resume there");
    }
  }

  /** Where a part carries its digest; the root covers every part in any case. */
  private static void requireDigest(UploadPart part) throws UploadRefusedException {
    if (part.getSha256().isEmpty()) {
      return;
    }
    MessageDigest digest = Digest.newSha256();
    part.getData().asReadOnlyByteBufferList().forEach(digest::update);
    if (!MessageDigest.isEqual(digest.digest(), part.getSha256().toByteArray())) {
      throw new UploadRefusedException(
          "the part at offset " + part.getOffset() + " does not have its digest: send it again");
    }
  }

  @Override
  public void onError(Throwable broken) {
    close();
  }

  private void close() {
    closed = true;
    UploadCommitment current = commitment;
    if (current != null) {
      uploads.letGo(member, current, this);
    }
  }

  @Override
  public void onCompleted() {
    if (closed) {
      return;
    }
    UploadCommitment current = commitment;
    byte[] currentSealed = sealed;
    if (current == null || currentSealed == null) {
      fail(Status.INVALID_ARGUMENT.withDescription("an upload without any part"));
      return;
    }
    try {
      finish(current, currentSealed);
      close();
      answer.onNext(
          UploadReceipt.newBuilder()
              .setTaskDigest(ByteString.copyFrom(current.ref().taskDigest().bytes()))
              .setDurableBytes(received)
              .build());
      answer.onCompleted();
    } catch (UploadRefusedException refused) {
      fail(Status.FAILED_PRECONDITION.withDescription(refused.getMessage()));
    } catch (StoreException disk) {
      fail(
          Status.UNAVAILABLE.withDescription(
              "the coordinator cannot store the upload now: try again later"));
    }
  }

  private void finish(UploadCommitment current, byte[] currentSealed)
      throws UploadRefusedException {
    if (received != current.wireBytes()) {
      throw new UploadRefusedException(
          "the upload ended after "
              + received
              + " of "
              + current.wireBytes()
              + " bytes: resume it");
    }
    uploads.requireClaimed(member, current, this);
    Digest root =
        uploads.tree(member, current.ref().taskDigest(), current.root(), elementBytes).root();
    if (!root.equals(current.root())) {
      uploads.discard(member, current, this);
      throw new UploadRefusedException(
          "the upload has the root "
              + root.shortHex()
              + ", committed was "
              + current.root().shortHex());
    }
    uploads.sync(member, current);
    await(
        () -> {
          desk.uploaded(member, currentSealed, current);
          return true;
        });
  }

  /** Runs on the mailbox thread; a refusal there is this call's. */
  private <T> T await(Callable<T> step) throws UploadRefusedException {
    try {
      return mailbox.ask(step).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UploadRefusedException("the coordinator is stopping: try again later");
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UploadRefusedException refused) {
        throw refused;
      }
      if (failure.getCause() instanceof RuntimeException cause && StoreTrouble.is(cause)) {
        throw new StoreException(StoreTrouble.said(cause), cause); // for a while
      }
      throw new UploadRefusedException(
          "the coordinator cannot take the upload: " + failure.getCause());
    }
  }

  private void fail(Status status) {
    close();
    answer.onError(status.asRuntimeException());
  }
}
