package org.concordat.coordinator.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that can be ended beside its handler, by another thread: what the handler does afterwards
 * is nothing. Thread-safe.
 */
class EndableCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private boolean ended;
  private boolean beside;

  EndableCall(ServerCall<Q, A> call) {
    super(call);
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!ended) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(A message) {
    if (!ended) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!ended) {
      ended = true;
      super.close(status, trailers);
    }
  }

  synchronized void endBeside(Status status) {
    beside = beside || !ended;
    close(status, new Metadata());
  }

  synchronized boolean endedBeside() {
    return beside;
  }
}
