package org.concordat.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** The packages of one module, as rooms: arrows between them go one way. */
public final class Rooms {
  private static final SliceAssignment EACH_PACKAGE =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
          return SliceIdentifier.of(javaClass.getPackageName());
        }

        @Override
        public String getDescription() {
          return "each package";
        }
      };

  private Rooms() {}

  /**
   * Fails on a cycle between packages below a module's root package, and on a class below that uses
   * one of the root, naming every arrow.
   *
   * @param root the module's root package
   */
  public static void check(String root) {
    JavaClasses classes = classes(root);
    slices().matching(root + ".(**)").should().beFreeOfCycles().check(classes);
    noClasses()
        .that()
        .resideInAPackage(root + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root)
        .check(classes);
  }

  /**
   * Fails on a cycle between packages of a module whose root package is a floor of the others: the
   * root counts as one of them.
   *
   * @param root the module's root package
   */
  public static void checkOnFloor(String root) {
    slices().assignedFrom(EACH_PACKAGE).should().beFreeOfCycles().check(classes(root));
  }

  private static JavaClasses classes(String root) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(root);
  }
}
