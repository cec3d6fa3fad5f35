package org.concordat.coordinator.operations;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.concordat.protocol.v1.JobEvent;

/** Streams of operators that watch jobs. Used on the mailbox thread only. */
public final class Watchers {
  private record Watcher(String job, ServerCallStreamObserver<JobEvent> stream) {}

  /** More watchers than this are refused. */
  public static final int MAX_WATCHERS = 256;

  private final List<Watcher> watchers = new ArrayList<>();

  /** Adds a watcher; false if there are too many. */
  boolean add(String job, ServerCallStreamObserver<JobEvent> stream) {
    watchers.removeIf(watcher -> watcher.stream.isCancelled());
    if (watchers.size() >= MAX_WATCHERS) {
      return false;
    }
    watchers.add(new Watcher(job, stream));
    return true;
  }

  /**
   * Sends an event to the watchers of its job; one that does not read misses it, the next one tells
   * the same and more.
   */
  void send(JobEvent event, boolean last) {
    for (Watcher watcher : List.copyOf(watchers)) {
      if (!watcher.job.equals(event.getJob().getJob())) {
        continue;
      }
      if (watcher.stream.isCancelled()) {
        watchers.remove(watcher);
      } else if (last || watcher.stream.isReady()) {
        watcher.stream.onNext(event);
      }
      if (last && watchers.remove(watcher)) {
        watcher.stream.onCompleted();
      }
    }
  }
}
