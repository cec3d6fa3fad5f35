package org.concordat.agent.work;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.concordat.store.StoreTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's threads: one mailbox on which everything that changes state runs in order, one for
 * training, one for uploads. What takes long runs beside the mailbox and comes back to it; none
 * runs twice at a time: each has a key. A task that fails does not stop those after it.
 */
public final class Threads implements AutoCloseable {
  /** What takes long. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws Exception;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
  private static final long CLOSE_SECONDS = 5;
  private static final String NO_MEMORY =
      "this site's agent is out of memory: give it a larger heap (CONCORDAT_HEAP)";

  private final ScheduledExecutorService mailbox;
  private final ExecutorService workers;
  private final ExecutorService uploads;
  private final Set<String> busy = new HashSet<>();
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
  public void onFailure(Consumer<RuntimeException> listener) {
    failed = listener;
  }

  public void post(Runnable message) {
    run(mailbox, message);
  }

  /**
   * Runs work on the training thread, unless that of the key runs or pauses. Called on the mailbox,
   * where it is followed by either of the last two.
   *
   * @param failed gets an exception, or an OutOfMemoryError
   * @return whether it is begun
   */
  public <T> boolean train(String key, Work<T> work, Consumer<T> done, Consumer<Throwable> failed) {
    return begin(workers, key, work, done, failed);
  }

  /** The same on the thread for uploads. */
  public <T> boolean upload(
      String key, Work<T> work, Consumer<T> done, Consumer<Throwable> failed) {
    return begin(uploads, key, work, done, failed);
  }

  /** Runs on the training thread, after what waits there. */
  public void afterTraining(Runnable what) {
    run(workers, what);
  }

  /** Does something after a pause, in which work of the key is not begun. On the mailbox. */
  public void afterPause(Duration pause, String key, Runnable then) {
    busy.add(key);
    postAfter(pause, () -> ended(key, then));
  }

  /**
   * What a failure of such work says. One of the store is thrown again: the mailbox deals with it.
   */
  public static String said(Throwable failure) {
    if (failure instanceof Exception exception) {
      StoreTrouble.rethrow(exception);
      return StoreTrouble.said(exception);
    }
    return NO_MEMORY;
  }

  private <T> boolean begin(
      ExecutorService where,
      String key,
      Work<T> work,
      Consumer<T> done,
      Consumer<Throwable> failed) {
    boolean free = busy.add(key);
    if (free) {
      run(where, () -> runLong(key, work, done, failed));
    }
    return free;
  }

  private <T> void runLong(String key, Work<T> work, Consumer<T> done, Consumer<Throwable> failed) {
    try {
      T result = work.run();
      post(() -> ended(key, () -> done.accept(result)));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (Exception | OutOfMemoryError failure) {
      post(() -> ended(key, () -> failed.accept(failure)));
    } catch (Error fatal) { // its key must not stay taken for ever
      post(() -> busy.remove(key));
      throw fatal;
    }
  }

  private void ended(String key, Runnable then) {
    busy.remove(key);
    then.run();
  }

  /** Posts a message once, after a pause. */
  public void postAfter(Duration pause, Runnable message) {
    try {
      mailbox.schedule(() -> guarded(message), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("stopping");
    }
  }

  /** Posts a message again and again. */
  public void postEvery(Duration pause, Runnable message) {
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
  public void stop() {
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
