package org.concordat.coordinator.carried;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.v1.SessionDown;
import org.jspecify.annotations.Nullable;

/**
 * What a carried member is told while somebody makes a file for it; at other times it is let go:
 * all of it is told anew for the next file.
 */
final class CarriedStream extends ServerCallStreamObserver<SessionDown> {
  private static final long LOOK_MILLIS = 100;

  private final List<SessionDown> told = new ArrayList<>();
  private final Semaphore asked = new Semaphore(0);
  private Runnable closed = () -> {};
  private boolean collecting;
  private @Nullable Status ended;

  CarriedStream(boolean collecting) {
    this.collecting = collecting;
  }

  /** All that was told so far; from now on nothing is kept. */
  synchronized List<SessionDown> finish() {
    collecting = false;
    List<SessionDown> all = List.copyOf(told);
    told.clear();
    return all;
  }

  /** Why the session is over, if it is. */
  synchronized Optional<Status> ended() {
    return Optional.ofNullable(ended);
  }

  @Override
  public synchronized void onNext(SessionDown message) {
    if (collecting) {
      told.add(message);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end(Status.OK);
  }

  private void end(Status why) {
    synchronized (this) {
      if (ended != null) {
        return;
      }
      ended = why;
    }
    closed.run();
  }

  /** Nobody reads it any more. */
  void close() {
    end(Status.CANCELLED);
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public synchronized boolean isCancelled() {
    return ended != null;
  }

  @Override
  public void setOnCloseHandler(Runnable handler) {
    closed = handler;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void disableAutoRequest() {}

  @Override
  public void request(int count) {
    asked.release(count);
  }

  /** Waits until the session would read on: a file is read no faster than it is handled. */
  void awaitAsked() throws InterruptedException {
    while (ended().isEmpty() && !asked.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      // it may have ended meanwhile
    }
  }

  @Override
  public void setMessageCompression(boolean enable) {}
}
