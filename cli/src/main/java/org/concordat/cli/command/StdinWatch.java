package org.concordat.cli.command;

import java.io.IOException;

/**
 * Ends this process when its stdin closes: children of the demo die with it, even after a kill -9.
 */
final class StdinWatch {
  private StdinWatch() {}

  static void start() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nothing is said on it; only its end matters
                }
              } catch (IOException closed) {
                // as good as its end
              }
              Runtime.getRuntime().exit(0);
            },
            "stdin-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
