package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.concordat.certs.Role;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.concordat.protocol.v1.OperationsGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberConnectionsTest {
  @TempDir Path directory;
  private final List<Duration> closed = new ArrayList<>();

  /** One that never goes away by itself must not take the places of all others. */
  @Test
  void aFewOfThoseTooManyAreToldSoAndTheRestAreClosedAtOnce() {
    List<X509Certificate> lyon = new Hearts(directory, Clock.systemUTC()).chain(Role.OPERATOR);
    MemberConnections connections =
        new MemberConnections(
            Limits.DEFAULT.with(Limit.CONNECTIONS_PER_MEMBER, 2),
            ca -> "lyon",
            (who, limit) -> {},
            (from, after) -> closed.add(after));
    List<Attributes> ready = new ArrayList<>();
    for (int port = 1; port <= 20; port++) {
      ready.add(connections.transportReady(connection(lyon, port)));
    }
    assertThat(closed).hasSize(18);
    assertThat(closed.subList(0, MemberConnections.FAREWELLS))
        .containsOnly(MemberConnections.FAREWELL);
    assertThat(closed.subList(MemberConnections.FAREWELLS, 18)).containsOnly(Duration.ZERO);

    closed.clear();
    connections.transportTerminated(ready.get(19)); // of those closed at once: frees nothing
    connections.transportReady(connection(lyon, 21));
    assertThat(closed).containsExactly(Duration.ZERO);
    connections.transportTerminated(ready.get(2)); // of those that were told
    connections.transportReady(connection(lyon, 22));
    connections.transportReady(connection(lyon, 23));
    assertThat(closed).containsExactly(Duration.ZERO, MemberConnections.FAREWELL, Duration.ZERO);
    connections.transportTerminated(ready.get(0)); // of those that came in
    connections.transportReady(connection(lyon, 24));
    assertThat(closed).hasSize(3);
  }

  private static Attributes connection(List<X509Certificate> chain, int port) {
    SocketAddress from = new InetSocketAddress("127.0.0.1", port);
    return new FakeCall<>(OperationsGrpc.getSubmitJobMethod(), chain)
        .getAttributes().toBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, from).build();
  }
}
