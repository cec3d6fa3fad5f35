package org.concordat.agent.session;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.concordat.certs.CertsException;
import org.concordat.certs.PeerRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no session, in the words of somebody who can do something about it. The TLS stack
 * wraps its causes in words of its own ("General OpenSslEngine problem", a pipeline of handlers):
 * what is told is the cause and the way out.
 */
public final class Reasons {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
  private static final String NOT_TLS = "NotSslRecordException";

  private Reasons() {}

  /** Of a call or a connection that failed, one line. */
  public static String of(Throwable failure, Clock clock) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String named = named(at, clock);
      if (named != null) {
        return named;
      }
    }
    Status status = Status.fromThrowable(failure);
    return status(status, innermost(status));
  }

  /** Whether two reasons differ in nothing but the times in them: then it is told once. */
  public static boolean same(String reason, String other) {
    return TIME.matcher(reason).replaceAll("").equals(TIME.matcher(other).replaceAll(""));
  }

  private static @Nullable String named(Throwable at, Clock clock) {
    String said = String.valueOf(at.getMessage());
    if (at instanceof CertsException own) {
      return "this site's own certificate cannot be used: " + own.getMessage();
    }
    if (at instanceof CertificateException) {
      return "the server's certificate is refused: " + said + ". " + wayOut(at, clock);
    }
    if (at.getClass().getSimpleName().equals(NOT_TLS)) {
      return "what listens at the coordinator's address does not speak TLS: it is no coordinator."
          + " Next: check coordinator.address";
    }
    if (at instanceof SSLException && said.toUpperCase(Locale.ROOT).contains("ALERT")) {
      return ("the coordinator does not accept this site's certificate (check this machine's"
              + " clock, which says %s, and that the roster in force lists this site; the"
              + " coordinator's log says why): %s")
          .formatted(now(clock), firstLine(said));
    }
    if (at instanceof UnknownHostException) {
      return "the coordinator's host is unknown (" + said + "). Next: check coordinator.address";
    }
    if (at instanceof ConnectException || at instanceof NoRouteToHostException) {
      return "the coordinator does not answer ("
          + firstLine(said)
          + "). Next: check that it runs, coordinator.address, and the way out of this network";
    }
    if (at instanceof OutOfMemoryError) {
      return "this agent is out of memory (%s). Next: give it a larger heap (CONCORDAT_HEAP)"
          .formatted(said);
    }
    return at instanceof IOException ? ofTheSystem(said) : null;
  }

  private static String wayOut(Throwable at, Clock clock) {
    if (at instanceof PeerRefusedException refused
        && refused.reason() == PeerRefusedException.Reason.CRL_ENDED) {
      return "Next: nothing here, once that list is with the coordinator; or put it into this"
          + " agent's home as crl.pem";
    }
    boolean isOfTime =
        at instanceof PeerRefusedException refused
            && (refused.reason() == PeerRefusedException.Reason.EXPIRED
                || refused.reason() == PeerRefusedException.Reason.NOT_YET_VALID);
    return isOfTime
        ? ("Next: compare this machine's clock (%s) with the coordinator's; if both are"
                + " right, the coordinator's certificate is to be renewed")
            .formatted(now(clock))
        : "Next: check coordinator.address, and that the genesis is this alliance's";
  }

  private static @Nullable String ofTheSystem(String said) {
    if (said.contains("Too many open files")) {
      return "this agent has no file descriptor left. Next: raise 'ulimit -n' and restart it";
    }
    if (said.contains("No space left")) {
      return "the disk is full. Next: make room below the agent's home";
    }
    return null;
  }

  private static String status(Status status, String said) {
    return switch (status.getCode()) {
      case UNKNOWN, INTERNAL ->
          "the coordinator failed, or what answers is none (" + said + "). Next: its log says why";
      case UNAVAILABLE -> "the connection to the coordinator broke (" + said + ")";
      case RESOURCE_EXHAUSTED -> "the coordinator refuses more at the moment (" + said + ")";
      default -> said;
    };
  }

  /** The innermost cause that says anything. */
  private static String innermost(Status status) {
    String best =
        status.getDescription() == null
            ? status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ')
            : firstLine(status.getDescription());
    for (Throwable at = status.getCause(); at != null; at = at.getCause()) {
      if (at.getMessage() != null) {
        best = firstLine(at.getMessage());
      } else if (at.getClass().getSimpleName().contains("ClosedChannel")) {
        best = "it was closed";
      }
    }
    return best;
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static String now(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
