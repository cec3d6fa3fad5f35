package org.concordat.simulation;

/** A process that can be killed, and started again over what its disk holds. */
interface Node {
  String name();

  /** Its present life, or the last one. */
  Life life();

  MemoryDisk disk();

  /** Begins a new life. */
  void start();
}
