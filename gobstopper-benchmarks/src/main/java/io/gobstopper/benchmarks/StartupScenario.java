package io.gobstopper.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * How much later an application is ready because of the starter. Each start has a new
 * JVM, in which all classes are cold.
 */
final class StartupScenario implements Scenario {

	static final String CHILD = "startup-of-a-child";

	private static final String REFRESHED = "Seconds until the context was refreshed: ";

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			double without = startChild("false");
			double with = startChild("true");
			results.accept(Result.rate("startup without", StoreKind.DUCKDB.system(), 1, without));
			results.accept(Result.rate("startup with", StoreKind.DUCKDB.system(), 1, with));
			results.accept(Result.rate("startup added", StoreKind.DUCKDB.system(), 1, Math.max(0.001, with - without)));
		}
	}

	private static double startChild(String enabled) throws IOException, InterruptedException {
		List<String> command = ChildProcess.command(CHILD, enabled);
		Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
		if (child.waitFor() != 0) {
			throw new IllegalStateException("The application did not start: " + printed);
		}
		return printed.lines()
			.filter((line) -> line.startsWith(REFRESHED))
			.mapToDouble((line) -> Double.parseDouble(line.substring(REFRESHED.length())))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("The application does not tell when it is ready: " + printed));
	}

	// Prints the seconds from the start of the application until its context is
	// refreshed.
	static void startAndPrint(String enabled) {
		SpringApplication application = new SpringApplication(GobstopperSystem.Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setLogStartupInfo(false);
		long start = System.nanoTime();
		application.addListeners((ApplicationListener<ContextRefreshedEvent>) (event) -> System.out
			.println(REFRESHED + (System.nanoTime() - start) / 1e9));
		application
			.run("--gobstopper.enabled=" + enabled, "--gobstopper.duckdb.path=:memory:", "--logging.level.root=warn",
					"--spring.main.banner-mode=off")
			.close();
	}

}
