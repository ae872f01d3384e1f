package io.gobstopper;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * The packages and what they may know of each other.
 */
@AnalyzeClasses(packages = "io.gobstopper", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	final ArchRule packagesHaveNoCycles = SlicesRuleDefinition.slices()
		.matching("io.gobstopper.(**)")
		.should()
		.beFreeOfCycles();

	@ArchTest
	final ArchRule dependenciesPointOneWay = Architectures.layeredArchitecture()
		.consideringOnlyDependenciesInLayers()
		.layer("api")
		.definedBy("io.gobstopper")
		.layer("handler")
		.definedBy("io.gobstopper.handler")
		.layer("store")
		.definedBy("io.gobstopper.store")
		.layer("jdbc")
		.definedBy("io.gobstopper.store.jdbc")
		.layer("queue")
		.definedBy("io.gobstopper.queue")
		.layer("worker")
		.definedBy("io.gobstopper.worker")
		.layer("observation")
		.definedBy("io.gobstopper.observation")
		.layer("actuate")
		.definedBy("io.gobstopper.actuate")
		.layer("autoconfigure")
		.definedBy("io.gobstopper.autoconfigure")
		.whereLayer("api")
		.mayNotAccessAnyLayer()
		.whereLayer("handler")
		.mayOnlyAccessLayers("api")
		.whereLayer("store")
		.mayOnlyAccessLayers("api")
		.whereLayer("jdbc")
		.mayOnlyAccessLayers("api", "store")
		.whereLayer("queue")
		.mayOnlyAccessLayers("api", "handler", "store")
		.whereLayer("worker")
		.mayOnlyAccessLayers("api", "handler", "store")
		.whereLayer("observation")
		.mayOnlyAccessLayers("api", "store", "queue", "worker")
		.whereLayer("actuate")
		.mayOnlyAccessLayers("api", "store", "queue", "worker")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer();

	@ArchTest
	final ArchRule onlyAutoConfigurationAndActuateKnowSpringBoot = ArchRuleDefinition.noClasses()
		.that()
		.resideOutsideOfPackages("io.gobstopper.autoconfigure", "io.gobstopper.actuate")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	final ArchRule onlyObservationKnowsMicrometer = ArchRuleDefinition.noClasses()
		.that()
		.resideOutsideOfPackages("io.gobstopper.autoconfigure", "io.gobstopper.observation")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.micrometer..");

	@ArchTest
	final ArchRule onlyJdbcKnowsDuckDb = ArchRuleDefinition.noClasses()
		.that()
		.resideOutsideOfPackages("io.gobstopper.store.jdbc", "io.gobstopper.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.duckdb..", "com.zaxxer..", "java.sql..");

	@ArchTest
	final ArchRule autoConfigurationsArePublicAndFinal = ArchRuleDefinition.classes()
		.that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	final ArchRule classConditionsAreNeverOnBeanMethods = ArchRuleDefinition.methods()
		.that()
		.areAnnotatedWith(Bean.class)
		.should()
		.notBeAnnotatedWith(ConditionalOnClass.class);

	@ArchTest
	final ArchRule nothingIsInjectedIntoFields = ArchRuleDefinition.noFields()
		.should()
		.beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired");

	@ArchTest
	final ArchRule packagesAreNullMarked = ArchRuleDefinition.classes()
		.that()
		.haveSimpleName("package-info")
		.should()
		.beAnnotatedWith(NullMarked.class);

	@ArchTest
	final ArchRule namesSayWhatAClassIsFor = ArchRuleDefinition.noClasses()
		.should()
		.haveNameMatching(".*(Utils|Helper|Manager|Impl)");

}
