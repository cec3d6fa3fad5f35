package org.concordat.agent.session;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** Why there is no session, in the words of somebody who can do something about it. */
final class Reasons {
  private Reasons() {}

  static String of(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String said =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    for (Throwable at = status.getCause(); at != null; at = at.getCause()) {
      if (at instanceof CertificateException) {
        return "the server's certificate is refused: "
            + at.getMessage()
            + " (check coordinator.address, and this machine's clock)";
      }
      if (at instanceof SSLException && String.valueOf(at.getMessage()).contains("ALERT")) {
        return "the coordinator does not accept this site's certificate (check this machine's"
            + " clock, and that the roster in force lists this site; the coordinator's log says"
            + " why): "
            + at.getMessage();
      }
      if (at instanceof ConnectException) {
        return "the coordinator does not answer (" + at.getMessage() + ")";
      }
      if (at instanceof UnknownHostException) {
        return "the coordinator's host is unknown (" + at.getMessage() + ")";
      }
    }
    Throwable cause = status.getCause();
    return cause == null ? said : said + " (" + cause.getMessage() + ")";
  }
}
