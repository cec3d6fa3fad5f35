package org.concordat.cli.text;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.concordat.agent.approval.InboxException;
import org.concordat.agent.data.InvalidDataException;
import org.concordat.agent.site.MisconfiguredException;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.LogDamagedException;
import org.concordat.auditlog.LogLockedException;
import org.concordat.auditlog.LogMissingException;
import org.concordat.auditlog.LogRolledBackException;
import org.concordat.auditlog.MalformedEntryException;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.SignatureRefusedException;
import org.concordat.certs.CertsException;
import org.concordat.certs.InvalidGenesisException;
import org.concordat.certs.InvalidInvitationException;
import org.concordat.certs.InvalidRequestException;
import org.concordat.certs.InvalidSignatureException;
import org.concordat.certs.IssuanceRefusedException;
import org.concordat.certs.KeyFileException;
import org.concordat.certs.MalformedDocumentException;
import org.concordat.certs.QuorumNotReachedException;
import org.concordat.certs.RosterChangeException;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.iam.Site.IncompleteSiteException;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.store.StoreException;

/** The one place where exceptions and gRPC statuses become exit codes. */
public final class Failures {
  private static final String SEE_MESSAGE = "";
  private static final String NEXT = ". Next: ";

  private Failures() {}

  /** What to tell, and with which code to exit. */
  public static Failure of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    if (cause instanceof Failure failure) {
      return failure;
    }
    if (cause instanceof StatusRuntimeException status) {
      return ofStatus(status);
    }
    if (cause instanceof InvalidGenesisException genesis
        && genesis.problem().startsWith("cannot read")) {
      return new Failure(
          genesis.problem().endsWith("there is no such file")
              ? ExitCode.NOT_FOUND
              : ExitCode.CONFIGURATION,
          genesis.problem(),
          "check the path of the genesis",
          cause);
    }
    if (cause instanceof InvalidConfigurationException wrong
        && wrong.problems().stream().anyMatch(problem -> Files.notExists(problem.file()))) {
      return new Failure(ExitCode.NOT_FOUND, message(cause), "check the path", cause);
    }
    if (cause instanceof LogMissingException) {
      return new Failure(
          ExitCode.NOT_FOUND,
          message(cause),
          "name the coordinator's audit-log folder, or a whole copy of it",
          cause);
    }
    if (cause instanceof LogDamagedException) {
      return new Failure(
          ExitCode.VERIFICATION_FAILED,
          message(cause),
          "copy the log again with its coordinator stopped; if it stays so, keep both copies: it was"
              + " changed",
          cause);
    }
    Optional<ExitCode> known = knownCode(cause);
    if (known.isPresent()) {
      return withNext(known.get(), message(cause), cause);
    }
    if (cause instanceof IOException io) {
      return ofIo(io);
    }
    if (cause instanceof InterruptedException) {
      return new Failure(ExitCode.INTERRUPTED, "interrupted", SEE_MESSAGE, cause);
    }
    if (cause instanceof IllegalArgumentException) {
      return withNext(ExitCode.USAGE, message(cause), cause);
    }
    return new Failure(
        ExitCode.INTERNAL,
        "unexpected " + cause.getClass().getSimpleName() + ": " + cause.getMessage(),
        "run it again with -v, and report the stack trace that it then prints",
        cause);
  }

  /** Some messages of other modules end with the way out. */
  private static Failure withNext(ExitCode code, String message, Throwable cause) {
    int at = message.lastIndexOf(NEXT);
    return at < 0
        ? new Failure(code, message, next(code), cause)
        : new Failure(
            code,
            message.substring(0, at),
            message.substring(at + NEXT.length()).replaceFirst("\\.$", ""),
            cause);
  }

  /** What to do where nothing better is known. */
  private static String next(ExitCode code) {
    return switch (code) {
      case CONFIGURATION -> "correct what is named, and run it again";
      case VERIFICATION_FAILED -> "do not use it; get it again from whoever made it";
      case CONFLICT -> "look at what is there before you go on";
      case UNAVAILABLE -> "try again; -v says more";
      case NOT_FOUND -> "the 'list' command of the same group names those that there are";
      case USAGE -> "--help shows options and an example";
      default -> SEE_MESSAGE;
    };
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable at = thrown;
    while (at.getCause() != null
        && (at instanceof UncheckedIOException
            || at instanceof ExecutionException
            || at instanceof CompletionException)) {
      at = at.getCause();
    }
    return at;
  }

  private static Optional<ExitCode> knownCode(Throwable cause) {
    if (cause instanceof InvalidConfigurationException
        || cause instanceof InvalidPolicyException
        || cause instanceof IncompleteSiteException
        || cause instanceof KeyFileException
        || cause instanceof InvalidDataException
        || cause instanceof MisconfiguredException
        || cause instanceof TrainerFailedException
        || cause instanceof org.concordat.auditlog.KeyFileException) {
      return Optional.of(ExitCode.CONFIGURATION);
    }
    if (cause instanceof InvalidGenesisException
        || cause instanceof InvalidSignatureException
        || cause instanceof InvalidInvitationException
        || cause instanceof InvalidRequestException
        || cause instanceof MalformedDocumentException
        || cause instanceof LogRolledBackException
        || cause instanceof SignatureRefusedException
        || cause instanceof MalformedNoteException
        || cause instanceof MalformedEntryException
        || cause instanceof ProofRefusedException
        || cause instanceof StoreException.Altered) {
      return Optional.of(ExitCode.VERIFICATION_FAILED);
    }
    if (cause instanceof QuorumNotReachedException
        || cause instanceof RosterChangeException
        || cause instanceof IssuanceRefusedException
        || cause instanceof InboxException
        || cause instanceof LogLockedException
        || cause instanceof StoreException.InUse) {
      return Optional.of(ExitCode.CONFLICT);
    }
    if (cause instanceof CertsException || cause instanceof StoreException.TooNew) {
      return Optional.of(ExitCode.CONFIGURATION);
    }
    if (cause instanceof AuditLogException || cause instanceof StoreException) {
      return Optional.of(ExitCode.UNAVAILABLE);
    }
    return Optional.empty();
  }

  private static Failure ofStatus(StatusRuntimeException thrown) {
    Status status = thrown.getStatus();
    String said =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    switch (status.getCode()) {
      case PERMISSION_DENIED:
        return new Failure(ExitCode.DENIED, said, "the denial is in the audit log", thrown);
      case UNAUTHENTICATED:
        return said.contains(NEXT)
            ? withNext(ExitCode.DENIED, said, thrown)
            : new Failure(
                ExitCode.DENIED,
                said,
                "ask a member administrator whether the roster in force lists you",
                thrown);
      case NOT_FOUND:
        return withNext(ExitCode.NOT_FOUND, said, thrown);
      case ALREADY_EXISTS:
      case FAILED_PRECONDITION:
      case ABORTED:
        return withNext(ExitCode.CONFLICT, said, thrown);
      case INVALID_ARGUMENT:
      case OUT_OF_RANGE:
        return withNext(ExitCode.CONFIGURATION, said, thrown);
      case DATA_LOSS:
        return new Failure(
            ExitCode.VERIFICATION_FAILED,
            said,
            "tell its operator; a released model is at the members, and with whoever exported it",
            thrown);
      case UNAVAILABLE:
        return Unreachable.of(thrown);
      case DEADLINE_EXCEEDED:
      case RESOURCE_EXHAUSTED:
        return said.contains(NEXT)
            ? withNext(ExitCode.UNAVAILABLE, said, thrown)
            : new Failure(ExitCode.UNAVAILABLE, said, "try again later", thrown);
      case CANCELLED:
        return Thread.currentThread().isInterrupted()
            ? new Failure(ExitCode.INTERRUPTED, "interrupted", SEE_MESSAGE, thrown)
            : new Failure(
                ExitCode.UNAVAILABLE,
                "the coordinator ended the call: " + said,
                "it may be restarting: try again",
                thrown);
      default:
        return new Failure(
            ExitCode.INTERNAL,
            said.equals(status.getCode().name())
                ? "the coordinator could not answer, and did not say why (" + said + ")"
                : said,
            "the coordinator's log says more; without descriptors, memory or disk it says so there",
            thrown);
    }
  }

  private static Failure ofIo(IOException io) {
    for (Throwable at = io; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return new Failure(
            ExitCode.CONFIGURATION,
            io.getMessage() + ": the host is unknown",
            "listen on an address of this machine, such as 127.0.0.1 or 0.0.0.0",
            io);
      }
      if (at instanceof BindException && String.valueOf(at.getMessage()).contains("assign")) {
        return new Failure(
            ExitCode.CONFIGURATION,
            io.getMessage() + ": it is no address of this machine",
            "listen on one that is, such as 127.0.0.1 or 0.0.0.0",
            io);
      }
      if (at instanceof BindException) {
        return new Failure(
            ExitCode.CONFLICT,
            io.getMessage() + " (" + at.getMessage() + ")",
            "stop whatever listens there, or choose another port (0 lets the system pick)",
            io);
      }
    }
    if (io instanceof NoSuchFileException missing) {
      return new Failure(
          ExitCode.NOT_FOUND, missing.getFile() + " does not exist", "check the path", io);
    }
    if (io instanceof FileAlreadyExistsException exists) {
      return new Failure(
          ExitCode.CONFLICT,
          exists.getFile() + " exists already",
          "choose another path; nothing is overwritten",
          io);
    }
    if (io instanceof AccessDeniedException denied) {
      return new Failure(
          ExitCode.CONFIGURATION,
          denied.getFile() + " may not be read or written",
          "check its owner and permissions",
          io);
    }
    if (io instanceof NotDirectoryException noDirectory) {
      return new Failure(
          ExitCode.CONFIGURATION,
          noDirectory.getFile() + " is not a directory",
          "check the path",
          io);
    }
    if (io instanceof FileSystemException refused) {
      String reason =
          refused.getReason() == null ? refused.getClass().getSimpleName() : refused.getReason();
      return new Failure(
          ExitCode.CONFIGURATION,
          refused.getFile() + ": " + reason,
          "check free space and permissions",
          io);
    }
    if ("Is a directory".equals(io.getMessage())) {
      // read(2) of a folder that was given for a file; the JDK does not name it
      return new Failure(
          ExitCode.CONFIGURATION,
          "what was given for a file is a directory",
          "give the path of the file in it",
          io);
    }
    return new Failure(ExitCode.UNAVAILABLE, message(io), "check the disk and the network", io);
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
