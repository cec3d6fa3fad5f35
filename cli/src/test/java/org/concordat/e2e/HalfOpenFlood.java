package org.concordat.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Assumptions;

/**
 * Strangers from eight addresses that connect and go no further: a third says nothing, a third half
 * of a ClientHello, a third a whole one, for which the server signs. So many are held, and a new
 * one is opened for each that is let go of.
 */
final class HalfOpenFlood implements AutoCloseable {
  private static final int ADDRESSES = 8;
  private static final int FIRST_ADDRESS = 11;

  /** An attacker is limited too, or it would be the test that is slow. */
  private static final long PAUSE_MILLIS = 1;

  private final InetSocketAddress target;
  private final int held;
  private final byte[] hello;
  private final Deque<SocketChannel> open = new ArrayDeque<>();
  private final AtomicLong opened = new AtomicLong();
  private final Thread thread = new Thread(this::run, "flood");
  private volatile boolean ending;

  HalfOpenFlood(int port, int held) throws Exception {
    this.target = new InetSocketAddress("127.0.0.1", port);
    this.held = held;
    this.hello = hello();
    thread.start();
    long end = System.nanoTime() + 60_000_000_000L;
    while (opened.get() < held && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    Assumptions.assumeTrue(opened.get() >= held, "this machine could not open " + held);
  }

  long opened() {
    return opened.get();
  }

  private static byte[] hello() throws Exception {
    SSLContext anybody = SSLContext.getInstance("TLSv1.3");
    anybody.init(null, null, null);
    SSLEngine engine = anybody.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer wrapped = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), wrapped);
    byte[] bytes = new byte[wrapped.position()];
    wrapped.flip().get(bytes);
    return bytes;
  }

  private void run() {
    for (int i = 0; !ending; i++) {
      try {
        SocketChannel channel = SocketChannel.open();
        open.add(channel);
        InetAddress from = InetAddress.getByName("127.0.0." + (FIRST_ADDRESS + i % ADDRESSES));
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(target);
        int length = i / ADDRESSES % 3 * hello.length / 2;
        channel.write(ByteBuffer.wrap(hello, 0, length));
      } catch (IOException turnedAway) {
        // as it should be
      }
      opened.incrementAndGet();
      while (open.size() > held) {
        close(open.remove());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException gone) {
      // it was reset
    }
  }

  @Override
  public void close() throws InterruptedException {
    ending = true;
    thread.join();
    open.forEach(HalfOpenFlood::close);
  }
}
