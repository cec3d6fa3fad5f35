package org.concordat.simulation;

/** One life of a process: what it has begun ends with it. */
final class Life {
  /** The network's and the world's own. */
  static final Life ALWAYS = new Life("the world");

  private final String who;
  private boolean ended;
  private int writesLeft = Integer.MAX_VALUE;
  private boolean beforeWrite;
  private long skewMillis;

  Life(String who) {
    this.who = who;
  }

  boolean alive() {
    return !ended;
  }

  void end() {
    ended = true;
  }

  long skewMillis() {
    return skewMillis;
  }

  /** The clock jumps. */
  void skew(long millis) {
    skewMillis = millis;
  }

  /**
   * Plans a kill.
   *
   * @param writes how many more writes to the disk are done
   * @param before whether the next one is lost; otherwise it is durable, and nobody hears of it
   */
  void killAfter(int writes, boolean before) {
    writesLeft = writes;
    beforeWrite = before;
  }

  /** Called before and after each write. */
  void write(Runnable change) {
    require();
    if (writesLeft == 0 && beforeWrite) {
      kill();
    }
    change.run();
    if (writesLeft == 0) {
      kill();
    }
    writesLeft--;
  }

  /** What a dead process does has no effect. */
  void require() {
    if (ended) {
      throw new Killed(who);
    }
  }

  private void kill() {
    ended = true;
    throw new Killed(who);
  }
}
