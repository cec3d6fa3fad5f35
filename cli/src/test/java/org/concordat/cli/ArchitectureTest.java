package org.concordat.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the folders: who may know whom. */
class ArchitectureTest {
  private static final String ROOT = "org.concordat.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.concordat");

  /** Module, and the modules that it may use. */
  private static final Map<String, List<String>> ARROWS = arrows();

  private static Map<String, List<String>> arrows() {
    List<String> shared =
        List.of(
            "config",
            "protocol",
            "certs",
            "auditlog",
            "jurisdictions",
            "secureagg",
            "learning",
            "store",
            "iam");
    Map<String, List<String>> arrows = new LinkedHashMap<>();
    arrows.put("config", List.of());
    arrows.put("protocol", List.of());
    arrows.put("certs", List.of("config"));
    arrows.put("auditlog", List.of());
    arrows.put("jurisdictions", List.of());
    arrows.put("secureagg", List.of());
    arrows.put("learning", List.of());
    arrows.put("store", List.of());
    arrows.put("iam", List.of("certs", "protocol", "secureagg"));
    arrows.put("agent", shared);
    arrows.put("trainer", List.of("protocol"));
    arrows.put("coordinator", shared);
    arrows.put("cli", Stream.concat(shared.stream(), Stream.of("agent", "coordinator")).toList());
    return arrows;
  }

  @Test
  void everyModuleIsSeenAndNamed() {
    List<String> found =
        CLASSES.stream()
            .map(type -> type.getPackageName().split("\\."))
            .filter(parts -> parts.length > 2)
            .map(parts -> parts[2])
            .distinct()
            .filter(name -> !name.equals("testkit"))
            .toList();
    assertThat(found).containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> modulesUseOnlyWhatTheyMay() {
    return ARROWS.entrySet().stream()
        .map(
            arrow ->
                DynamicTest.dynamicTest(
                    arrow.getKey() + " -> " + arrow.getValue(),
                    () -> check(arrow.getKey(), arrow.getValue())));
  }

  private static void check(String module, List<String> mayUse) {
    String[] allowed =
        Stream.concat(Stream.of(module), mayUse.stream())
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.concordat..").and(not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void onlyTheTrainerKnowsDl4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "trainer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void secureAggregationDoesNoInputOutputAndReadsNoClock() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "secureagg..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.file..", "java.net..", "java.time..", "java.sql..", "io.grpc..")
        .check(CLASSES);
  }

  @Test
  void noOtherPackageUsesTheTwoWords() {
    assertThat(CLASSES.stream().map(type -> type.getPackageName()).distinct())
        .filteredOn(
            name ->
                name.matches(
                    "org\\.concordat\\.(?!agent|coordinator).*\\.(agent|coordinator)(\\..*)?"))
        .isEmpty();
  }

  @Test
  void commandsHoldNoSecretsAndTheDemoOpensNoKeys() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "cli.demo..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.concordat.certs.ParticipantKeys")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.concordat.iam.Site")
        .check(CLASSES);
  }
}
