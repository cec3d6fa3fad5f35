package org.concordat.cli.text;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.concordat.certs.CertsException;
import org.concordat.certs.PeerRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection to the coordinator came about. The TLS stack wraps its causes in words of its
 * own ("General OpenSslEngine problem", a pipeline of handlers): what is told here is the cause.
 */
final class Unreachable {
  private static final String NOT_TLS = "NotSslRecordException";
  private static final String RUNNING =
      "check the address, and that 'concordat coordinator start' runs there";

  private Unreachable() {}

  static Failure of(StatusRuntimeException thrown) {
    for (Throwable at = thrown.getCause(); at != null; at = at.getCause()) {
      Failure named = named(at, thrown);
      if (named != null) {
        return named;
      }
    }
    return new Failure(
        ExitCode.UNAVAILABLE,
        "the coordinator cannot be reached: " + innermost(thrown),
        RUNNING,
        thrown);
  }

  private static @Nullable Failure named(Throwable at, StatusRuntimeException thrown) {
    String said = String.valueOf(at.getMessage());
    if (at instanceof PeerRefusedException refused) {
      return refused(refused, thrown);
    }
    if (at instanceof CertsException own) {
      return new Failure(
          ExitCode.CONFLICT,
          "your own certificate cannot be used: " + own.getMessage(),
          "",
          thrown);
    }
    if (at instanceof CertificateException) {
      return new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the server's certificate was refused: " + said,
          "check the address, and that your genesis is this alliance's",
          thrown);
    }
    if (at.getClass().getSimpleName().equals(NOT_TLS)) {
      return new Failure(
          ExitCode.VERIFICATION_FAILED,
          "what listens at that address does not speak TLS: it is no coordinator",
          RUNNING,
          thrown);
    }
    if (at instanceof SSLException && said.toUpperCase(Locale.ROOT).contains("ALERT")) {
      return alert(said.toUpperCase(Locale.ROOT), thrown);
    }
    if (at instanceof UnknownHostException) {
      return new Failure(
          ExitCode.UNAVAILABLE,
          "the coordinator's host is unknown: " + said,
          "check the address",
          thrown);
    }
    if (at instanceof ConnectException) {
      return new Failure(
          ExitCode.UNAVAILABLE, "the coordinator cannot be reached: " + said, RUNNING, thrown);
    }
    if (at instanceof IOException && said.contains("Too many open files")) {
      return new Failure(
          ExitCode.UNAVAILABLE,
          "this process has no file descriptor left: " + said,
          "raise 'ulimit -n'",
          thrown);
    }
    return null;
  }

  private static Failure refused(PeerRefusedException refused, StatusRuntimeException thrown) {
    String next =
        switch (refused.reason()) {
          case EXPIRED, NOT_YET_VALID ->
              "compare this machine's clock and the coordinator's; if both are right, the"
                  + " coordinator's certificate is to be renewed";
          case UNKNOWN_AUTHORITY, CHAIN_LENGTH ->
              "check the address, and that your genesis is this alliance's";
          default -> "check the address: it must be the coordinator of the pinned genesis";
        };
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "the server's certificate was refused: " + refused.getMessage(),
        next,
        thrown);
  }

  /** What the coordinator says about this side's certificate (RFC 8446 section 6.2). */
  private static Failure alert(String said, StatusRuntimeException thrown) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    if (said.contains("EXPIRED") || said.contains("BAD_CERTIFICATE")) {
      return new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the coordinator says that your certificate is "
              + (said.contains("EXPIRED") ? "over" : "not valid (yet)")
              + "; by this machine's clock it is "
              + now,
          "compare this machine's clock and the coordinator's, whose log has both times",
          thrown);
    }
    if (said.contains("UNKNOWN_CA")) {
      return new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the coordinator does not know the authority of your certificate",
          "check that your home and your genesis are of the coordinator's alliance",
          thrown);
    }
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "the coordinator does not accept your certificate",
        "check that the roster in force lists you in that role, and this machine's clock ("
            + now
            + "); the coordinator's log says why",
        thrown);
  }

  /** The innermost cause that says anything, in one line. */
  private static String innermost(StatusRuntimeException thrown) {
    String description = thrown.getStatus().getDescription();
    String best =
        description == null ? thrown.getStatus().getCode().name() : firstLine(description);
    for (Throwable at = thrown.getCause(); at != null; at = at.getCause()) {
      if (at.getMessage() != null) {
        best = firstLine(at.getMessage());
      } else if (at.getCause() == null) {
        best = inWords(at);
      }
    }
    return best;
  }

  private static String inWords(Throwable at) {
    return at.getClass().getSimpleName().contains("ClosedChannel")
        ? "the connection was closed before a handshake"
        : at.getClass().getSimpleName();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
