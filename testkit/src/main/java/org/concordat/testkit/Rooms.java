package org.concordat.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The packages of one module, as rooms: arrows between them go one way. */
public final class Rooms {
  private Rooms() {}

  /**
   * Fails on a cycle between packages below a module's root package, and on a class below that uses
   * one of the root, naming every arrow.
   *
   * @param root the module's root package
   */
  public static void check(String root) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(root);
    slices().matching(root + ".(**)").should().beFreeOfCycles().check(classes);
    noClasses()
        .that()
        .resideInAPackage(root + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root)
        .check(classes);
  }
}
