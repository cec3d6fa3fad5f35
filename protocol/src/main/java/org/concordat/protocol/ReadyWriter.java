package org.concordat.protocol;

import io.grpc.stub.CallStreamObserver;
import java.util.Iterator;

/**
 * Writes parts to a gRPC stream only while it is ready, so that a slow reader costs no memory.
 * Parts are taken from the iterator one at a time; the stream is completed after the last.
 */
public final class ReadyWriter<T> implements Runnable {
  private final CallStreamObserver<T> stream;
  private final Iterator<T> parts;
  private boolean finished;

  private ReadyWriter(CallStreamObserver<T> stream, Iterator<T> parts) {
    this.stream = stream;
    this.parts = parts;
  }

  /** Installs the writer as the stream's ready handler; call it before the stream is started. */
  public static <T> void install(CallStreamObserver<T> stream, Iterator<T> parts) {
    stream.setOnReadyHandler(new ReadyWriter<>(stream, parts));
  }

  @Override
  public void run() {
    if (finished) {
      return;
    }
    try {
      while (stream.isReady() && parts.hasNext()) {
        stream.onNext(parts.next());
      }
      if (!parts.hasNext()) {
        finished = true;
        stream.onCompleted();
      }
    } catch (RuntimeException failure) {
      finished = true;
      stream.onError(failure);
    }
  }
}
