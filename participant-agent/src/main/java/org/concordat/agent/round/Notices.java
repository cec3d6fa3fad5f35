package org.concordat.agent.round;

import org.concordat.agent.report.Reports;
import org.concordat.secureagg.step.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from what a step has brought to notice, once it is durable and sent. */
public record Notices(
    Membership membership, Training training, Adopting adopting, Reports reports) {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

  /** Acts upon one. */
  public void handle(Notice notice) {
    if (notice instanceof Notice.TaskAccepted accepted) {
      adopting.accepted(accepted.task());
      training.accepted(accepted.task());
    } else if (notice instanceof Notice.ResultReady ready) {
      adopting.ready(ready);
    } else if (notice instanceof Notice.EpochReady epoch) {
      reports.show("epoch", epoch.epoch());
    } else if (notice instanceof Notice.CohortDrawn drawn) {
      LOG.info("{}", drawn.describe());
      reports.show("cohort", drawn.describe());
    } else if (notice instanceof Notice.StoreConfirmed confirmed) {
      membership.confirmed(confirmed);
    } else if (notice instanceof Notice.StoreLost lost) {
      membership.lost(lost);
    } else if (notice instanceof Notice.StateOverridden
        || notice instanceof Notice.Complained
        || notice instanceof Notice.Judged) {
      reports.alarm("ALARM: " + notice);
    } else {
      LOG.debug("{}", notice);
    }
  }
}
