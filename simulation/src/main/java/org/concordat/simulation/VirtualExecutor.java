package org.concordat.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A thread of a process on virtual time: one task at a time, in order. */
final class VirtualExecutor extends AbstractExecutorService implements ScheduledExecutorService {
  private final VirtualTime time;
  private final Life life;
  private final LongSupplier latency;
  private boolean stopped;
  private boolean inline;
  private boolean running;
  private long freeAt;

  /**
   * @param latency milliseconds until a task is begun
   */
  VirtualExecutor(VirtualTime time, Life life, LongSupplier latency) {
    this.time = time;
    this.life = life;
    this.latency = latency;
  }

  /** Until told otherwise, tasks run at once: somebody else's call waits for them. */
  void inline(boolean at) {
    inline = at;
  }

  @Override
  public void execute(Runnable task) {
    if (stopped) {
      throw new RejectedExecutionException("stopped");
    }
    if (inline && !running) {
      run(task);
      return;
    }
    freeAt = Math.max(freeAt, time.now() + latency.getAsLong());
    time.after(freeAt - time.now(), life, () -> run(task));
  }

  private void run(Runnable task) {
    boolean nested = running;
    running = true;
    try {
      if (!stopped) {
        task.run();
      }
    } finally {
      running = nested;
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    time.after(unit.toMillis(delay), life, () -> run(command));
    return new Pending<>(command);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    time.after(
        unit.toMillis(initialDelay),
        life,
        () -> {
          run(command);
          if (!stopped) {
            scheduleWithFixedDelay(command, delay, delay, unit);
          }
        });
    return new Pending<>(command);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(command, initialDelay, period, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody waits for a virtual task");
  }

  @Override
  public void shutdown() {
    stopped = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    stopped = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return stopped;
  }

  @Override
  public boolean isTerminated() {
    return stopped;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  /** Nobody waits for it, nobody cancels it. */
  private static final class Pending<V> extends FutureTask<V> implements ScheduledFuture<V> {
    Pending(Runnable command) {
      super(command, null);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
