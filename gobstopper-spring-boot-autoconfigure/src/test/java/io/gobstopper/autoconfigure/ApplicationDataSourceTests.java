package io.gobstopper.autoconfigure;

import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application sees of its own databases is as it is without the library.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ApplicationDataSourceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(GobstopperAutoConfiguration.class, GobstopperDuckDbAutoConfiguration.class,
						GobstopperPostgresAutoConfiguration.class, GobstopperWorkerAutoConfiguration.class,
						DataSourceHealthContributorAutoConfiguration.class, MetricsAutoConfiguration.class,
						SimpleMetricsExportAutoConfiguration.class, DataSourcePoolMetricsAutoConfiguration.class))
		.withBean(Handlers.class)
		.withPropertyValues("gobstopper.duckdb.path=:memory:", "gobstopper.postgresql.schema=of_application");

	private final ApplicationContextRunner withDataSource = this.runner
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class));

	private final ApplicationContextRunner postgres = this.withDataSource.withPropertyValues(
			"gobstopper.store=postgresql", "spring.datasource.url=" + PostgresServer.url(),
			"spring.datasource.hikari.maximum-pool-size=4");

	@Test
	void healthOfTheDatabaseIsNotThereWithoutADatabaseOfTheApplication() {
		this.runner.run((context) -> {
			assertRuns(context.getBean(TaskQueueService.class));
			assertThat(context).doesNotHaveBean("dbHealthContributor");
		});
	}

	@Test
	void healthOfTheDatabaseIsThatOfTheApplicationBesideDuckDb() {
		this.withDataSource
			.withPropertyValues("spring.datasource.url=jdbc:duckdb:",
					"spring.datasource.driver-class-name=org.duckdb.DuckDBDriver")
			.run((context) -> {
				assertThat(context.getBean("dbHealthContributor")).isInstanceOf(DataSourceHealthIndicator.class);
				assertThat(poolMeters(context.getBean(MeterRegistry.class))).containsExactly("dataSource");
			});
	}

	@Test
	void healthAndMetersOfPostgresCountItOnce() {
		this.postgres.withBean(ReadsTasks.class).run((context) -> {
			assertRuns(context.getBean(TaskQueueService.class));
			assertThat(context.getBean("dbHealthContributor")).isInstanceOf(DataSourceHealthIndicator.class);
			assertThat(poolMeters(context.getBean(MeterRegistry.class))).containsExactly("dataSource");
			assertThat(context.getBean(ReadsTasks.class).dataSource.getObject())
				.isSameAs(context.getBean(DataSource.class));
		});
	}

	@Test
	void poolMetersCountPostgresOnce() {
		this.postgres.run((context) -> {
			assertRuns(context.getBean(TaskQueueService.class));
			assertThat(context.getBean(MeterRegistry.class).find("jdbc.connections.max").gauges())
				.extracting(Gauge::value)
				.containsExactly(4.0);
		});
	}

	@Test
	void poolThatIsTooSmallIsRefusedAtTheStart() {
		this.postgres.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("at least 3 connections")
				.hasMessageContaining("this one has 2")
				.hasMessageContaining("spring.datasource.hikari.maximum-pool-size");
		});
		this.postgres
			.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2", "gobstopper.postgresql.listen=false")
			.run((context) -> assertRuns(context.getBean(TaskQueueService.class)));
	}

	@Test
	void ownTransactionsOutliveACrashEvenIfTheOthersDoNot(CapturedOutput output) {
		this.postgres.run((context) -> {
			JdbcTemplate jdbcTemplate = new JdbcTemplate(context.getBean(DataSource.class));
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			assertRuns(queue);
			assertThat(jdbcTemplate.queryForObject("show synchronous_commit", String.class)).isEqualTo("off");
			assertThat(output).contains("'synchronous_commit' is off").contains("'fsync' is off");
			jdbcTemplate.execute("""
					create or replace function tell_synchronous_commit() returns trigger language plpgsql as $$
					begin
						if current_setting('synchronous_commit') = 'off' then
							raise exception 'a crash would lose this';
						end if;
						return null;
					end $$;
					create trigger telling after insert or update or delete on of_application.gobstopper_task
					for each statement execute function tell_synchronous_commit();
					create trigger telling after insert or update or delete on of_application.gobstopper_task_history
					for each statement execute function tell_synchronous_commit();
					""");
			try {
				assertRuns(queue);
			}
			finally {
				jdbcTemplate.execute("""
						drop trigger telling on of_application.gobstopper_task;
						drop trigger telling on of_application.gobstopper_task_history
						""");
			}
		});
	}

	@Test
	void startOnDuckDbSaysNothingOfPools(CapturedOutput output) {
		this.runner.run((context) -> {
			assertRuns(context.getBean(TaskQueueService.class));
			context.getBean(TaskQueueService.class).stats();
		});
		assertThat(output.getAll().lines().filter((line) -> line.matches(".*\\b(INFO|WARN|ERROR)\\b.*"))).isNotEmpty()
			.noneMatch((line) -> line.matches("(?i).*hikari.*"));
	}

	@Test
	void restartByDevToolsDoesNotWaitForTasks() throws IOException {
		Properties devTools = PropertiesLoaderUtils
			.loadProperties(new ClassPathResource("META-INF/spring-devtools.properties"));
		String[] defaults = devTools.stringPropertyNames()
			.stream()
			.map((name) -> name.replaceFirst("^defaults\\.", "") + "=" + devTools.getProperty(name))
			.toArray(String[]::new);
		this.runner.withPropertyValues(defaults).run((context) -> {
			Handlers handlers = context.getBean(Handlers.class);
			context.getBean(TaskQueueService.class).enqueue("spin");
			await().until(() -> handlers.spinning);
			long started = System.nanoTime();
			context.close();
			assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started)).isLessThan(5);
			handlers.spinning = false;
		});
	}

	private static void assertRuns(TaskQueueService queue) throws Exception {
		assertThat(queue.completion(queue.enqueue("done")).get(10, TimeUnit.SECONDS).status())
			.isEqualTo(TaskStatus.SUCCESS);
	}

	private static List<String> poolMeters(MeterRegistry registry) {
		return registry.find("jdbc.connections.max")
			.meters()
			.stream()
			.map(Meter::getId)
			.map((id) -> String.valueOf(id.getTag("name")))
			.toList();
	}

	static class ReadsTasks {

		final ObjectProvider<DataSource> dataSource;

		ReadsTasks(@GobstopperDataSource ObjectProvider<DataSource> dataSource) {
			this.dataSource = dataSource;
		}

	}

	static class Handlers {

		volatile boolean spinning;

		@GobstopperTask(name = "done")
		void done() {
		}

		@GobstopperTask(name = "spin")
		void spin() {
			this.spinning = true;
			while (this.spinning) {
				Thread.onSpinWait();
			}
		}

	}

}
