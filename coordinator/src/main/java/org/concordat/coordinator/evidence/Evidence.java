package org.concordat.coordinator.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.coordinator.intake.Uploads;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.JobRefusedException.Kind;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;

/** Records of rounds whose result is out, with their uploads, until enough later ones committed. */
public final class Evidence {
  /** Leaves that one call may ask for. */
  static final int MAX_LEAVES = 1024;

  private static final String ROUNDS = "evidence";
  private static final String ORDER = "evidence-order";

  private final Entries entries;
  private final Blobs blobs;
  private final Uploads uploads;
  private final JobBook book;
  private final AlliancePolicy policy;
  private final int keepRounds;

  /**
   * @param keepRounds committed rounds whose evidence stays, the newest
   */
  public Evidence(
      Entries entries,
      Blobs blobs,
      Uploads uploads,
      JobBook book,
      AlliancePolicy policy,
      int keepRounds) {
    this.entries = entries;
    this.blobs = blobs;
    this.uploads = uploads;
    this.book = book;
    this.policy = policy;
    this.keepRounds = keepRounds;
  }

  /** Keeps a round's record; durable when it returns. Again does nothing new. */
  public void keep(Round round) {
    RoundRecord record = round.server().record().orElseThrow();
    blobs.putNamed(recordName(round.stream()), record.encode());
    entries.put(ROUNDS, round.stream(), round.task().digest().bytes());
  }

  /** The round has committed: the oldest ones that are too many go, with their uploads. */
  public void committed(String stream) {
    List<String> order = new ArrayList<>(order());
    if (!order.contains(stream)) {
      order.add(stream);
    }
    while (order.size() > keepRounds) {
      forget(order.remove(0));
    }
    entries.put(ORDER, "", String.join("\n", order).getBytes(StandardCharsets.UTF_8));
  }

  private List<String> order() {
    return entries
        .get(ORDER, "")
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines().toList())
        .orElse(List.of());
  }

  private void forget(String stream) {
    entries.get(ROUNDS, stream).ifPresent(task -> uploads.release(new Digest(task)));
    record(stream)
        .map(record -> Result.decode(record.result().toArray()).sumRoot())
        .ifPresent(root -> blobs.erase(RoundWork.sumName(root)));
    blobs.erase(recordName(stream));
    entries.apply(List.of(new Entries.Delete(ROUNDS, stream)));
  }

  /** The file with a round's record. */
  Path recordFile(String job, long round) throws JobRefusedException {
    return kept(job, round, blobs.namedPath(recordName(Round.stream(job, round - 1))));
  }

  /** The file with a round's sum. */
  Path sumFile(String job, long round) throws JobRefusedException {
    Digest root = Result.decode(needRecord(job, round).result().toArray()).sumRoot();
    return kept(job, round, blobs.namedPath(RoundWork.sumName(root)));
  }

  private RoundRecord needRecord(String job, long round) throws JobRefusedException {
    recordFile(job, round);
    return record(Round.stream(job, round - 1)).orElseThrow();
  }

  private Optional<RoundRecord> record(String stream) {
    try {
      Path file = blobs.namedPath(recordName(stream));
      return Files.exists(file)
          ? Optional.of(RoundRecord.decode(Files.readAllBytes(file)))
          : Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Path kept(String job, long round, Path file) throws JobRefusedException {
    if (!Files.exists(file)) {
      throw new JobRefusedException(
          Kind.NOT_FOUND,
          ("nothing is kept of round %d of job '%s': it has no result yet, or %d later rounds have"
                  + " committed ('rounds.keep-evidence-rounds' in the coordinator's file)")
              .formatted(round, job, keepRounds));
    }
    return file;
  }

  /**
   * Whether the policy lets the caller hold leaves of the survivors' uploads; a denial is logged.
   * On the mailbox thread.
   *
   * @throws JobRefusedException FORBIDDEN with the policy's explanation
   */
  void requireAllowed(String caller, String jobId, long round) throws JobRefusedException {
    Job job =
        book.find(jobId)
            .orElseThrow(
                () -> new JobRefusedException(Kind.NOT_FOUND, "no job is named '" + jobId + "'"));
    Leaves leaves = new Leaves(needRecord(jobId, round));
    String denial =
        policy.denialOfLeaves(job.spec(), leaves.members(), caller, Round.stream(jobId, round - 1));
    if (!denial.isEmpty()) {
      throw new JobRefusedException(Kind.FORBIDDEN, denial);
    }
  }

  /** The leaves, read one at a time, leaf by leaf and member by member. */
  Iterator<LeafPart> leaves(String job, long round, List<Integer> wanted)
      throws JobRefusedException {
    Leaves leaves = new Leaves(needRecord(job, round));
    int count = MerkleTree.leafCount(leaves.task.elements());
    if (wanted.size() > MAX_LEAVES || wanted.stream().anyMatch(leaf -> leaf < 0 || leaf >= count)) {
      throw new JobRefusedException(
          Kind.INVALID,
          "%d leaves were asked for: at most %d, each from 0 to %d"
              .formatted(wanted.size(), MAX_LEAVES, count - 1));
    }
    return wanted.stream()
        .flatMap(leaf -> leaves.members().stream().map(member -> part(leaves, member, leaf)))
        .iterator();
  }

  private LeafPart part(Leaves leaves, String member, int leaf) {
    Task task = leaves.task;
    Digest root = java.util.Objects.requireNonNull(leaves.roots.get(member));
    int width = task.quantisation().wireBytes();
    MerkleTree tree = uploads.tree(member, task.digest(), root, width);
    ByteBuffer data = ByteBuffer.allocate(width * MerkleTree.leafElements(task.elements(), leaf));
    long from = (long) leaf * MerkleRoot.LEAF_ELEMENTS * width;
    Path file = uploads.file(member, task.digest(), root);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (data.hasRemaining() && channel.read(data, from + data.position()) > 0) {
        continue;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return LeafPart.newBuilder()
        .setMember(member)
        .setLeaf(leaf)
        .setData(UnsafeByteOperations.unsafeWrap(data.flip()))
        .addAllPath(tree.path(leaf).stream().map(d -> ByteString.copyFrom(d.bytes())).toList())
        .build();
  }

  private static String recordName(String stream) {
    return "record-" + Digest.sha256(stream.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** Whose leaves there are, and of which task. */
  private static final class Leaves {
    private final Task task;
    private final Map<String, Digest> roots = new TreeMap<>();

    Leaves(RoundRecord record) {
      task = Result.decode(record.result().toArray()).parsedTask();
      ManifestCertificate signed =
          ManifestCertificate.decode(record.manifestCertificate().toArray());
      List<String> names = Manifest.decode(signed.manifest().toArray()).cohort().members();
      Certificate certificate = Certificate.decode(record.certificate().toArray());
      Survivors.decode(certificate.survivors().toArray())
          .uploads()
          .forEach(upload -> roots.put(names.get(upload.index()), upload.root()));
    }

    List<String> members() {
      return List.copyOf(roots.keySet());
    }
  }
}
