package org.concordat.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's threads: one mailbox on which everything that changes state runs in order, one for
 * training, one for uploads. A task that fails does not stop those after it.
 */
public final class Threads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledExecutorService mailbox;
  private final ExecutorService workers;
  private final ExecutorService uploads;
  private volatile Consumer<RuntimeException> failed =
      failure -> LOG.error("a message failed: {}", failure.getMessage(), failure);

  /** Three threads of the process. */
  public static Threads start() {
    return new Threads(
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mailbox")),
        Executors.newSingleThreadExecutor(task -> new Thread(task, "worker")),
        Executors.newSingleThreadExecutor(task -> new Thread(task, "upload")));
  }

  /** Each runs one task at a time, in order. */
  public Threads(
      ScheduledExecutorService mailbox, ExecutorService workers, ExecutorService uploads) {
    this.mailbox = mailbox;
    this.workers = workers;
    this.uploads = uploads;
  }

  /** Who is told, on the thread itself, of what a task throws. */
  void onFailure(Consumer<RuntimeException> listener) {
    failed = listener;
  }

  void post(Runnable message) {
    run(mailbox, message);
  }

  void train(Runnable work) {
    run(workers, work);
  }

  void upload(Runnable work) {
    run(uploads, work);
  }

  /** Posts a message once, after a pause. */
  void postAfter(Duration pause, Runnable message) {
    try {
      mailbox.schedule(() -> guarded(message), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("stopping");
    }
  }

  /** Posts a message again and again. */
  void postEvery(Duration pause, Runnable message) {
    mailbox.scheduleWithFixedDelay(
        () -> guarded(message), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run(ExecutorService where, Runnable task) {
    try {
      where.execute(() -> guarded(task));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("stopping");
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      failed.accept(failure);
    } catch (OutOfMemoryError full) { // a scheduler would swallow it, and never run the task again
      failed.accept(
          new IllegalStateException(
              "this agent is out of memory: give it more heap (CONCORDAT_HEAP)", full));
    } catch (Error fatal) { // the same, and there is nothing to go on with
      LOG.error("a message failed: {}", fatal.getMessage(), fatal);
      throw fatal;
    }
  }

  private List<ExecutorService> all() {
    return List.of(mailbox, workers, uploads);
  }

  /** Asks every thread to end. */
  void stop() {
    all().forEach(ExecutorService::shutdownNow);
  }

  /** Waits some seconds for each that was asked. */
  @Override
  public void close() {
    stop();
    for (ExecutorService executor : all()) {
      try {
        executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
