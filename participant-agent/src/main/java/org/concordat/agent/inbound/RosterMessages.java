package org.concordat.agent.inbound;

import com.google.protobuf.ByteString;
import java.util.List;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.Membership;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.RostersFile;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.certs.CertsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rosters that the coordinator sends, with the documents that they put in force. */
public record RosterMessages(
    Rosters rosters,
    RostersFile file,
    SiteDocuments documents,
    Departures departures,
    Membership membership,
    Reports reports) {
  private static final Logger LOG = LoggerFactory.getLogger(RosterMessages.class);

  /** Documents are looked for in the chain that this site has taken. */
  void offered(byte[] chain, List<ByteString> sent) {
    offered(chain);
    documents.offer(sent).forEach(reports::alarm);
    documents.missing().forEach(reports::alarm);
  }

  private void offered(byte[] chain) {
    try {
      if (rosters.offer(chain)) {
        LOG.info("roster version {} is in force", rosters.latest().version());
        file.keep(rosters.chain());
        if (!departures.isOver() && !departures.tellSuspended()) {
          membership.rosterChanged();
        }
      }
    } catch (CertsException forged) {
      reports.alarm("a roster chain was refused: " + forged.getMessage());
    }
  }
}
