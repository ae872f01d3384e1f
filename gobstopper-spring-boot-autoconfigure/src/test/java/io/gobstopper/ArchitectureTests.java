package io.gobstopper;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
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
@AnalyzeClasses(packages = "io.gobstopper", importOptions = ArchitectureTests.WithoutTests.class)
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
		.definedBy("io.gobstopper", "io.gobstopper.event", "io.gobstopper.error", "io.gobstopper.schedule",
				"io.gobstopper.limit")
		.layer("handler")
		.definedBy("io.gobstopper.handler..")
		.layer("task")
		.definedBy("io.gobstopper.store.task", "io.gobstopper.store.schedule")
		.layer("limit")
		.definedBy("io.gobstopper.store.limit")
		.layer("statistics")
		.definedBy("io.gobstopper.store.statistics")
		.layer("store")
		.definedBy("io.gobstopper.store")
		.layer("writer")
		.definedBy("io.gobstopper.store.writer")
		.layer("sql")
		.definedBy("io.gobstopper.store.sql")
		.layer("duckdb")
		.definedBy("io.gobstopper.store.duckdb..")
		.layer("postgresql")
		.definedBy("io.gobstopper.store.postgresql..")
		.layer("migration")
		.definedBy("io.gobstopper.store.migration")
		.layer("queue")
		.definedBy("io.gobstopper.queue")
		.layer("scheduling")
		.definedBy("io.gobstopper.scheduling")
		.layer("execution")
		.definedBy("io.gobstopper.worker.execution")
		.layer("dispatch")
		.definedBy("io.gobstopper.worker.dispatch")
		.layer("maintenance")
		.definedBy("io.gobstopper.worker.maintenance")
		.layer("worker")
		.definedBy("io.gobstopper.worker")
		.layer("observation")
		.definedBy("io.gobstopper.observation")
		.layer("actuate")
		.definedBy("io.gobstopper.actuate..")
		.layer("autoconfigure")
		.definedBy("io.gobstopper.autoconfigure..")
		.whereLayer("api")
		.mayNotAccessAnyLayer()
		.whereLayer("handler")
		.mayOnlyAccessLayers("api")
		.whereLayer("task")
		.mayOnlyAccessLayers("api")
		.whereLayer("limit")
		.mayOnlyAccessLayers("api", "task")
		.whereLayer("statistics")
		.mayOnlyAccessLayers("api", "task")
		.whereLayer("store")
		.mayOnlyAccessLayers("api", "task", "limit", "statistics")
		.whereLayer("writer")
		.mayOnlyAccessLayers("api", "task", "limit", "store")
		.whereLayer("sql")
		.mayOnlyAccessLayers("api", "task", "statistics", "store")
		.whereLayer("duckdb")
		.mayOnlyAccessLayers("api", "task", "limit", "statistics", "store", "sql")
		.whereLayer("postgresql")
		.mayOnlyAccessLayers("api", "task", "limit", "statistics", "store", "sql")
		.whereLayer("migration")
		.mayOnlyAccessLayers("api", "task", "store", "sql", "duckdb", "postgresql")
		.whereLayer("queue")
		.mayOnlyAccessLayers("api", "handler", "task", "limit", "statistics", "store", "writer")
		.whereLayer("scheduling")
		.mayOnlyAccessLayers("api", "handler", "task", "store", "writer", "queue")
		.whereLayer("execution")
		.mayOnlyAccessLayers("api", "handler", "task", "limit", "store", "writer")
		.whereLayer("dispatch")
		.mayOnlyAccessLayers("api", "task", "limit", "store", "writer", "execution")
		.whereLayer("maintenance")
		.mayOnlyAccessLayers("api", "handler", "task", "limit", "store", "writer", "scheduling", "execution",
				"dispatch")
		.whereLayer("worker")
		.mayOnlyAccessLayers("api", "handler", "task", "store", "writer", "scheduling", "execution", "dispatch",
				"maintenance")
		.whereLayer("observation")
		.mayOnlyAccessLayers("api", "handler", "task", "statistics", "store", "writer", "queue", "execution",
				"dispatch", "worker")
		.whereLayer("actuate")
		.mayOnlyAccessLayers("api", "task", "statistics", "store", "writer", "queue", "execution", "dispatch", "worker")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer();

	@ArchTest
	final ArchRule onlyAutoConfigurationAndActuateKnowSpringBoot = ArchRuleDefinition.noClasses()
		.that()
		.resideOutsideOfPackages("io.gobstopper.autoconfigure..", "io.gobstopper.actuate..")
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
	final ArchRule onlyStoresKnowTheirDatabases = ArchRuleDefinition.noClasses()
		.that()
		.resideOutsideOfPackages("io.gobstopper.store.sql", "io.gobstopper.store.duckdb..",
				"io.gobstopper.store.postgresql..", "io.gobstopper.store.migration", "io.gobstopper.autoconfigure")
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

	/**
	 * What is delivered, whether it is in folders or in jars.
	 */
	static class WithoutTests implements ImportOption {

		private final ImportOption outsideOfFolders = new ImportOption.DoNotIncludeTests();

		@Override
		public boolean includes(Location location) {
			return this.outsideOfFolders.includes(location) && !location.contains("-tests.jar");
		}

	}

}
