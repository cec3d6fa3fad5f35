package org.concordat.coordinator.round;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Two steps that wait for the disk, at the same time. */
final class Meanwhile {
  private Meanwhile() {}

  /**
   * Returns when both have ended, and throws what one of them threw.
   *
   * @param name of the thread that the first step has to itself; the second one runs on this thread
   */
  static void both(String name, Runnable first, Runnable second) {
    FutureTask<Boolean> other = new FutureTask<>(first, true);
    new Thread(other, name).start();
    try {
      second.run();
    } finally {
      await(other);
    }
  }

  /** Also where this thread is interrupted: the other step is not to go on alone. */
  private static void await(FutureTask<Boolean> step) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          step.get();
          return;
        } catch (InterruptedException stopping) {
          interrupted = true;
        }
      }
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(failure.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
