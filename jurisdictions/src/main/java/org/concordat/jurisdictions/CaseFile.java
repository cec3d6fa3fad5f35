package org.concordat.jurisdictions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * A question to a policy as a file: the form of a policy's test case, in which {@code name} and
 * {@code expect} may be left out.
 */
public final class CaseFile {
  private static final double LARGEST_WHOLE = 1e15;

  private CaseFile() {}

  /**
   * Reads YAML or JSON.
   *
   * @param nameForErrors named in messages; nothing is read from it
   * @param policy whose rules {@code decidedBy} may name
   * @throws InvalidPolicyException with every mistake, file and line
   */
  public static TestCase parse(Path nameForErrors, byte[] text, Policy policy) {
    Mistakes mistakes = new Mistakes(nameForErrors);
    Optional<MappingNode> root = YamlTree.read(text, mistakes);
    mistakes.throwIfAny();
    Optional<TestCase> read =
        new TestReader(policy.ruleIds(), mistakes).readAlone(root.orElseThrow());
    mistakes.throwIfAny();
    return read.orElseThrow();
  }

  /** The file's text, YAML; reading it gives an equal case. */
  public static String text(TestCase one) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.AUTO).setWidth(100).build();
    return new Dump(settings).dumpToString(readable(PolicyJson.test(one)));
  }

  /** Whole numbers as people write them. */
  private static Object readable(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key, readable(inner)));
      return copy;
    }
    boolean whole = value instanceof Double number && number == Math.rint(number);
    return whole && Math.abs((Double) value) < LARGEST_WHOLE ? ((Double) value).longValue() : value;
  }
}
