package org.concordat.jurisdictions.agreement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Property;
import org.apache.jena.rdf.model.RDFNode;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.vocabulary.RDF;

/**
 * An export as Apache Jena reads it, a graph of statements without order; and the agreement read
 * back from it, which shows that no term is lost.
 */
final class OdrlGraph {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final Model model = ModelFactory.createDefaultModel();
  private final Resource root;

  OdrlGraph(String jsonLd) {
    RDFParser.fromString(jsonLd, Lang.JSONLD11).parse(model);
    root = model.listSubjectsWithProperty(RDF.type, odrl("Agreement")).next();
  }

  Resource root() {
    return root;
  }

  Property odrl(String word) {
    return model.createProperty(Odrl.ODRL, word);
  }

  private Property own(String word) {
    return model.createProperty(Odrl.OWN, word);
  }

  Agreement agreement() {
    ObjectNode json = MAPPER.createObjectNode().put("format", 1);
    json.put("agreement", text(root, "name")).put("version", number(root, "version"));
    json.put("begins", text(root, "begins"));
    optional(root, "ends").ifPresent(day -> json.put("ends", day.asLiteral().getLexicalForm()));
    json.set("partnership", partnership(one(root, "partnership")));
    ArrayNode parties = json.putArray("parties");
    each(root, own("party"))
        .forEach(
            party ->
                parties
                    .addObject()
                    .put("id", text(party, "id"))
                    .put("name", text(party, "name"))
                    .put("jurisdiction", text(party, "jurisdiction")));
    ArrayNode clauses = json.putArray("clauses");
    each(root, own("clause")).forEach(clause -> clauses.add(clause(clause)));
    json.set("liability", liability(duty("compensate")));
    json.set("exit", exit());
    if (root.hasProperty(own("modelKeys"))) {
      Resource keys = one(root, "modelKeys");
      ArrayNode holders =
          json.putObject("model-keys").put("needed", number(keys, "needed")).putArray("holders");
      each(keys, own("holder")).forEach(party -> holders.add(id(party)));
    }
    try {
      return Agreement.parse(
          Path.of("graph"), MAPPER.writeValueAsString(json).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private ObjectNode partnership(Resource node) {
    ObjectNode json = MAPPER.createObjectNode();
    switch (type(node)) {
      case "JointConsortium" -> {
        json.put("kind", "joint-consortium");
        json.putObject("repository")
            .put("jurisdiction", text(node, "jurisdiction"))
            .put("keeper", id(one(node, "keeper")));
      }
      case "CoInvestmentPool" -> {
        json.put("kind", "co-investment-pool");
        json.set("capacity", shares(node));
      }
      default -> json.put("kind", "federated-alliance");
    }
    return json;
  }

  private ObjectNode clause(Resource clause) {
    ObjectNode json = MAPPER.createObjectNode().put("id", text(clause, "id"));
    ArrayNode purposes = json.putArray("purposes");
    clause.listProperties(own("purpose")).forEach(one -> purposes.add(one.getString()));
    json.set("models", work(one(clause, "models")));
    json.set("derived-works", work(one(clause, "derivedWorks")));
    return json;
  }

  private ObjectNode work(Resource asset) {
    ObjectNode json = MAPPER.createObjectNode();
    Resource owned = one(asset, "ownership");
    ObjectNode ip = json.putObject("ip");
    switch (type(owned)) {
      case "Retained" -> ip.put("kind", "retained").put("by", id(one(owned, "by")));
      case "Joint" -> ip.put("kind", "joint").set("shares", shares(owned));
      default -> {
        ip.put("kind", "licensed").put("by", id(one(owned, "by")));
        ip.put("exclusive", owned.getRequiredProperty(own("exclusive")).getBoolean());
        ArrayNode to = ip.putArray("to");
        each(owned, own("to")).forEach(party -> to.add(id(party)));
      }
    }
    ObjectNode rights = MAPPER.createObjectNode();
    for (Resource rule : permissions()) {
      if (rule.getPropertyResourceValue(odrl("target")).equals(asset) && days(rule).isEmpty()) {
        ArrayNode holders = rights.putArray(right(rule).text());
        each(rule, odrl("assignee")).forEach(party -> holders.add(id(party)));
      }
    }
    if (!rights.isEmpty()) {
      json.set("rights", rights);
    }
    return json;
  }

  private ObjectNode liability(Resource duty) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("kind", one(duty, "kind").getURI().substring(Odrl.OWN.length()));
    json.put("law", text(duty, "law"));
    if (duty.hasProperty(own("share"))) {
      json.set("shares", shares(duty));
    }
    Resource action = duty.getPropertyResourceValue(odrl("action"));
    if (action.hasProperty(odrl("refinement"))) {
      Resource limit = action.getPropertyResourceValue(odrl("refinement"));
      String unit = limit.getPropertyResourceValue(odrl("unit")).getURI();
      json.putObject("cap")
          .put("amount", limit.getRequiredProperty(odrl("rightOperand")).getLong())
          .put("currency", unit.substring(unit.lastIndexOf(':') + 1));
    }
    return json;
  }

  private ObjectNode exit() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("notice-days", operand(duty("inform"), "delayPeriod").orElseThrow());
    json.put("delete-within-days", days(duty("delete")).orElseThrow());
    ObjectNode goOn = MAPPER.createObjectNode();
    for (Resource rule : permissions()) {
      days(rule).ifPresent(days -> goOn.put(right(rule).text(), days));
    }
    if (!goOn.isEmpty()) {
      json.set("rights-go-on-days", goOn);
    }
    return json;
  }

  private List<Resource> permissions() {
    return each(root, odrl("permission"));
  }

  private Right right(Resource rule) {
    String action = rule.getPropertyResourceValue(odrl("action")).getURI();
    return List.of(Right.values()).stream()
        .filter(right -> action.equals(Odrl.ODRL + right.odrl()))
        .findFirst()
        .orElseThrow();
  }

  private Resource duty(String action) {
    return each(root, odrl("obligation")).stream()
        .filter(
            duty -> {
              Resource found = duty.getPropertyResourceValue(odrl("action"));
              return found.equals(odrl(action)) || found.hasProperty(RDF.value, odrl(action));
            })
        .findFirst()
        .orElseThrow();
  }

  private Optional<Integer> days(Resource rule) {
    return operand(rule, "elapsedTime");
  }

  private Optional<Integer> operand(Resource rule, String left) {
    return each(rule, odrl("constraint")).stream()
        .filter(one -> one.hasProperty(odrl("leftOperand"), odrl(left)))
        .map(one -> one.getRequiredProperty(odrl("rightOperand")).getLiteral().getLexicalForm())
        .map(days -> Integer.valueOf(days.substring(1, days.length() - 1)))
        .findFirst();
  }

  private ObjectNode shares(Resource of) {
    ObjectNode json = MAPPER.createObjectNode();
    each(of, own("share"))
        .forEach(share -> json.put(id(one(share, "of")), number(share, "percent")));
    return json;
  }

  private String id(Resource party) {
    return text(party, "id");
  }

  private static String type(Resource node) {
    return node.getPropertyResourceValue(RDF.type).getURI().substring(Odrl.OWN.length());
  }

  private Resource one(Resource of, String own) {
    return of.getPropertyResourceValue(own(own));
  }

  private static List<Resource> each(Resource of, Property property) {
    return of.listProperties(property).mapWith(one -> one.getResource()).toList();
  }

  private String text(Resource of, String own) {
    return of.getRequiredProperty(own(own)).getLiteral().getLexicalForm();
  }

  private long number(Resource of, String own) {
    return of.getRequiredProperty(own(own)).getLong();
  }

  private Optional<RDFNode> optional(Resource of, String own) {
    return Optional.ofNullable(of.getProperty(own(own))).map(one -> one.getObject());
  }
}
