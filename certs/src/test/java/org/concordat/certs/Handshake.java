package org.concordat.certs;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Mutual TLS 1.3 with the JDK's provider: over loopback TCP, and between two engines. */
final class Handshake implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SSLContext server;
  private final SSLServerSocket listener;
  private final ExecutorService worker = Executors.newSingleThreadExecutor();

  Handshake(TlsIdentity identity, Set<X509Certificate> roots, Supplier<Roster> roster)
      throws Exception {
    server = context(identity, roots, roster);
    listener =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(true);
    listener.setSoTimeout(TIMEOUT_MILLIS);
  }

  static SSLContext context(
      TlsIdentity identity, Set<X509Certificate> roots, Supplier<Roster> roster) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new KeyManager[] {identity.keyManager()},
        new TrustManager[] {new AllianceTrustManager(roots, roster, Clock.systemUTC())},
        null);
    // Above a week the JDK issues no ticket: resumption would skip the trust manager.
    context.getClientSessionContext().setSessionTimeout(604_801);
    context.getServerSessionContext().setSessionTimeout(604_801);
    return context;
  }

  /** Sends one byte both ways; returns what each side saw of the other. */
  Seen connect(SSLContext client, String serverName, boolean identify) throws Exception {
    Future<List<X509Certificate>> accepted = worker.submit(accept());
    List<X509Certificate> presented;
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        SSLSocket socket =
            (SSLSocket)
                client.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true)) {
      presented = exchange(socket, identify);
    } catch (Exception e) {
      accepted.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      throw e;
    }
    // Only now: closing, the server waits for the client's close_notify.
    return new Seen(presented, accepted.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static List<X509Certificate> exchange(SSLSocket socket, boolean identify)
      throws Exception {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    if (identify) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    socket.getOutputStream().write(7);
    socket.getOutputStream().flush();
    if (socket.getInputStream().read() != 8) {
      throw new IllegalStateException("the server ended the connection");
    }
    return certificates(socket.getSession().getPeerCertificates());
  }

  record Seen(List<X509Certificate> server, List<X509Certificate> client) {}

  private Callable<List<X509Certificate>> accept() {
    return () -> {
      try (SSLSocket socket = (SSLSocket) listener.accept()) {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        if (socket.getInputStream().read() != 7) {
          return List.of();
        }
        socket.getOutputStream().write(8);
        socket.getOutputStream().flush();
        return certificates(socket.getSession().getPeerCertificates());
      } catch (java.io.IOException e) {
        return List.of(); // The client's exception is what the test looks at.
      }
    };
  }

  /** Handshake between two engines, as gRPC does it; throws what either side throws. */
  static void engines(SSLContext server, SSLContext client, String serverName) throws Exception {
    SSLEngine serverSide = server.createSSLEngine();
    serverSide.setUseClientMode(false);
    serverSide.setNeedClientAuth(true);
    SSLEngine clientSide = client.createSSLEngine(serverName, 443);
    clientSide.setUseClientMode(true);
    SSLParameters parameters = clientSide.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    clientSide.setSSLParameters(parameters);
    ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
    ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
    for (int i = 0; i < 50 && !(finished(serverSide) && finished(clientSide)); i++) {
      step(clientSide, toServer, toClient);
      step(serverSide, toClient, toServer);
    }
    if (!finished(serverSide) || !finished(clientSide)) {
      throw new IllegalStateException("the handshake did not end");
    }
  }

  private static boolean finished(SSLEngine engine) {
    return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
        && engine.getSession().isValid()
        && !"NONE".equals(engine.getSession().getProtocol());
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
    ByteBuffer none = ByteBuffer.allocate(64 << 10);
    engine.wrap(ByteBuffer.allocate(0), out);
    runTasks(engine);
    in.flip();
    while (in.hasRemaining()) {
      int before = in.remaining();
      engine.unwrap(in, none);
      runTasks(engine);
      if (in.remaining() == before) {
        break;
      }
    }
    in.compact();
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private static List<X509Certificate> certificates(Certificate[] chain) {
    return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
  }

  @Override
  public void close() throws Exception {
    worker.shutdownNow();
    listener.close();
  }
}
