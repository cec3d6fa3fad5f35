package org.concordat.jurisdictions.agreement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;

/** An agreement as canonical JSON (RFC 8785): the same keys as people write. */
final class AgreementJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AgreementJson() {}

  static byte[] canonical(Agreement agreement) {
    try {
      return new JsonCanonicalizer(MAPPER.writeValueAsString(map(agreement))).getEncodedUTF8();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values are always JSON", impossible);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Map<String, Object> map(Agreement agreement) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", AgreementReader.FORMAT);
    map.put("agreement", agreement.name());
    map.put("version", agreement.version());
    map.put("begins", agreement.begins().toString());
    if (agreement.ends() != null) {
      map.put("ends", agreement.ends().toString());
    }
    map.put("partnership", partnership(agreement.partnership()));
    map.put(
        "parties",
        agreement.parties().stream()
            .map(
                party ->
                    Map.of(
                        "id", party.id(),
                        "name", party.name(),
                        "jurisdiction", party.jurisdiction()))
            .toList());
    map.put("clauses", agreement.clauses().stream().map(AgreementJson::clause).toList());
    map.put("liability", liability(agreement.liability()));
    map.put("exit", exit(agreement.exit()));
    ModelKeys keys = agreement.modelKeys();
    if (keys != null) { // an agreement without is as it was before there were any
      map.put("model-keys", Map.of("needed", keys.needed(), "holders", keys.holders()));
    }
    return map;
  }

  private static Map<String, Object> partnership(Partnership partnership) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", partnership.kind());
    if (partnership instanceof Partnership.JointConsortium joint) {
      map.put("repository", Map.of("jurisdiction", joint.jurisdiction(), "keeper", joint.keeper()));
    } else if (partnership instanceof Partnership.CoInvestmentPool pool) {
      map.put("capacity", pool.capacity());
    }
    return map;
  }

  private static Map<String, Object> clause(Clause clause) {
    return Map.of(
        "id",
        clause.id(),
        "purposes",
        clause.purposes(),
        Work.Kind.MODELS.text(),
        work(clause.models()),
        Work.Kind.DERIVED.text(),
        work(clause.derived()));
  }

  private static Map<String, Object> work(Work work) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ip", ownership(work.ip()));
    if (!work.rights().isEmpty()) {
      Map<String, Object> rights = new LinkedHashMap<>();
      work.rights().forEach((right, parties) -> rights.put(right.text(), parties));
      map.put("rights", rights);
    }
    return map;
  }

  private static Map<String, Object> ownership(Ownership ip) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", ip.kind());
    if (ip instanceof Ownership.Retained retained) {
      map.put("by", retained.by());
    } else if (ip instanceof Ownership.Joint joint) {
      map.put("shares", joint.shares());
    } else if (ip instanceof Ownership.Licensed licensed) {
      map.put("by", licensed.by());
      map.put("to", licensed.to());
      map.put("exclusive", licensed.exclusive());
    }
    return map;
  }

  private static Map<String, Object> liability(Liability liability) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", liability.kind().text());
    if (!liability.shares().isEmpty()) {
      map.put("shares", liability.shares());
    }
    if (liability.cap() != null) {
      map.put(
          "cap",
          Map.of("amount", liability.cap().amount(), "currency", liability.cap().currency()));
    }
    map.put("law", liability.law());
    return map;
  }

  private static Map<String, Object> exit(Exit exit) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("notice-days", exit.noticeDays());
    if (!exit.goOnDays().isEmpty()) {
      Map<String, Object> days = new LinkedHashMap<>();
      exit.goOnDays().forEach((right, count) -> days.put(right.text(), count));
      map.put("rights-go-on-days", days);
    }
    map.put("delete-within-days", exit.deleteWithinDays());
    return map;
  }
}
