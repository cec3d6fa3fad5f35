package org.concordat.coordinator.carried;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportBundleRequest;
import org.concordat.protocol.v1.ImportBundleReply;
import org.jspecify.annotations.Nullable;

/** The two calls about files across an air gap. */
public final class CarriedCalls {
  private final BundleImport imports;
  private final BundleExport exports;
  private final Path folder;
  private final long mostBytes;
  private final int partBytes;

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
    try {
      Path file = folder.resolve("for-" + fileName(request.getMember()) + ".bundle");
      exports.write(request.getMember(), file);
      ReadyWriter.install(
          (ServerCallStreamObserver<BlobPart>) to, new FileParts(file, 0, partBytes));
    } catch (Exception failure) {
      to.onError(Answers.status(failure).asRuntimeException());
    }
  }

  /** A member's id, as it was checked when it brought its file; anything else has no such name. */
  private static String fileName(String member) {
    return member.replaceAll("[^a-z0-9-]", "_");
  }

  /** Receives a member's file. */
  public StreamObserver<BlobPart> receive(StreamObserver<ImportBundleReply> to) {
    return new Incoming(to);
  }

  private final class Incoming implements StreamObserver<BlobPart> {
    private final StreamObserver<ImportBundleReply> to;
    private @Nullable Path file;
    private long size;
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
      } catch (IOException full) {
        fail(full);
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
        try {
          Files.deleteIfExists(there);
        } catch (IOException leftForTheNextStart) {
          // it is erased with the folder
        }
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
