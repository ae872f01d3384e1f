package io.gobstopper.crash;

import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStats;
import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperDuckDbAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperObservationAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;

/**
 * An application to kill: it enqueues and runs tasks until someone does, or, if told to
 * drain, until none is left.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ JacksonAutoConfiguration.class, GobstopperAutoConfiguration.class,
		GobstopperDuckDbAutoConfiguration.class, GobstopperObservationAutoConfiguration.class,
		GobstopperWorkerAutoConfiguration.class })
public class CrashingApplication {

	static final String DATABASE = "tasks.duckdb";

	static final String LEDGER = "ledger";

	static final String READY = "ready-";

	static final int LIMIT = 2;

	private static final String SMALL_LOG = "set global wal_autocheckpoint = '256KiB'";

	public static void main(String[] args) throws Exception {
		Path folder = Path.of(args[0]);
		int process = Integer.parseInt(args[1]);
		SpringApplication application = new SpringApplication(CrashingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ConfigurableApplicationContext context = application.run("--crash.folder=" + folder,
				"--crash.process=" + process, "--gobstopper.duckdb.path=" + folder.resolve(DATABASE),
				"--gobstopper.worker.concurrency=4", "--gobstopper.limits.shared.total=" + LIMIT,
				"--gobstopper.fairness.flaky.enabled=true", "--gobstopper.worker.max-crashes=10",
				"--gobstopper.worker.shutdown-grace-period=100ms", "--gobstopper.retry.initial-delay=50ms",
				"--gobstopper.retry.max-delay=200ms", "--gobstopper.retention.finished=20s",
				"--gobstopper.retention.interval=500ms", "--gobstopper.retention.batch-size=200",
				"--spring.main.banner-mode=off");
		TaskQueueService queue = context.getBean(TaskQueueService.class);
		Ledger ledger = context.getBean(Ledger.class);
		if (args[2].equals("drain")) {
			drain(queue);
			context.close();
			return;
		}
		DataSource readers = context.getBean("gobstopperDataSource", DataSource.class);
		new JdbcTemplate(readers).execute(SMALL_LOG);
		Files.createFile(folder.resolve(READY + process));
		new Producers(queue, ledger, process).start();
	}

	private static void drain(TaskQueueService queue) {
		queue.cancelAll(TaskQuery.all().category("paced"));
		Awaitility.await().forever().until(() -> {
			TaskStats stats = queue.stats();
			return stats.running() + stats.queued() == 0;
		});
	}

	@Bean
	Ledger ledger(Environment environment) {
		return new Ledger(Path.of(environment.getRequiredProperty("crash.folder"), LEDGER),
				environment.getRequiredProperty("crash.process", Integer.class));
	}

	@Bean
	RecordedHandlers recordedHandlers(Ledger ledger) {
		return new RecordedHandlers(ledger);
	}

}
