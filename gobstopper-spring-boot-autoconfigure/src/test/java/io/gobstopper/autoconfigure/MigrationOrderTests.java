package io.gobstopper.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresTaskStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of tasks are made after the migrations of the application, which expect an
 * empty database.
 */
class MigrationOrderTests {

	private static final AtomicInteger DATABASES = new AtomicInteger();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(GobstopperAutoConfiguration.class, GobstopperPostgresAutoConfiguration.class,
						GobstopperWorkerAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withBean(Handlers.class)
		.withPropertyValues("gobstopper.store=postgresql", "spring.datasource.url=" + newDatabase());

	@RepeatedTest(3)
	void flywayIsFirst() {
		this.runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
			.withPropertyValues("spring.flyway.locations=classpath:migrations")
			.run((context) -> assertMigratedAndRunning(context.getBean(DataSource.class),
					context.getBean(TaskQueueService.class)));
	}

	@RepeatedTest(3)
	void liquibaseIsFirst() {
		this.runner.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
			.withPropertyValues("spring.liquibase.change-log=classpath:migrations/changelog.yaml")
			.run((context) -> assertMigratedAndRunning(context.getBean(DataSource.class),
					context.getBean(TaskQueueService.class)));
	}

	@RepeatedTest(3)
	void flywayMayMakeTheTablesOfTheTasks(@TempDir Path folder) throws IOException {
		copyScripts(folder);
		this.runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
			.withPropertyValues("gobstopper.schema.initialize=never",
					"spring.flyway.locations=classpath:migrations,filesystem:" + folder)
			.run((context) -> assertMigratedAndRunning(context.getBean(DataSource.class),
					context.getBean(TaskQueueService.class)));
	}

	@RepeatedTest(3)
	void liquibaseMayMakeTheTablesOfTheTasks() {
		this.runner.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
			.withPropertyValues("gobstopper.schema.initialize=never",
					"spring.liquibase.change-log=classpath:migrations/changelog-with-tasks.yaml")
			.run((context) -> assertMigratedAndRunning(context.getBean(DataSource.class),
					context.getBean(TaskQueueService.class)));
	}

	private static void copyScripts(Path folder) throws IOException {
		for (int version = 1; version <= 8; version++) {
			try (InputStream script = PostgresTaskStore.class
				.getResourceAsStream("postgresql-%d.sql".formatted(version))) {
				Files.copy(Objects.requireNonNull(script), folder.resolve("V1%d__tasks.sql".formatted(version)));
			}
		}
	}

	private static void assertMigratedAndRunning(DataSource dataSource, TaskQueueService queue) throws Exception {
		assertThat(new JdbcTemplate(dataSource).queryForObject("select count(*) from customer", Long.class)).isZero();
		assertThat(queue.completion(queue.enqueue("done")).get(10, TimeUnit.SECONDS).status())
			.isEqualTo(TaskStatus.SUCCESS);
	}

	private static String newDatabase() {
		String name = "migrated_" + DATABASES.incrementAndGet();
		try (HikariDataSource pool = PostgresServer.newDataSource(1)) {
			new JdbcTemplate(pool).execute("create database " + name);
		}
		return PostgresServer.url().replaceFirst("/postgres(?=\\?)", "/" + name);
	}

	static class Handlers {

		@GobstopperTask(name = "done")
		void done() {
		}

	}

}
