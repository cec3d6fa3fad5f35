package org.concordat.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port of this machine that leads to another one, until it is cut: then it leads nowhere. */
public final class Cable implements AutoCloseable {
  private final ServerSocket end;
  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  Cable(int to) throws IOException {
    this.to = to;
    this.end = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public int port() {
    return end.getLocalPort();
  }

  /** Cuts it, connections under way too, or mends it. */
  public void setCut(boolean is) {
    cut = is;
    if (is) {
      open.forEach(Cable::close);
      open.clear();
    }
  }

  private void accept() {
    while (!end.isClosed()) {
      try {
        Socket near = end.accept();
        if (cut) {
          close(near);
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(near);
        open.add(far);
        daemon(() -> carry(near, far));
        daemon(() -> carry(far, near));
      } catch (IOException over) {
        // the end was closed, or nobody is there
      }
    }
  }

  private void carry(Socket from, Socket into) {
    try (InputStream in = from.getInputStream();
        OutputStream out = into.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException over) {
      // either side has gone
    }
    close(from);
    close(into);
    open.remove(from);
    open.remove(into);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "cable");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // it is closed
    }
  }

  @Override
  public void close() {
    setCut(true);
    try {
      end.close();
    } catch (IOException gone) {
      // it is closed
    }
  }
}
