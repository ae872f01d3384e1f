package io.gobstopper.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;

/**
 * How long tasks wait that arrive at a steady rate in one process and run in another, on
 * PostgreSQL.
 */
final class ApartScenario implements Scenario {

	static final String CHILD = "worker-of-another-process";

	private static final String READY = "ready";

	private static final int WARM_UP_SECONDS = 10;

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		for (int run = 0; run < options.runs(); run++) {
			try (PostgresServer server = new PostgresServer();
					GobstopperSystem system = GobstopperSystem.start(StoreKind.POSTGRESQL, server,
							"gobstopper.worker.enabled=false")) {
				Process worker = new ProcessBuilder(ChildProcess.command(CHILD, server.url()))
					.redirectError(ProcessBuilder.Redirect.INHERIT)
					.start();
				try (BufferedReader printed = worker.inputReader()) {
					if (!READY.equals(printed.readLine())) {
						throw new IllegalStateException("The other process did not start");
					}
					measure(options, system, printed, results);
				}
				finally {
					worker.destroy();
				}
			}
		}
	}

	private static void measure(Options options, GobstopperSystem system, BufferedReader printed,
			Consumer<Result> results) throws Exception {
		int rate = options.rate();
		new Arrivals(system, rate, printed).run(Math.min(WARM_UP_SECONDS, options.seconds()));
		Arrivals arrivals = new Arrivals(system, rate, printed);
		double elapsed = arrivals.run(options.seconds());
		long tasks = (long) rate * options.seconds();
		results.accept(Result.rate("apart %d/s enqueue".formatted(rate), system.name(), tasks, elapsed)
			.with(arrivals.enqueue().getIntervalHistogram()));
		results.accept(Result.rate("apart %d/s start".formatted(rate), system.name(), tasks, elapsed)
			.with(arrivals.begin().getIntervalHistogram()));
	}

	// Prints the number of each task and when it was started, by the clock that all
	// processes of a machine share, until the process is ended.
	static void runAndPrint(String url) throws IOException {
		var context = GobstopperSystem.run(Files.createTempDirectory("gobstopper-benchmark"),
				PostgresServer.pool(url + "&currentSchema=gobstopper"));
		context.getBean(GobstopperSystem.Work.class)
			.onStart((number) -> System.out.println(number + " " + System.nanoTime()));
		System.out.println(READY);
		context.registerShutdownHook();
	}

}
