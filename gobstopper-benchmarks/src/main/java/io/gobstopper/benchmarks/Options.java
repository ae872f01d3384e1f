package io.gobstopper.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param tasks the number of tasks, {@code null} for that of the scenario
 * @param runs how often the scenario is repeated; the median is the one in the middle
 * @param warmup how often burndown runs before that, for all that are timed, without
 * counting
 * @param rate the tasks that arrive each second, where they arrive steadily
 * @param seconds for how long they do
 * @param rivals whether to time other libraries too
 * @param json whether to print JSON
 * @param store where tasks are stored
 */
record Options(@Nullable Integer tasks, int runs, int warmup, int rate, int seconds, boolean rivals, boolean json,
		StoreKind store) {

	static final String HELP = "  options: --tasks=N --runs=N --warmup=N --rate=N --seconds=N --rivals --json --store=duckdb|postgresql";

	static Options parse(String... arguments) {
		Options options = new Options(null, 1, 0, 500, 30, false, false, StoreKind.DUCKDB);
		for (String argument : arguments) {
			options = options.with(argument);
		}
		return options;
	}

	private Options with(String argument) {
		String[] parts = argument.split("=", 2);
		return switch (parts[0]) {
			case "--tasks" -> new Options(number(parts), this.runs, this.warmup, this.rate, this.seconds, this.rivals,
					this.json, this.store);
			case "--runs" -> new Options(this.tasks, number(parts), this.warmup, this.rate, this.seconds, this.rivals,
					this.json, this.store);
			case "--warmup" -> new Options(this.tasks, this.runs, number(parts), this.rate, this.seconds, this.rivals,
					this.json, this.store);
			case "--rate" -> new Options(this.tasks, this.runs, this.warmup, number(parts), this.seconds, this.rivals,
					this.json, this.store);
			case "--seconds" -> new Options(this.tasks, this.runs, this.warmup, this.rate, number(parts), this.rivals,
					this.json, this.store);
			case "--rivals" ->
				new Options(this.tasks, this.runs, this.warmup, this.rate, this.seconds, true, this.json, this.store);
			case "--json" ->
				new Options(this.tasks, this.runs, this.warmup, this.rate, this.seconds, this.rivals, true, this.store);
			case "--store" -> new Options(this.tasks, this.runs, this.warmup, this.rate, this.seconds, this.rivals,
					this.json, StoreKind.parse(parts[parts.length - 1]));
			default -> throw new IllegalArgumentException("There is no option '%s'%n%s".formatted(argument, HELP));
		};
	}

	int tasks(int ofScenario) {
		return (this.tasks != null) ? this.tasks : ofScenario;
	}

	private static int number(String[] parts) {
		if (parts.length < 2) {
			throw new IllegalArgumentException(
					"The option '%s' needs a number, as in %s=5".formatted(parts[0], parts[0]));
		}
		return Integer.parseInt(parts[1]);
	}

}
