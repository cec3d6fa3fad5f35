package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.concordat.secureagg.blame.EvidenceFile;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.cohorts.message.DrawMessage;
import org.concordat.secureagg.message.AllianceMessage;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.RegionHolds;

/** Every message of secure aggregation, and the records that members and auditors download. */
class WireMessagesFuzzTest {
  private static final List<Class<?>> TYPES = types();

  private static List<Class<?>> types() {
    List<Class<?>> types = new ArrayList<>();
    collect(Message.class, types);
    collect(DrawMessage.class, types);
    types.add(AllianceCheckpoint.class);
    types.sort(Comparator.comparing(Class::getName));
    types.add(RoundRecord.class);
    types.add(EvidenceFile.class);
    types.add(PartialSum.class);
    types.add(Drawn.class);
    types.add(RegionHolds.class);
    return types;
  }

  private static void collect(Class<?> type, List<Class<?>> all) {
    if (type.isSealed()) {
      Arrays.stream(type.getPermittedSubclasses()).forEach(one -> collect(one, all));
    } else if (!type.equals(AllianceMessage.class)) { // those are named above
      all.add(type);
    }
  }

  @FuzzTest(maxDuration = "25s")
  void decodes(byte[] data) throws Exception {
    byte[] payload = Selected.rest(data);
    Class<?> type = Selected.of(TYPES, data);
    Method decode = type.getMethod("decode", byte[].class);
    try {
      Object message = decode.invoke(null, (Object) payload);
      byte[] again = (byte[]) type.getMethod("encode").invoke(message);
      if (!Arrays.equals(again, payload)) {
        throw new AssertionError(type.getSimpleName() + " has two encodings");
      }
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e; // Anything but the named refusal of malformed bytes or infeasible cohorts.
      }
    }
  }
}
