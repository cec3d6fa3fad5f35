package org.concordat.e2e.lies;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * What the real coordinator sends, changed by the lie that is switched on. It keeps what a liar
 * keeps: tasks, cohorts, commitments, an old opening of an epoch.
 */
public final class LyingTraffic implements Traffic {
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final Map<String, Task> firsts = new ConcurrentHashMap<>();
  private final Map<Long, Cohort> cohorts = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Bytes>> commitments = new ConcurrentHashMap<>();
  private final Map<Digest, int[]> forgedSums = new ConcurrentHashMap<>();
  private final Map<Digest, Forged> forged = new ConcurrentHashMap<>();
  private final List<SessionDown> epochStarts = new ArrayList<>();
  private final List<SessionDown> manifests = new ArrayList<>();
  private volatile Lie lie = Lies.NONE;
  private Notary notary;
  private BiConsumer<String, SessionDown> push;
  private volatile Task newest;

  /** A survivor set of the liar's own, and who has signed it. */
  private record Forged(Survivors survivors, Map<String, Bytes> signatures) {}

  /** Switches a lie on; {@link Lies#NONE} tells the truth. */
  public void tell(Lie next) {
    lie = next;
  }

  @Override
  public synchronized void attached(Notary own, BiConsumer<String, SessionDown> pushing) {
    notary = own;
    push = pushing;
  }

  @Override
  public List<SessionDown> down(String member, SessionDown message) {
    if (!message.hasSealed()) {
      return List.of(message);
    }
    Message honest;
    try {
      honest = Inbox.open(notary, message.getSealed().toByteArray()).message();
    } catch (Refusal notOfSecureAggregation) {
      return List.of(message);
    }
    remember(message, honest);
    return lie.script().down(this, member, honest).stream()
        .map(really -> really == honest ? message : sealed(really))
        .toList();
  }

  private void remember(SessionDown message, Message honest) {
    if (honest instanceof Task task) {
      tasks.put(key(task.ref()), task);
      newest = task;
      if (task.round() == 0) {
        firsts.put(task.job(), task);
      }
    } else if (honest instanceof EpochStart start) {
      cohorts.put(start.number(), start.cohort());
      synchronized (epochStarts) {
        epochStarts.add(message);
      }
    } else if (honest instanceof ManifestCertificate) {
      synchronized (manifests) {
        manifests.add(message);
      }
    }
  }

  @Override
  public void up(String member, SessionUp message) {
    if (!message.hasSealed() || forged.isEmpty()) {
      return;
    }
    byte[] sealed = message.getSealed().toByteArray();
    try {
      Received received = Inbox.open(notary, sealed);
      if (received.message() instanceof SurvivorSignature signature) {
        Forged set = forged.get(signature.survivorsDigest());
        if (set != null) {
          signed(set, member, Bytes.of(sealed));
        }
      }
    } catch (Refusal other) {
      return; // nothing that this lie waits for
    }
  }

  /** Once enough have signed the forged set, everybody is shown its certificate. */
  private synchronized void signed(Forged set, String member, Bytes sealed) {
    TokenRef ref = set.survivors().ref();
    Cohort cohort = Objects.requireNonNull(cohorts.get(ref.epoch()));
    set.signatures().put(member, sealed);
    if (set.signatures().size() == cohort.threshold()) {
      Map<String, Bytes> made = commitments.getOrDefault(key(ref), Map.of());
      List<Bytes> own = new ArrayList<>();
      for (Survivors.Upload upload : set.survivors().uploads()) {
        String name = cohort.members().get(upload.index());
        // who made none is given one of the liar's
        own.add(
            made.getOrDefault(
                name, Inbox.seal(notary, new UploadCommitment(ref, upload.root(), 1))));
      }
      Certificate certificate =
          new Certificate(
              ref, Lies.payload(set.survivors()), List.copyOf(set.signatures().values()), own);
      cohort.members().forEach(each -> push.accept(each, sealed(certificate)));
    }
  }

  // --- what lies ask for

  Task task(TokenRef ref) {
    return Objects.requireNonNull(tasks.get(key(ref)), "a task that was sent");
  }

  Optional<Task> first(String job) {
    return Optional.ofNullable(firsts.get(job));
  }

  String name(TokenRef ref, int index) {
    return Objects.requireNonNull(cohorts.get(ref.epoch())).members().get(index);
  }

  int index(TokenRef ref, String member) {
    return Objects.requireNonNull(cohorts.get(ref.epoch())).indexOf(member);
  }

  /** Collects signatures for a set of the liar's own. */
  void certify(Survivors survivors) {
    forged.computeIfAbsent(survivors.digest(), unseen -> new Forged(survivors, new TreeMap<>()));
  }

  /** Gives these words out for that root. */
  void forge(Digest root, int[] sum) {
    forgedSums.put(root, sum);
  }

  Optional<int[]> forgedSum(Digest root) {
    return Optional.ofNullable(forgedSums.get(root));
  }

  /** An upload has begun. */
  void committed(byte[] sealed) {
    try {
      Received received = Inbox.open(notary, sealed);
      if (received.message() instanceof UploadCommitment commitment) {
        commitments
            .computeIfAbsent(key(commitment.ref()), unseen -> new ConcurrentHashMap<>())
            .put(received.sender(), Bytes.of(sealed));
      }
    } catch (Refusal malformed) {
      return; // the real coordinator refuses it
    }
  }

  // --- what the test asks for

  /** Asks a member for a NonReveal of the newest token, and shows it the manifests before. */
  public void askNonReveal(String member) {
    synchronized (manifests) {
      manifests.forEach(message -> push.accept(member, message));
    }
    push.accept(member, sealed(new NonRevealRequest(newest.ref())));
  }

  /** Sends a member the first opening of an epoch that there ever was. */
  public void replayEpochStart(String member) {
    synchronized (epochStarts) {
      push.accept(member, epochStarts.get(0));
    }
  }

  private SessionDown sealed(Message message) {
    return SessionDown.newBuilder()
        .setSealed(ByteString.copyFrom(Inbox.seal(notary, message).toArray()))
        .build();
  }

  private static String key(TokenRef ref) {
    return ref.epoch() + "/" + ref.token() + "/" + ref.job() + "/" + ref.round();
  }
}
