package org.concordat.coordinator.carried;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportBundleRequest;
import org.concordat.protocol.v1.ImportBundleReply;
import org.concordat.store.BlobReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two calls about files across an air gap. */
public final class CarriedCalls {
  private static final Logger LOG = LoggerFactory.getLogger(CarriedCalls.class);

  /** Files that come in at once, each on the disk until it is judged. */
  private static final int MOST_AT_ONCE = 4;

  /** A header is not longer; who is no maker of bundles sends no more than this. */
  private static final int BEGINNING_BYTES = 8 << 10;

  private final BundleImport imports;
  private final BundleExport exports;
  private final Path folder;
  private final long mostBytes;
  private final int partBytes;
  private final AtomicInteger coming = new AtomicInteger();

  /**
   * @param folder for files under way
   * @param mostBytes of a file that is brought
   */
  public CarriedCalls(
      BundleImport imports, BundleExport exports, Path folder, long mostBytes, int partBytes) {
    this.imports = imports;
    this.exports = exports;
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.partBytes = partBytes;
  }

  /** Sends the file for a member. */
  public void send(ExportBundleRequest request, StreamObserver<BlobPart> to) {
    ServerCallStreamObserver<BlobPart> stream = (ServerCallStreamObserver<BlobPart>) to;
    Path file = folder.resolve("for-" + UUID.randomUUID() + ".bundle");
    stream.setOnCloseHandler(() -> delete(file));
    stream.setOnCancelHandler(() -> delete(file));
    try {
      exports.write(request.getMember(), file);
      ReadyWriter.install(stream, new FileParts(BlobReader.plain(file), 0, partBytes));
    } catch (Exception failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException leftForTheNextStart) {
      LOG.warn("{} cannot be deleted: {}", file, leftForTheNextStart.getMessage());
    }
  }

  /** What a process before has left: it may hold masked updates. */
  public void sweep() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      left.forEach(CarriedCalls::delete);
    } catch (NoSuchFileException none) {
      return;
    } catch (IOException failure) {
      LOG.warn("{} cannot be emptied: {}", folder, failure.getMessage());
    }
  }

  /** Receives a member's file. */
  public StreamObserver<BlobPart> receive(StreamObserver<ImportBundleReply> to) {
    return new Incoming(to);
  }

  private final class Incoming implements StreamObserver<BlobPart> {
    private final StreamObserver<ImportBundleReply> to;
    private @Nullable Path file;
    private long size;
    private boolean begun;
    private boolean over;

    Incoming(StreamObserver<ImportBundleReply> to) {
      this.to = to;
    }

    @Override
    public void onNext(BlobPart part) {
      if (over) {
        return;
      }
      try {
        if (file == null && coming.incrementAndGet() > MOST_AT_ONCE) {
          coming.decrementAndGet();
          over = true;
          to.onError(
              Status.RESOURCE_EXHAUSTED
                  .withDescription(MOST_AT_ONCE + " bundles come in already: try again later")
                  .asRuntimeException());
          return;
        }
        if (file == null) {
          Files.createDirectories(folder);
          file = Files.createTempFile(folder, "brought-", ".bundle");
        }
        size += part.getData().size();
        if (size > mostBytes) {
          fail(
              new BadBundleException(
                  BadBundleException.Reason.TOO_LARGE,
                  "more than %d bytes (limits.bundle-bytes of the coordinator's file)"
                      .formatted(mostBytes)));
          return;
        }
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
          part.getData().writeTo(out);
        }
        if (!begun && size >= BEGINNING_BYTES) {
          begun = true;
          imports.requireGood(file);
        }
      } catch (IOException | BadBundleException refused) {
        fail(refused);
      }
    }

    private void fail(Exception failure) {
      over = true;
      delete();
      to.onError(
          failure instanceof BadBundleException
              ? Status.INVALID_ARGUMENT.withDescription(failure.getMessage()).asRuntimeException()
              : Answers.status(failure).asRuntimeException());
    }

    private void delete() {
      Path there = file;
      if (there != null) {
        file = null;
        coming.decrementAndGet();
        CarriedCalls.delete(there);
      }
    }

    @Override
    public void onError(Throwable broken) {
      over = true;
      delete();
    }

    @Override
    public void onCompleted() {
      Path there = file;
      if (over) {
        return;
      }
      if (there == null) {
        to.onError(Status.INVALID_ARGUMENT.withDescription("an empty file").asRuntimeException());
        return;
      }
      try {
        ImportBundleReply reply = imports.take(there);
        over = true;
        delete();
        to.onNext(reply);
        to.onCompleted();
      } catch (Exception failure) {
        fail(failure);
      }
    }
  }
}
