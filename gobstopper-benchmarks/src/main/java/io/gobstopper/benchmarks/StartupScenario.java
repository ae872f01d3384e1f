package io.gobstopper.benchmarks;

import java.util.function.Consumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * How much time the queue adds to the refresh of an application's context. The first run
 * of a process also loads classes and the native library.
 */
final class StartupScenario implements Scenario {

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			double without = refresh("gobstopper.enabled=false");
			double with = refresh("gobstopper.enabled=true");
			results.accept(Result.rate("startup without", GobstopperSystem.NAME, 1, without));
			results.accept(Result.rate("startup added", GobstopperSystem.NAME, 1, Math.max(0.001, with - without)));
		}
	}

	private static double refresh(String property) {
		SpringApplication application = new SpringApplication(GobstopperSystem.Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setLogStartupInfo(false);
		long start = System.nanoTime();
		long[] refreshed = new long[1];
		application
			.addListeners((ApplicationListener<ContextRefreshedEvent>) (event) -> refreshed[0] = System.nanoTime());
		application
			.run("--" + property, "--gobstopper.duckdb.path=:memory:", "--logging.level.root=warn",
					"--spring.main.banner-mode=off")
			.close();
		return (refreshed[0] - start) / 1e9;
	}

}
