package org.concordat.testkit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * How many others a class is made with that do something for it. Values are not counted: what is of
 * the JDK but functions, enums, messages, and records of values.
 */
public final class Collaborators {
  /** No constructor takes more. */
  public static final int MOST = 7;

  private Collaborators() {}

  /**
   * The constructors with more than {@link #MOST}, each with its count.
   *
   * @param root a package, with those below it
   */
  public static List<String> tooMany(String root) {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(root)
            .stream()
            .map(JavaClass::reflect)
            .flatMap(type -> Arrays.stream(type.getDeclaredConstructors()))
            .filter(made -> count(made) > MOST)
            .map(made -> made.getDeclaringClass().getName() + ": " + count(made))
            .distinct()
            .sorted()
            .toList();
  }

  static int count(Constructor<?> made) {
    return (int) Arrays.stream(made.getParameterTypes()).filter(Collaborators::isOne).count();
  }

  private static boolean isOne(Class<?> type) {
    if (type.isPrimitive() || type.isArray() || type.isEnum() || isMessage(type)) {
      return false;
    }
    if (type.isRecord()) {
      return Arrays.stream(type.getRecordComponents())
          .map(RecordComponent::getType)
          .filter(part -> part != type)
          .anyMatch(Collaborators::isOne);
    }
    return !type.getName().startsWith("java.")
        || type.getPackageName().equals("java.util.function");
  }

  /** Without a need of protobuf here. */
  private static boolean isMessage(Class<?> type) {
    Class<?> above = type.getSuperclass();
    return above != null && above.getName().startsWith("com.google.protobuf.");
  }
}
