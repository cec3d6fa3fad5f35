package org.concordat.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cause by its name, with the way out; never the words of the stack alone. */
class ReasonsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-30T04:00:00Z"), ZoneOffset.UTC);

  /** As Netty throws it: no class of that name is on this module's class path. */
  private static final class NotSslRecordException extends SSLException {
    NotSslRecordException() {
      super("not an SSL/TLS record: 485454502f312e31");
    }
  }

  private static Throwable unavailable(Throwable cause) {
    return Status.UNAVAILABLE.withDescription("io exception").withCause(cause).asException();
  }

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(
            unavailable(
                new SSLHandshakeException("General OpenSslEngine problem")
                    .initCause(new CertificateException("ended 2026-11-29"))),
            "the server's certificate is refused: ended 2026-11-29"),
        Arguments.of(
            unavailable(new SSLHandshakeException("ERROR: SSLV3_ALERT_CERTIFICATE_EXPIRED")),
            "this machine's clock, which says 2026-11-30T04:00:00Z"),
        Arguments.of(unavailable(new NotSslRecordException()), "does not speak TLS"),
        Arguments.of(
            unavailable(new ConnectException("finishConnect(..) failed: Connection refused")),
            "does not answer (finishConnect(..) failed: Connection refused)"),
        Arguments.of(unavailable(new UnknownHostException("nowhere")), "host is unknown (nowhere)"),
        Arguments.of(
            unavailable(new IOException("socket(..) failed: Too many open files")),
            "no file descriptor left. Next: raise 'ulimit -n'"),
        Arguments.of(
            unavailable(new IOException("No space left on device")), "disk is full. Next:"),
        Arguments.of(
            unavailable(new OutOfMemoryError("Cannot reserve 4194304 bytes of direct buffer")),
            "out of memory"),
        Arguments.of(Status.UNKNOWN.asException(), "Next: its log says why"),
        Arguments.of(
            Status.UNAVAILABLE
                .withDescription("Connection closed\nChannel Pipeline: [..]")
                .asException(),
            "the connection to the coordinator broke (Connection closed)"),
        Arguments.of(
            Status.FAILED_PRECONDITION.withDescription("another genesis").asException(),
            "another genesis"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void eachIsNamed(Throwable failure, String says) {
    assertThat(Reasons.of(failure, CLOCK))
        .contains(says)
        .doesNotContain("\n")
        .doesNotContain("OpenSslEngine")
        .doesNotContain("UNKNOWN")
        .doesNotContain("null");
  }

  @Test
  void aReasonWithAnotherTimeIsTheSameAndIsToldOnce() {
    String told = "ended at 2026-12-01T10:40:45Z, and it is 2026-12-03T10:48:19.525399535Z";
    String again = "ended at 2026-12-01T10:40:45Z, and it is 2026-12-03T10:48:24Z";
    assertThat(Reasons.same(told, again)).isTrue();
    assertThat(Reasons.same(told, told + ". Next: set the clock")).isFalse();
    assertThat(Reasons.same("host is unknown (a)", "host is unknown (b)")).isFalse();
  }
}
