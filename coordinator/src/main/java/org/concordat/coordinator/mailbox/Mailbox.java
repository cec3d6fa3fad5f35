package org.concordat.coordinator.mailbox;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.concordat.auditlog.LogUnwritableException;
import org.concordat.store.StoreTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread on which everything that changes state runs, in the order it came, and a small pool
 * for what takes long (hashing, folding, reconstruction), whose results come back as messages.
 */
public final class Mailbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final ScheduledExecutorService serial;
  private final ExecutorService workers;
  private volatile boolean closing;
  private volatile String lastTrouble = "";

  /**
   * @param workers how many threads long computations may use
   */
  public Mailbox(int workers) {
    this(
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mailbox")),
        Executors.newFixedThreadPool(workers, task -> new Thread(task, "worker")));
  }

  /**
   * @param serial runs one task at a time, in order
   */
  public Mailbox(ScheduledExecutorService serial, ExecutorService workers) {
    this.serial = serial;
    this.workers = workers;
  }

  /** Runs on the mailbox thread. A failure is logged and does not stop what comes after. */
  public void post(Runnable message) {
    try {
      serial.execute(() -> runLogged(message));
    } catch (RejectedExecutionException closing) {
      LOG.debug("message after the mailbox closed");
    }
  }

  /** Runs on the mailbox thread and gives the outcome to whoever asked. */
  public <T> CompletableFuture<T> ask(Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      serial.execute(
          () -> {
            try {
              requireOpen();
              answer.complete(question.call());
            } catch (Throwable failure) {
              answer.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException closing) {
      answer.completeExceptionally(stopping());
    }
    return answer;
  }

  /** Runs on a worker; whatever it wants to change it must {@link #post}. */
  public void work(Runnable computation) {
    try {
      workers.execute(() -> runLogged(computation));
    } catch (RejectedExecutionException closing) {
      LOG.debug("work after the mailbox closed");
    }
  }

  /** Runs on the mailbox thread again and again. */
  public void every(Duration interval, Runnable message) {
    serial.scheduleWithFixedDelay(
        () -> runLogged(message), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Also an error must not end what is repeated, or what comes after. */
  private void runLogged(Runnable message) {
    if (closing) {
      return;
    }
    try {
      message.run();
    } catch (Throwable failure) {
      report(failure);
    }
  }

  /** A disk that is full fails many messages in the same way: it is said once. */
  private void report(Throwable failure) {
    boolean storage = StoreTrouble.is(failure) || failure instanceof LogUnwritableException;
    if (!storage) {
      LOG.error("a message failed: {}", failure.getMessage(), failure);
      return;
    }
    String said = Remedy.of(failure);
    if (!said.equals(lastTrouble)) {
      LOG.error(
          "CANNOT STORE: {}; what was accepted is safe, and work goes on by itself after that",
          said);
    }
    lastTrouble = said;
  }

  /** What could not be stored, and the way out. */
  public String trouble() {
    return "cannot store: " + lastTrouble;
  }

  /** Whether something could not be stored since {@link #takeTrouble}. */
  public boolean troubled() {
    return !lastTrouble.isEmpty();
  }

  /** Whether something could not be stored since this was last asked: a message may be lost. */
  public boolean takeTrouble() {
    boolean any = troubled();
    lastTrouble = "";
    return any;
  }

  private void requireOpen() {
    if (closing) {
      throw stopping();
    }
  }

  private static IllegalStateException stopping() {
    return new IllegalStateException("the coordinator is stopping: try again later");
  }

  /** Finishes the message in hand and drops the rest: everything accepted is in the store. */
  @Override
  public void close() {
    closing = true;
    serial.shutdown(); // no interrupt: a write to the store or the log must not be cut off
    workers.shutdownNow();
    try {
      if (!serial.awaitTermination(10, TimeUnit.SECONDS)
          || !workers.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a computation did not stop within 10 s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
