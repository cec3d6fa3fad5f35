package org.concordat.coordinator.session;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.concordat.protocol.v1.SessionDown;

/** A stream to an agent that reads, or does not. */
public class FakeStream extends ServerCallStreamObserver<SessionDown> {
  public final List<SessionDown> sent = new ArrayList<>();
  final List<Status> errors = new ArrayList<>();
  boolean ready = true;
  boolean broken;

  @Override
  public void onNext(SessionDown message) {
    if (broken) {
      throw new IllegalStateException("call already closed");
    }
    sent.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    if (broken) {
      throw new IllegalStateException("call already closed");
    }
    errors.add(Status.fromThrowable(failure));
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public boolean isCancelled() {
    return broken;
  }

  @Override
  public void onCompleted() {}

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void setMessageCompression(boolean enabled) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}
}
