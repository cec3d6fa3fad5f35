package org.concordat.agent.approval;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.protocol.v1.Approval;
import org.concordat.secureagg.Digest;

/**
 * The folder {@code inbox} of an agent's home: requests that wait for a person, one JSON file each
 * ({@code ID.request.json}) with the signed job ({@code ID.job}), and the answers to them, signed
 * ({@code ID.answer}). A consent that is taken back comes the same way ({@code ID.withdrawal}). The
 * folder is for its owner only. Files appear whole or not at all. What counts is what the agent
 * keeps in its state: it writes the requests anew when it starts, and an answer counts only once
 * the agent has checked its signature, its signer and what it is about.
 */
public final class Inbox {
  /** Payload type of the envelope in which an {@link Approval} is signed. */
  public static final String APPROVAL_TYPE = "job.approval";

  /** Payload type of the envelope in which a consent is taken back, an {@link Approval} too. */
  public static final String WITHDRAWAL_TYPE = "job.withdrawal";

  /** Characters of a comment. */
  public static final int MAX_COMMENT_CHARS = 500;

  /** Bytes of an answer. */
  static final int MAX_ANSWER_BYTES = 1 << 16;

  private static final String FOLDER = "inbox";
  private static final String REQUEST = ".request.json";
  private static final String JOB = ".job";
  private static final String ANSWER = ".answer";
  private static final String WITHDRAWAL = ".withdrawal";
  private static final String ASIDE = ".refused";
  private static final int MAX_REQUEST_BYTES = 1 << 22;

  private final Path folder;

  private Inbox(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the inbox of an agent, running or not; makes the folder (0700) where it is missing.
   *
   * @param home the agent's, as its file says
   * @throws InboxException if the folder cannot be made or others may enter it
   */
  public static Inbox open(Path home) {
    Path folder = home.resolve(FOLDER);
    try {
      if (!Files.isDirectory(home)) {
        throw new InboxException(home + " is no folder. Next: check 'home' in the agent's file");
      }
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      String given = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
      if (!given.endsWith("------")) {
        throw new InboxException(
            folder + " may be entered by others (" + given + "). Next: chmod 0700 " + folder);
      }
    } catch (IOException failure) {
      throw failed("opened", folder, failure);
    }
    return new Inbox(folder);
  }

  /**
   * Every request that is kept, oldest first: the open ones and the last that were closed.
   *
   * @throws InboxException naming a file that cannot be read
   */
  public List<Request> list() {
    List<Request> found = new ArrayList<>();
    for (Path file : files(REQUEST)) {
      try {
        found.add(Request.ofJson(read(file, MAX_REQUEST_BYTES)));
      } catch (NoSuchFileException gone) {
        continue; // the agent removed it while this was listing
      } catch (IOException damaged) {
        throw new InboxException(
            file + " is no request. Next: restart the agent, which writes it anew", damaged);
      }
    }
    found.sort(Comparator.comparing(Request::created).thenComparing(Request::id));
    return found;
  }

  /**
   * The signed job that a request is about, as long as it is shown; empty where its file is gone or
   * is not the one that the request names by digest.
   */
  public Optional<byte[]> job(Request request) {
    try {
      byte[] sealed = read(file(request.id(), JOB), MAX_REQUEST_BYTES);
      return Digest.sha256(sealed).hex().equals(request.specDigest())
          ? Optional.of(sealed)
          : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** A request by its id, or the newest of a job, an open one before closed ones. */
  public Optional<Request> find(String idOrJob) {
    return list().stream()
        .filter(request -> request.id().equals(idOrJob) || request.job().equals(idOrJob))
        .max(Comparator.comparing(Request::isOpen).thenComparing(Request::created));
  }

  /**
   * What an approver signs: seal its bytes as {@link #APPROVAL_TYPE} with the approver's identity
   * key, then {@link #answer}.
   *
   * @param comment for the log, may be empty
   * @throws InboxException if the comment is longer than 500 characters
   */
  public static Approval approval(Request request, boolean accepted, String comment, Instant at) {
    requireShort(comment);
    return Approval.newBuilder()
        .setSite(request.site())
        .setRequest(request.id())
        .setJob(request.job())
        .setSpecDigest(bytes(request.specDigest()))
        .setDataSetDigest(bytes(request.dataSetDigest()))
        .setAccepted(accepted)
        .setComment(comment)
        .setUnixMillis(at.toEpochMilli())
        .build();
  }

  /**
   * Puts an answer where the agent finds it, within a second if it runs. Durable when it returns;
   * whether it counts, {@link #find} tells once the agent has looked.
   *
   * @param sealedApproval a signed envelope of {@link #approval}
   * @throws InboxException if the request is closed, or an answer waits already
   */
  public void answer(Request request, byte[] sealedApproval) {
    Path file = file(request.id(), ANSWER);
    Request now =
        find(request.id())
            .orElseThrow(
                () ->
                    new InboxException(
                        "there is no request %s here any more. Next: list the requests again"
                            .formatted(request.id())));
    if (!now.isOpen()) {
      throw new InboxException(
          "request %s is %s already%s: a request is answered once"
              .formatted(
                  now.id(),
                  now.state(),
                  now.decidedBy().isEmpty() ? "" : ", by " + now.decidedBy()));
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new InboxException(
          "an answer to request %s waits already. Next: start the agent, which reads it"
              .formatted(now.id()));
    }
    if (sealedApproval.length > MAX_ANSWER_BYTES) {
      throw new InboxException(
          "an answer of " + sealedApproval.length + " bytes: at most " + MAX_ANSWER_BYTES);
    }
    write(file, sealedApproval);
  }

  /**
   * What somebody signs who takes a site's consent to a job back: seal its bytes as {@link
   * #WITHDRAWAL_TYPE}, then {@link #withdraw}.
   *
   * @param comment for the log, may be empty
   * @throws InboxException if the comment is longer than 500 characters
   */
  public static Approval withdrawal(String site, String job, String comment, Instant at) {
    requireShort(comment);
    return Approval.newBuilder()
        .setSite(site)
        .setJob(job)
        .setComment(comment)
        .setUnixMillis(at.toEpochMilli())
        .build();
  }

  private static void requireShort(String comment) {
    if (comment.length() > MAX_COMMENT_CHARS) {
      throw new InboxException(
          "the comment has %s characters. Next: say it in at most %s"
              .formatted(comment.length(), MAX_COMMENT_CHARS));
    }
  }

  /**
   * Puts a withdrawal where the agent finds it, within a second if it runs, else when it starts.
   * Durable when it returns. One that waits already is replaced.
   */
  public void withdraw(String job, byte[] sealedWithdrawal) {
    write(file(idOf(job), WITHDRAWAL), sealedWithdrawal);
  }

  /** Whether a withdrawal of the job waits for the agent. */
  public boolean waits(String job) {
    return Files.exists(file(idOf(job), WITHDRAWAL), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether the last withdrawal of the job did not count. */
  public boolean wasSetAside(String job) {
    return Files.exists(file(idOf(job), WITHDRAWAL + ASIDE), LinkOption.NOFOLLOW_LINKS);
  }

  private static String idOf(String job) {
    return Digest.sha256(job.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
  }

  // --- the agent's side

  /** Shows a request as it is now. */
  void show(Request request) {
    write(file(request.id(), REQUEST), request.toJson());
  }

  /** Shows the signed job that a request is about. */
  void showJob(String id, byte[] sealedSpec) {
    write(file(id, JOB), sealedSpec);
  }

  /** No longer shows a request. */
  void forget(String id) {
    delete(file(id, JOB));
    delete(file(id, REQUEST));
    delete(file(id, ANSWER));
    delete(file(id, ASIDE));
  }

  /** Answers that wait, by request; one that cannot be read or is too long is empty. */
  Map<String, byte[]> answers() {
    return signed(ANSWER);
  }

  /**
   * Withdrawals that wait, by their files' ids; one that cannot be read or is too long is empty.
   */
  Map<String, byte[]> withdrawals() {
    return signed(WITHDRAWAL);
  }

  private Map<String, byte[]> signed(String ending) {
    Map<String, byte[]> found = new TreeMap<>();
    for (Path file : files(ending)) {
      String name = String.valueOf(file.getFileName());
      byte[] content = new byte[0];
      try {
        content = read(file, MAX_ANSWER_BYTES);
      } catch (IOException unreadable) {
        // refused as what it is: no signed envelope
      }
      found.put(name.substring(0, name.length() - ending.length()), content);
    }
    return found;
  }

  /** Ids of the requests that are shown. */
  List<String> shown() {
    return files(REQUEST).stream()
        .map(file -> String.valueOf(file.getFileName()))
        .map(name -> name.substring(0, name.length() - REQUEST.length()))
        .toList();
  }

  /** Removes an answer that counted. */
  void taken(String id) {
    delete(file(id, ANSWER));
  }

  /** Moves an answer that does not count aside; the one before is replaced. */
  void setAside(String id) {
    move(file(id, ANSWER), file(id, ASIDE));
  }

  /** Removes a withdrawal that counted. */
  void withdrawn(String id) {
    delete(file(id, WITHDRAWAL + ASIDE)); // first: who waits for the other looks at this one next
    delete(file(id, WITHDRAWAL));
  }

  /** Moves a withdrawal that does not count aside; the one before is replaced. */
  void setWithdrawalAside(String id) {
    move(file(id, WITHDRAWAL), file(id, WITHDRAWAL + ASIDE));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw failed("moved", from, failure);
    }
  }

  private List<Path> files(String ending) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, file -> isOurs(file, ending))) {
      entries.forEach(found::add);
    } catch (IOException failure) {
      throw failed("read", folder, failure);
    }
    return found;
  }

  private static boolean isOurs(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(ending)
        && isId(name.substring(0, name.length() - ending.length()))
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isId(String text) {
    return text.matches("[0-9a-f]{32}");
  }

  private Path file(String id, String ending) {
    if (!isId(id)) {
      throw new InboxException("a request's id is 32 hex digits. Next: list the requests again");
    }
    return folder.resolve(id + ending);
  }

  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw new IOException("more than " + most + " bytes");
      }
      return content;
    }
  }

  /** Whole or not at all, for the owner only, durable when it returns. */
  private void write(Path file, byte[] content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException failure) {
      throw failed("written", file, failure);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw failed("removed", file, failure);
    }
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static InboxException failed(String what, Path path, IOException failure) {
    return new InboxException(
        "%s cannot be %s (%s: %s). Next: check its permissions and the free space"
            .formatted(path, what, failure.getClass().getSimpleName(), failure.getMessage()),
        failure);
  }
}
