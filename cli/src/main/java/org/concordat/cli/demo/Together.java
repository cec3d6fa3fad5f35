package org.concordat.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things that are done at the same time. */
final class Together {
  /** One thing. */
  interface Task {
    void run() throws IOException, InterruptedException;
  }

  /** The same thing with each of several. */
  interface With<T> {
    void run(T item) throws IOException, InterruptedException;
  }

  private Together() {}

  static <T> void all(List<T> items, With<T> what) throws IOException, InterruptedException {
    List<Task> tasks = new ArrayList<>();
    items.forEach(item -> tasks.add(() -> what.run(item)));
    run(tasks);
  }

  /** Runs all at once and waits for all; the first failure is thrown. */
  static void run(List<Task> tasks) throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<Boolean>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  task.run();
                  return true;
                }));
      }
      for (Future<Boolean> future : running) {
        await(future);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(Future<Boolean> future) throws IOException, InterruptedException {
    try {
      future.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (failed.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a step of the demo failed", failed);
    }
  }
}
