package org.concordat.simulation;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a service answers to one call, collected; it is always ready for more. */
final class Inbound<T> extends ServerCallStreamObserver<T> {
  final List<T> messages = new ArrayList<>();
  private @Nullable Runnable ready;
  private @Nullable Status failed;
  private boolean completed;

  /** Takes whatever the service has made ready. */
  void drain() {
    Runnable handler = ready;
    if (handler != null && !completed && failed == null) {
      handler.run();
    }
  }

  boolean completed() {
    return completed;
  }

  /** How the call failed; not answered at all is a failure, too. */
  @Nullable Status failure() {
    return failed == null && !completed ? Status.UNAVAILABLE.withDescription("no answer") : failed;
  }

  @Override
  public void onNext(T message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    failed = Status.fromThrowable(failure);
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    ready = handler;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    // nobody cancels it
  }

  @Override
  public void setCompression(String compression) {
    // none
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    // none
  }

  @Override
  public void disableAutoInboundFlowControl() {
    // no flow to control
  }

  @Override
  public void request(int count) {
    // no flow to control
  }
}
