package io.gobstopper.autoconfigure;

import java.nio.file.Path;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.migration.DuckDbMigration;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.PostgresTaskStore;
import io.gobstopper.store.postgresql.TaskImport;

/**
 * Auto-configuration of the task database on PostgreSQL, in the application's own
 * {@code DataSource} or in one that it marks with {@link GobstopperDataSource}. Nothing
 * is opened here.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "gobstopper.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "gobstopper.store", havingValue = "postgresql")
@ConditionalOnClass(JdbcTemplate.class)
@ConditionalOnMissingBean(TaskStore.class)
@EnableConfigurationProperties(GobstopperProperties.class)
public final class GobstopperPostgresAutoConfiguration {

	private static final String DRIVER = "org.postgresql.PGConnection";

	// It must be the very bean whose transactions the application begins. Flyway refuses
	// a schema that has tables before its first migration, so that one comes first.
	@Bean(destroyMethod = "")
	@DependsOnDatabaseInitialization
	PostgresTaskStore gobstopperTaskStore(ConfigurableListableBeanFactory beanFactory, ObjectProvider<DataSource> all,
			GobstopperProperties properties, ObjectProvider<PoolSize> poolSize, Environment environment) {
		String marked = InvalidGobstopperPropertiesException.check("gobstopper.store",
				() -> MarkedDataSource.find(beanFactory));
		DataSource dataSource = (marked != null) ? beanFactory.getBean(marked, DataSource.class) : dataSource(all);
		PostgresTaskStore store = store(dataSource, properties);
		poolSize.ifAvailable((size) -> InvalidGobstopperPropertiesException.check("gobstopper.store",
				() -> size.atLeast(store.connections(isWorking(environment)), dataSource)));
		return store;
	}

	private static boolean isWorking(Environment environment) {
		return environment.getProperty("gobstopper.worker.enabled", Boolean.class, true);
	}

	// Whatever looks for all singletons of that type, such as health and the meters of
	// pools, finds only those of the application.
	@Bean(name = MarkedDataSource.OWN, defaultCandidate = false, destroyMethod = "")
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@GobstopperDataSource
	@Conditional(MarkedDataSource.class)
	DataSource gobstopperDataSource(ObjectProvider<DataSource> all) {
		return dataSource(all);
	}

	private static PostgresTaskStore store(DataSource dataSource, GobstopperProperties properties) {
		GobstopperProperties.Postgresql postgresql = properties.getPostgresql();
		return new PostgresTaskStore(dataSource,
				InvalidGobstopperPropertiesException.check("gobstopper.postgresql",
						() -> new PostgresSettings(postgresql.getSchema(),
								properties.getSchema().getInitialize() == GobstopperProperties.Schema.Initialize.ALWAYS,
								postgresql.isListen(), postgresql.getLockTimeout(), taskImport(properties))));
	}

	private static @Nullable TaskImport taskImport(GobstopperProperties properties) {
		Path file = GobstopperDuckDbAutoConfiguration.absolute(properties.getMigrateFrom());
		return (file != null) ? DuckDbMigration.of(file) : null;
	}

	private static DataSource dataSource(ObjectProvider<DataSource> all) {
		return InvalidGobstopperPropertiesException.check("gobstopper.store", () -> onlyDataSource(all));
	}

	private static DataSource onlyDataSource(ObjectProvider<DataSource> all) {
		Assert.isTrue(ClassUtils.isPresent(DRIVER, null),
				"'postgresql' needs org.postgresql:postgresql among the dependencies");
		DataSource dataSource = all.getIfUnique();
		Assert.notNull(dataSource, "'postgresql' needs a DataSource bean; if there are several, mark one as primary or "
				+ "with @GobstopperDataSource");
		return dataSource;
	}

	/**
	 * Asks pools for their size, as Spring Boot knows the usual ones.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DataSourcePoolMetadataProvider.class)
	static class PoolSizeConfiguration {

		@Bean
		PoolSize gobstopperPoolSize(ObjectProvider<DataSourcePoolMetadataProvider> providers) {
			return new PoolSize(new CompositeDataSourcePoolMetadataProvider(
					providers.orderedStream().toList())::getDataSourcePoolMetadata);
		}

	}

}
