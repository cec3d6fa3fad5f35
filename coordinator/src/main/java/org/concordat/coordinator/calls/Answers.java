package org.concordat.coordinator.calls;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.concordat.auditlog.LogUnwritableException;
import org.concordat.certs.CertsException;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.mailbox.Remedy;
import org.concordat.store.StoreException;
import org.concordat.store.StoreTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures of operators' calls become gRPC statuses; see the error table beside
 * the .proto.
 */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Computes an answer on the mailbox thread and sends it. */
  public static <T> void answer(Mailbox mailbox, StreamObserver<T> to, Callable<T> computation) {
    mailbox
        .ask(computation)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                to.onNext(answer);
                to.onCompleted();
              } else {
                to.onError(status(failure).asRuntimeException());
              }
            });
  }

  /** Computes on the mailbox thread while the call's own thread waits. */
  public static <T> T await(Mailbox mailbox, Callable<T> computation) throws Exception {
    try {
      return mailbox.ask(computation).get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }

  /** The status that tells a caller of this failure. */
  public static Status status(Throwable failure) {
    if (failure instanceof StatusRuntimeException said) {
      return said.getStatus();
    }
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof JobRefusedException refused) {
      switch (refused.kind()) {
        case INVALID:
          return Status.INVALID_ARGUMENT.withDescription(message);
        case CONFLICT:
          return Status.ALREADY_EXISTS.withDescription(message);
        case FORBIDDEN:
          return Status.PERMISSION_DENIED.withDescription(message);
        default:
          return Status.NOT_FOUND.withDescription(message);
      }
    }
    if (failure instanceof Directory.RefusedException || failure instanceof CertsException) {
      return Status.FAILED_PRECONDITION.withDescription(message);
    }
    if (failure instanceof IllegalArgumentException) {
      return Status.INVALID_ARGUMENT.withDescription(message);
    }
    if (failure instanceof StoreException.Altered) {
      LOG.error("a call failed", failure);
      return FileParts.DAMAGED;
    }
    if (StoreTrouble.is(failure) || failure instanceof LogUnwritableException) {
      return Status.UNAVAILABLE.withDescription(
          "the coordinator cannot store now: " + Remedy.of(failure) + ", then try again");
    }
    LOG.error("a call failed", failure);
    return Status.INTERNAL.withDescription(
        "the coordinator failed on this call; its log says more");
  }
}
