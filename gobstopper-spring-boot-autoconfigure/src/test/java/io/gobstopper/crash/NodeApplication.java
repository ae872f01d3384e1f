package io.gobstopper.crash;

import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperObservationAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperPostgresAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;

/**
 * An application that runs tasks on a database that it shares with others, until it is
 * killed.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
		GobstopperAutoConfiguration.class, GobstopperPostgresAutoConfiguration.class,
		GobstopperObservationAutoConfiguration.class, GobstopperWorkerAutoConfiguration.class })
public class NodeApplication {

	static final String LEDGER = "ledger";

	static final String READY = "ready-";

	static final String SCHEMA = "nodes";

	public static void main(String[] args) throws Exception {
		Path folder = Path.of(args[0]);
		int process = Integer.parseInt(args[1]);
		SpringApplication application = new SpringApplication(NodeApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		var unused = application.run("--crash.folder=" + folder, "--crash.process=" + process,
				"--spring.datasource.url=" + args[2], "--spring.datasource.hikari.maximum-pool-size=6",
				"--gobstopper.store=postgresql", "--gobstopper.postgresql.schema=" + SCHEMA,
				"--gobstopper.worker.lease-duration=" + args[3], "--gobstopper.worker.heartbeat-interval=" + args[4],
				"--gobstopper.worker.max-crashes=100", "--gobstopper.fairness.flaky.enabled=true",
				"--spring.main.banner-mode=off");
		Files.createFile(folder.resolve(READY + process));
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
