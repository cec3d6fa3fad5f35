package org.concordat.agent.sitelog;

import org.concordat.agent.session.Link;
import org.concordat.agent.upload.Uploader;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.Welcome;

/**
 * A link on which nothing is asked and answered that is not in the site's log. What cannot be
 * logged is not acted upon, and not sent: once the disk takes the log again, the session is opened
 * anew, and the coordinator tells what it still waits for.
 *
 * <p>Heads of the audit log, rosters, lists and facts are kept elsewhere, and are not in it.
 */
public final class LoggedLink implements Link {
  private final Link link;
  private final SiteLog log;
  private final SiteEntries entries;

  public LoggedLink(Link link, SiteLog log, SiteEntries entries) {
    this.link = link;
    this.log = log;
    this.entries = entries;
  }

  /** Writes what waits. To be called every second or so. */
  public void look() {
    if (log.look()) {
      link.restart();
    }
  }

  /** The same for masked vectors: the commitment to one is logged, not the vector. */
  public Uploader logged(Uploader uploader) {
    return (content, sealedCommitment, roster, unwanted) ->
        log.said(entries.saidSealed(sealedCommitment))
            && uploader.send(content, sealedCommitment, roster, unwanted);
  }

  @Override
  public void start(Listener to) {
    link.start(new Asked(to));
  }

  /** Notes what is asked, and hands it on. */
  private final class Asked implements Listener {
    private final Listener to;

    Asked(Listener to) {
      this.to = to;
    }

    @Override
    public Hello hello() {
      return to.hello();
    }

    @Override
    public void connected(Welcome welcome) {
      to.connected(welcome);
    }

    @Override
    public void disconnected(String reason) {
      to.disconnected(reason);
    }

    @Override
    public void received(SessionDown message) {
      boolean noted =
          switch (message.getKindCase()) {
            case SEALED -> log.asked(entries.askedSealed(message.getSealed().toByteArray()));
            case JOB_PROPOSAL ->
                log.asked(entries.proposed(message.getJobProposal().getSealedSpec().toByteArray()));
            case JOB_CLOSED -> log.asked(entries.closed(message.getJobClosed()));
            case MEMBER_EXIT -> log.asked(entries.left(message.getMemberExit().toByteArray()));
            default -> true;
          };
      if (noted) {
        to.received(message);
      }
    }
  }

  /** What is no answer to anything asked is sent without a note. */
  @Override
  public void push(SessionUp message) {
    boolean noted =
        switch (message.getKindCase()) {
          case SEALED -> log.said(entries.saidSealed(message.getSealed().toByteArray()));
          case REFUSED -> log.said(entries.refused(message.getRefused()));
          case ROSTER_APPROVAL -> log.said(entries.approved(message.getRosterApproval()));
          default -> true;
        };
    if (noted) {
      link.push(message);
    }
  }

  @Override
  public void restart() {
    link.restart();
  }

  @Override
  public void hold() {
    link.hold();
  }

  @Override
  public void resume() {
    link.resume();
  }

  @Override
  public void close() {
    link.close();
  }
}
