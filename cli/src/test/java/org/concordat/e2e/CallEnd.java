package org.concordat.e2e;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** Waits for how a call ends; what comes before is nothing to it. */
final class CallEnd<A> implements StreamObserver<A> {
  final CompletableFuture<Status> status = new CompletableFuture<>();

  @Override
  public void onNext(A answer) {}

  @Override
  public void onError(Throwable failure) {
    status.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    status.complete(Status.OK);
  }
}
