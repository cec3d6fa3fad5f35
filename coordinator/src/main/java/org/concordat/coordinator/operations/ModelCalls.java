package org.concordat.coordinator.operations;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.concordat.coordinator.calls.Answers;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportModelRequest;
import org.concordat.protocol.v1.ListModelsReply;
import org.concordat.protocol.v1.ListModelsRequest;
import org.concordat.protocol.v1.ModelSummary;

/** Calls about published models. */
public final class ModelCalls {
  private static final int PART_BYTES = 1 << 20;

  private final Mailbox mailbox;
  private final ModelRegistry models;
  private final Exports exports;

  public ModelCalls(Mailbox mailbox, ModelRegistry models, Exports exports) {
    this.mailbox = mailbox;
    this.models = models;
    this.exports = exports;
  }

  void list(ListModelsRequest request, StreamObserver<ListModelsReply> to) {
    Answers.answer(
        mailbox,
        to,
        () -> ListModelsReply.newBuilder().addAllModels(models.list(request.getJob())).build());
  }

  /** Decided on the mailbox thread, and in the log, before anything is sent. */
  void export(String caller, ExportModelRequest request, StreamObserver<BlobPart> to) {
    byte[] content;
    try {
      ModelSummary model =
          models
              .find(request.getJob(), request.getVersion())
              .orElseThrow(
                  () ->
                      new JobRefusedException(
                          JobRefusedException.Kind.NOT_FOUND,
                          "job '"
                              + request.getJob()
                              + "' has no published version "
                              + request.getVersion()
                              + ": 'model list' names those it has"));
      Answers.await(
          mailbox,
          () -> {
            exports.require(model, caller, request.getDryRun());
            return true;
          });
      content = request.getDryRun() ? new byte[0] : models.content(model);
    } catch (Exception failure) {
      to.onError(Answers.status(failure).asRuntimeException());
      return;
    }
    ReadyWriter.install((ServerCallStreamObserver<BlobPart>) to, parts(content));
  }

  private static Iterator<BlobPart> parts(byte[] content) {
    return IntStream.iterate(0, at -> at < content.length, at -> at + PART_BYTES)
        .mapToObj(
            at ->
                BlobPart.newBuilder()
                    .setOffset(at)
                    .setTotalBytes(content.length)
                    .setData(
                        UnsafeByteOperations.unsafeWrap(
                            content, at, Math.min(PART_BYTES, content.length - at)))
                    .build())
        .iterator();
  }
}
