package io.gobstopper.autoconfigure;

import java.nio.file.Path;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;

/**
 * Auto-configuration of the task database in a DuckDB file. Nothing is opened here.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "gobstopper.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "gobstopper.store", havingValue = "duckdb", matchIfMissing = true)
@ConditionalOnClass({ DuckDBDriver.class, HikariDataSource.class, JdbcTemplate.class })
@ConditionalOnMissingBean(TaskStore.class)
@EnableConfigurationProperties(GobstopperProperties.class)
public final class GobstopperDuckDbAutoConfiguration {

	// A second user of the file is refused at once, before anything else is begun.
	@Bean(initMethod = "hold", destroyMethod = "close")
	DuckDbDatabase gobstopperDuckDbDatabase(GobstopperProperties properties) {
		InvalidGobstopperPropertiesException.check("gobstopper.migrate-from", () -> noMigration(properties));
		GobstopperProperties.Duckdb duckdb = properties.getDuckdb();
		return new DuckDbDatabase(InvalidGobstopperPropertiesException.check("gobstopper.duckdb",
				() -> new DuckDbSettings(duckdb.getPath(), duckdb.getMemoryLimit(), duckdb.getThreads(),
						duckdb.getReadTimeout(), absolute(properties.getSnapshot().getDirectory()))));
	}

	private static GobstopperProperties noMigration(GobstopperProperties properties) {
		Assert.isNull(properties.getMigrateFrom(),
				"tasks are moved to PostgreSQL only; set gobstopper.store to 'postgresql', or remove the property");
		return properties;
	}

	static @Nullable Path absolute(@Nullable Path directory) {
		return (directory != null) ? directory.toAbsolutePath().normalize() : null;
	}

	@Bean(destroyMethod = "")
	DuckDbTaskStore gobstopperTaskStore(DuckDbDatabase database) {
		return new DuckDbTaskStore(database);
	}

	// Whatever looks for all singletons of that type, such as health and the meters of
	// pools, finds only those of the application.
	@Bean(defaultCandidate = false, destroyMethod = "")
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@GobstopperDataSource
	DataSource gobstopperDataSource(DuckDbDatabase database) {
		return database.readers();
	}

}
