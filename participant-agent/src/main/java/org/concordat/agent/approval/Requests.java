package org.concordat.agent.approval;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.agent.approval.Request.State;
import org.concordat.agent.stored.Kinds;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent has asked a person, durable in its state; the {@link Inbox} shows it and brings
 * the answers. A request is asked once for a signed job and its data, whatever restarts come in
 * between. The last {@value #KEPT_CLOSED} closed requests are kept.
 */
public final class Requests {
  static final int KEPT_CLOSED = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private static final int ID_BYTES = 16;

  /**
   * A person's answer that counts.
   *
   * @param sealedSpec the signed job that was asked about
   */
  record Answered(Request request, byte[] sealedSpec, ApprovalCheck.Answer answer) {}

  private final Entries entries;
  private final Inbox inbox;
  private final ApprovalCheck check;
  private final String site;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Request> requests = new TreeMap<>();

  /** Shows anew what is stored. */
  public Requests(Entries entries, Inbox inbox, ApprovalCheck check, String site, Clock clock) {
    this.entries = entries;
    this.inbox = inbox;
    this.check = check;
    this.site = site;
    this.clock = clock;
    entries
        .all(Kinds.APPROVAL_REQUESTS)
        .forEach((id, stored) -> requests.put(id, parse(id, stored)));
    requests.values().forEach(this::show);
    entries.all(Kinds.APPROVAL_JOBS).forEach(this::showJob);
    inbox.shown().stream().filter(id -> !requests.containsKey(id)).forEach(inbox::forget);
  }

  private static Request parse(String id, byte[] stored) {
    try {
      return Request.ofJson(stored);
    } catch (IOException damaged) {
      throw new IllegalStateException(
          "request " + id + " in this site's state is damaged", damaged);
    }
  }

  /** Whether anybody can approve here at all: named in the agent's file, and with the role. */
  public boolean anybodyCanApprove() {
    return check.anybody();
  }

  /** The open request about a signed job, if there is one. */
  public Optional<Request> openFor(Digest specDigest) {
    return requests.values().stream()
        .filter(request -> request.isOpen() && request.specDigest().equals(specDigest.hex()))
        .findFirst();
  }

  /** How many wait for a person. */
  public long open() {
    return requests.values().stream().filter(Request::isOpen).count();
  }

  /**
   * Asks a person, unless an open request shows just this already: a crash may have come between it
   * and the end of the one that it follows. Durable when it returns.
   */
  public Request ask(
      JobSpec spec,
      byte[] sealedSpec,
      Digest specDigest,
      Digest dataDigest,
      List<String> members,
      List<String> reasons) {
    Optional<Request> asked =
        requests.values().stream()
            .filter(
                open ->
                    open.isOpen()
                        && open.specDigest().equals(specDigest.hex())
                        && open.dataSetDigest().equals(dataDigest.hex())
                        && open.reasons().containsAll(reasons))
            .findFirst();
    if (asked.isPresent()) {
      return asked.get();
    }
    byte[] drawn = new byte[ID_BYTES];
    random.nextBytes(drawn);
    Request request =
        new Request(
            HexFormat.of().formatHex(drawn),
            site,
            spec.getJob(),
            spec.getTitle(),
            spec.getPurpose(),
            spec.getDataSet(),
            dataDigest.hex(),
            specDigest.hex(),
            spec.getRounds(),
            members,
            reasons,
            clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
            State.OPEN,
            "",
            "",
            List.of());
    store(request, new Entries.Put(Kinds.APPROVAL_JOBS, request.id(), sealedSpec));
    showJob(request.id(), sealedSpec);
    return request;
  }

  /**
   * Looks at the answers that wait. Those that do not count are moved aside and noted with their
   * request; those that do are returned and stay where they are until {@link #close}.
   */
  List<Answered> answered() {
    List<Answered> good = new ArrayList<>();
    for (Map.Entry<String, byte[]> waiting : inbox.answers().entrySet()) {
      Request request = requests.get(waiting.getKey());
      if (request == null) {
        inbox.setAside(waiting.getKey());
        continue;
      }
      try {
        ApprovalCheck.Answer answer = check.check(request, waiting.getValue());
        byte[] spec = entries.get(Kinds.APPROVAL_JOBS, request.id()).orElseThrow();
        good.add(new Answered(request, spec, answer));
      } catch (BadApprovalException bad) {
        refuse(request, bad);
      }
    }
    return good;
  }

  private void refuse(Request request, BadApprovalException bad) {
    LOG.warn(
        "an answer to request {} about job '{}' does not count: {}",
        request.id(),
        request.job(),
        bad.getMessage());
    Request noted = request.refused(String.valueOf(bad.getMessage()));
    entries.put(Kinds.APPROVAL_REQUESTS, noted.id(), noted.toJson());
    requests.put(noted.id(), noted);
    inbox.setAside(noted.id());
    show(noted);
  }

  /** Closes a request with a person's answer. Durable when it returns. */
  void close(Answered answered) {
    ApprovalCheck.Answer answer = answered.answer();
    State how = answer.accepted() ? State.ACCEPTED : State.REJECTED;
    closed(answered.request().closed(how, answer.approver(), answer.comment()));
    inbox.taken(answered.request().id());
  }

  /** Withdraws the open request about a job, if there is one. Durable when it returns. */
  public void withdraw(String job, String why) {
    requests.values().stream()
        .filter(request -> request.isOpen() && request.job().equals(job))
        .toList()
        .forEach(request -> closed(request.closed(State.WITHDRAWN, "", why)));
  }

  private void closed(Request request) {
    store(request, new Entries.Delete(Kinds.APPROVAL_JOBS, request.id()));
    List<Request> old =
        requests.values().stream()
            .filter(kept -> !kept.isOpen())
            .sorted(Comparator.comparing(Request::created).reversed())
            .skip(KEPT_CLOSED)
            .toList();
    for (Request gone : old) {
      entries.apply(List.of(new Entries.Delete(Kinds.APPROVAL_REQUESTS, gone.id())));
      requests.remove(gone.id());
      inbox.forget(gone.id());
    }
  }

  private void store(Request request, Entries.Change also) {
    entries.apply(
        List.of(new Entries.Put(Kinds.APPROVAL_REQUESTS, request.id(), request.toJson()), also));
    requests.put(request.id(), request);
    show(request);
  }

  /**
   * What is stored counts; a folder that cannot be written is told, and written at the next start.
   */
  private void show(Request request) {
    shown(() -> inbox.show(request));
  }

  private void showJob(String id, byte[] sealedSpec) {
    shown(() -> inbox.showJob(id, sealedSpec));
  }

  private static void shown(Runnable write) {
    try {
      write.run();
    } catch (InboxException notShown) {
      LOG.warn("a request is not shown: {}", notShown.getMessage());
    }
  }
}
