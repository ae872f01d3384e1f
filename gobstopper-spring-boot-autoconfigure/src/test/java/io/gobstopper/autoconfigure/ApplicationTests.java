package io.gobstopper.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.GobstopperDataSource;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Whole applications with the auto-configurations, and how they fail to start.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ApplicationTests {

	@TempDir
	private Path folder;

	@Test
	void applicationWithoutADatabaseRunsTasks() throws Exception {
		try (ConfigurableApplicationContext context = run(NoDatabase.class)) {
			assertThat(context.getBeanNamesForType(JdbcTemplate.class)).isEmpty();
			assertThat(run(context, "twice", 4).result()).isEqualTo(8);
		}
	}

	@Test
	void oneLineSaysWhatTheQueueDoes(CapturedOutput output) {
		run(NoDatabase.class, "--gobstopper.worker.concurrency-by-category.images=3").close();
		assertThat(output).containsOnlyOnce("Tasks are stored in '%s', inside a transaction right after its commit; "
			.formatted(this.folder.resolve("tasks.duckdb"))
				+ "this process runs at most 10 of 'default', 3 of 'images' at once");
		run(NoDatabase.class, "--gobstopper.worker.categories=default", "--gobstopper.worker.concurrency=7").close();
		assertThat(output).containsOnlyOnce("this process runs at most 7 of 'default' at once");
		run(NoDatabase.class, "--gobstopper.worker.enabled=false").close();
		assertThat(output).containsOnlyOnce("this process only enqueues them");
	}

	@Test
	void startOfAnApplicationWarnsOfNothing(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = run(NoDatabase.class)) {
			run(context, "twice", 4);
		}
		assertThat(output).doesNotContain(" WARN ").doesNotContain(" ERROR ");
	}

	@Test
	void lazyApplicationRunsTasks() throws Exception {
		try (ConfigurableApplicationContext context = run(NoDatabase.class, "--spring.main.lazy-initialization=true")) {
			assertThat(run(context, "twice", 4).result()).isEqualTo(8);
		}
	}

	@Test
	void applicationWithItsOwnPostgresKeepsItsBeans() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				ConfigurableApplicationContext context = run(OwnDatabase.class,
						"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"))) {
			assertThat(context.getBeanProvider(PlatformTransactionManager.class).stream()).hasSize(1);
			JdbcTemplate own = context.getBean(JdbcTemplate.class);
			assertThat(own.getDataSource()).isSameAs(context.getBean(DataSource.class));
			own.execute("create table effects (value integer)");
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			transaction.executeWithoutResult((status) -> {
				queue.enqueue("insert", 1);
				status.setRollbackOnly();
			});
			String id = transaction.execute((status) -> queue.enqueue("insert", 2));
			assertThat(queue.completion(id).get(20, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(run(context, "insert", -1).status()).isEqualTo(TaskStatus.FAILED);
			assertThat(own.queryForList("select value from effects", Integer.class)).containsExactly(2);
			assertThat(own
				.queryForList("select table_name from information_schema.tables where table_name like 'gobstopper%'"))
				.isEmpty();
			assertThat(queue.stats().total()).isEqualTo(2);
		}
	}

	@Test
	void sameApplicationRunsOnEitherStoreByPropertiesAlone(CapturedOutput output) throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			String url = "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres");
			try (ConfigurableApplicationContext context = run(OwnDatabase.class, url)) {
				context.getBean(JdbcTemplate.class).execute("create table effects (value integer)");
				assertThat(run(context, "insert", 1).status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(countTasks(context)).isOne();
			}
			try (ConfigurableApplicationContext context = run(OwnDatabase.class, url, "--gobstopper.store=postgresql",
					"--gobstopper.postgresql.schema=tasks",
					"--gobstopper.migrate-from=" + this.folder.resolve("tasks.duckdb"))) {
				assertThat(run(context, "insert", 2).status()).isEqualTo(TaskStatus.SUCCESS);
				TaskQueueService queue = context.getBean(TaskQueueService.class);
				new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
					.executeWithoutResult((status) -> {
						queue.enqueue("insert", 3);
						status.setRollbackOnly();
					});
				assertThat(queue.stats().total()).isEqualTo(2);
				assertThat(context.getBeanProvider(DataSource.class).getIfUnique()).isNotNull();
				assertThat(new JdbcTemplate(context.getBean("gobstopperDataSource", DataSource.class))
					.queryForObject("select count(*) from tasks.gobstopper_task_all", Integer.class)).isEqualTo(2);
			}
			assertThat(output).contains("inside a transaction of that database as a part of it")
				.contains("Moved 1 tasks");
		}
	}

	private static int countTasks(ConfigurableApplicationContext context) {
		return new JdbcTemplate(context.getBean("gobstopperDataSource", DataSource.class))
			.queryForObject("select count(*) from gobstopper_task_all", Integer.class);
	}

	@Test
	void postgresqlWithoutADataSourceStopsTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(NoDatabase.class, "--gobstopper.store=postgresql").close());
		assertThat(output).contains("APPLICATION FAILED TO START").contains("'postgresql' needs a DataSource bean");
	}

	@Test
	void tablesThatNobodyMadeStopTheStart(CapturedOutput output) throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			assertThatException().isThrownBy(() -> run(OwnDatabase.class,
					"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
					"--gobstopper.store=postgresql", "--gobstopper.schema.initialize=never")
				.close());
		}
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("schema version 0 instead of 8")
			.contains("[postgresql-1.sql, postgresql-2.sql, postgresql-3.sql, postgresql-4.sql, "
					+ "postgresql-5.sql, postgresql-6.sql, postgresql-7.sql, postgresql-8.sql]");
	}

	@Test
	void applicationWithoutMetricsAndActuatorRunsTasks() throws Exception {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.matches(
					".*(actuator|spring-boot-health|spring-boot-micrometer|micrometer-core|micrometer-registry|tracing|opentelemetry|security).*"))
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(classPath).contains("micrometer-observation");
		Process process = java(classPath, BareApplication.class);
		assertThat(process.inputReader().lines()).contains("result: hello");
		assertThat(process.waitFor()).isZero();
	}

	@Test
	void programThatOnlyEnqueuesEndsWithItsMainMethod() throws Exception {
		Process process = java(System.getProperty("java.class.path"), EnqueueingApplication.class,
				"--gobstopper.worker.enabled=false", "--gobstopper.duckdb.path=" + this.folder.resolve("tasks.duckdb"));
		try {
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(process.inputReader().lines()).anyMatch((line) -> line.startsWith("enqueued: "));
			assertThat(process.exitValue()).isZero();
		}
		finally {
			process.destroyForcibly();
		}
		try (ConfigurableApplicationContext context = run(NoDatabase.class)) {
			assertThat(context.getBean(TaskQueueService.class).stats().total()).isOne();
		}
	}

	@Test
	void temporaryFolderFromWhichNothingCanBeLoadedIsExplained() throws Exception {
		Path temporary = Files.createDirectory(this.folder.resolve("temporary"));
		Assumptions.assumeTrue(
				succeeds("mount", "-t", "tmpfs", "-o", "noexec,size=200m", "tmpfs", temporary.toString()),
				"This user may not mount a file system");
		try {
			Process process = java(System.getProperty("java.class.path"), BareApplication.class,
					Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary));
			assertThat(String.join("\n", process.inputReader().lines().toList()))
				.contains("APPLICATION FAILED TO START")
				.contains("cannot be loaded from the temporary folder '%s'".formatted(temporary))
				.contains("'java.io.tmpdir'", "noexec");
			assertThat(process.waitFor()).isNotZero();
		}
		finally {
			assertThat(succeeds("umount", "--lazy", temporary.toString())).isTrue();
		}
	}

	@Test
	void pathThatTheLocaleCannotWriteIsExplained() throws Exception {
		Process process = java(System.getProperty("java.class.path"), BareApplication.class,
				Map.of("LC_ALL", "C", "SPRING_APPLICATION_JSON", """
						{"gobstopper":{"duckdb":{"path":"%s/t\\u00e4sks.duckdb"}}}""".formatted(this.folder)));
		assertThat(String.join("\n", process.inputReader().lines().toList())).contains("APPLICATION FAILED TO START")
			.contains("gobstopper.duckdb.path")
			.contains("LC_ALL");
		assertThat(process.waitFor()).isNotZero();
	}

	private static boolean succeeds(String... command) throws Exception {
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start()
			.waitFor() == 0;
	}

	private static Process java(String classPath, Class<?> program, String... arguments) throws IOException {
		return java(classPath, program, Map.of(), arguments);
	}

	private static Process java(String classPath, Class<?> program, Map<String, String> environment,
			String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
						program.getName()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(environment);
		return builder.start();
	}

	@Test
	void fileHeldByAnotherProcessStopsTheStartWithTwoWaysOut(CapturedOutput output) throws Exception {
		Path file = this.folder.resolve("tasks.duckdb");
		Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "io.gobstopper.store.duckdb.file.FileHolder", file.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			assertThat(holder.inputReader().readLine()).isEqualTo("held");
			assertThatException().isThrownBy(() -> run(NoDatabase.class).close());
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains("The task database '%s' is in use by the process with PID %d".formatted(file, holder.pid()))
				.contains("gobstopper.duckdb.path")
				.contains("PostgreSQL");
		}
		finally {
			holder.destroyForcibly().waitFor();
		}
	}

	@Test
	void fileThatIsNoDatabaseStopsTheStart(CapturedOutput output) throws Exception {
		Files.writeString(this.folder.resolve("tasks.duckdb"), "notes".repeat(2000));
		assertThatException().isThrownBy(() -> run(NoDatabase.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("not a valid DuckDB database file")
			.contains("set 'gobstopper.duckdb.path' to another file");
	}

	@Test
	void fileOfANewerVersionStopsTheStart(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = run(NoDatabase.class)) {
			DataSource tasks = context.getBean("gobstopperDataSource", DataSource.class);
			new JdbcTemplate(tasks).update("insert into gobstopper_schema_version values (99, timestamp '2030-01-01')");
		}
		assertThatException().isThrownBy(() -> run(NoDatabase.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("schema version 99")
			.contains("Use the version of Gobstopper that wrote the file");
	}

	@Test
	void duplicateNameStopsTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(Duplicates.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The task name 'twice' is claimed by two methods")
			.contains("Give each @GobstopperTask a name of its own");
	}

	@Test
	void badPropertyStopsTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(NoDatabase.class, "--gobstopper.worker.concurrency=0").close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'concurrency' must be at least 1, but is 0")
			.contains("its name begins with 'gobstopper.worker'");
	}

	@Test
	void fileThatIsToBeMovedToItselfStopsTheStart(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(NoDatabase.class, "--gobstopper.migrate-from=old.duckdb").close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("tasks are moved to PostgreSQL only")
			.contains("its name begins with 'gobstopper.migrate-from'");
	}

	@Test
	void tasksAreStoredInTheDataSourceThatIsMarkedEvenIfItIsNoDefaultCandidate() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				ConfigurableApplicationContext context = run(MarkedDatabase.class,
						"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
						"--gobstopper.store=postgresql")) {
			context.getBean(JdbcTemplate.class).execute("create table effects (value integer)");
			assertThat(run(context, "insert", 1).status()).isEqualTo(TaskStatus.SUCCESS);
			DataSource marked = context.getBean("tasks", DataSource.class);
			assertThat(new JdbcTemplate(marked).queryForObject("select count(*) from apart.gobstopper_task_all",
					Integer.class))
				.isOne();
			assertThat(context.containsBean("gobstopperDataSource")).isFalse();
			assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isNotSameAs(marked);
		}
	}

	@Test
	void transactionOfAWrappedDataSourceIsJoined() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				ConfigurableApplicationContext context = run(WrappedDatabase.class,
						"--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
						"--gobstopper.store=postgresql")) {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			String id = transaction.execute((status) -> {
				String enqueued = queue.enqueue("insert", 1);
				assertThat(queue.findTask(enqueued)).isPresent();
				return enqueued;
			});
			assertThat(queue.findTask(id)).isPresent();
		}
	}

	private ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		SpringApplication springApplication = new SpringApplication(application);
		springApplication.setWebApplicationType(WebApplicationType.NONE);
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--gobstopper.duckdb.path=" + this.folder.resolve("tasks.duckdb"));
		return springApplication.run(all.toArray(String[]::new));
	}

	private static TaskInfo run(ConfigurableApplicationContext context, String name, int argument) throws Exception {
		TaskQueueService queue = context.getBean(TaskQueueService.class);
		return queue.completion(queue.enqueue(name, argument)).get(20, TimeUnit.SECONDS);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class NoDatabase {

		@GobstopperTask(name = "twice")
		int twice(int value) {
			return 2 * value;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Duplicates extends NoDatabase {

		@Bean
		Other other() {
			return new Other();
		}

	}

	static class Other {

		@GobstopperTask(name = "twice")
		void twice() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OwnDatabase {

		@Bean
		Inserts inserts(JdbcTemplate jdbcTemplate) {
			return new Inserts(jdbcTemplate);
		}

	}

	/**
	 * Has a second data source for tasks, whose connections use another schema.
	 */
	@Configuration(proxyBeanMethods = false)
	static class MarkedDatabase extends OwnDatabase {

		@Bean(defaultCandidate = false)
		@GobstopperDataSource
		DataSource tasks(Environment environment) {
			String url = environment.getRequiredProperty("spring.datasource.url");
			new JdbcTemplate(new DriverManagerDataSource(url)).execute("create schema apart");
			return new DriverManagerDataSource(url + "&currentSchema=apart");
		}

	}

	/**
	 * Wraps each data source, as those do who watch or count what goes through it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class WrappedDatabase extends OwnDatabase {

		@Bean
		static BeanPostProcessor wrapping() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof DataSource dataSource) ? new DelegatingDataSource(dataSource) : bean;
				}

			};
		}

	}

	static class Inserts {

		private final JdbcTemplate jdbcTemplate;

		Inserts(JdbcTemplate jdbcTemplate) {
			this.jdbcTemplate = jdbcTemplate;
		}

		@Transactional
		@GobstopperTask(name = "insert")
		void insert(int value) {
			this.jdbcTemplate.update("insert into effects values (?)", value);
			if (value < 0) {
				throw new IllegalStateException("rolled back");
			}
		}

	}

}
