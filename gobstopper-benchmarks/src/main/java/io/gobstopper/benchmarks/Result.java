package io.gobstopper.benchmarks;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param scenario the scenario and its part
 * @param system what was timed
 * @param tasks the number of tasks
 * @param seconds how long it took
 * @param tasksPerSecond the rate
 * @param p50Ms the median of the latency, in milliseconds
 * @param p95Ms its 95th percentile
 * @param p99Ms its 99th percentile
 * @param p999Ms its 99.9th percentile
 * @param maxMs its maximum
 * @param heapMb the used heap after a collection, in MiB
 * @param rssMb the resident memory of the process
 * @param fileMb the size of the database
 * @param threads the live threads
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Result(String scenario, String system, long tasks, double seconds, double tasksPerSecond, @Nullable Double p50Ms,
		@Nullable Double p95Ms, @Nullable Double p99Ms, @Nullable Double p999Ms, @Nullable Double maxMs,
		@Nullable Long heapMb, @Nullable Long rssMb, @Nullable Long fileMb, @Nullable Integer threads) {

	static Result rate(String scenario, String system, long tasks, double seconds) {
		return new Result(scenario, system, tasks, round(seconds), round(tasks / seconds), null, null, null, null, null,
				null, null, null, null);
	}

	// The histogram is in microseconds.
	Result with(Histogram latency) {
		return new Result(this.scenario, this.system, this.tasks, this.seconds, this.tasksPerSecond,
				percentile(latency, 50), percentile(latency, 95), percentile(latency, 99), percentile(latency, 99.9),
				round(latency.getMaxValue() / 1000.0), this.heapMb, this.rssMb, this.fileMb, this.threads);
	}

	Result with(Footprint footprint) {
		return new Result(this.scenario, this.system, this.tasks, this.seconds, this.tasksPerSecond, this.p50Ms,
				this.p95Ms, this.p99Ms, this.p999Ms, this.maxMs, footprint.heapMb(), footprint.rssMb(),
				footprint.fileMb(), footprint.threads());
	}

	String toLine() {
		StringBuilder line = new StringBuilder("%-28s %-24s %,10d tasks %10.3f s %,12.0f/s".formatted(this.scenario,
				this.system, this.tasks, this.seconds, this.tasksPerSecond));
		append(line, "p50", this.p50Ms, "ms");
		append(line, "p95", this.p95Ms, "ms");
		append(line, "p99", this.p99Ms, "ms");
		append(line, "p99.9", this.p999Ms, "ms");
		append(line, "max", this.maxMs, "ms");
		append(line, "heap", this.heapMb, "MB");
		append(line, "rss", this.rssMb, "MB");
		append(line, "file", this.fileMb, "MB");
		append(line, "threads", this.threads, "");
		return line.toString();
	}

	private static void append(StringBuilder line, String name, @Nullable Number value, String unit) {
		if (value != null) {
			line.append(String.format(Locale.ROOT, "  %s %s %s", name, value, unit));
		}
	}

	private static double percentile(Histogram latency, double percentile) {
		return round(latency.getValueAtPercentile(percentile) / 1000.0);
	}

	private static double round(double value) {
		return Math.round(value * 1000) / 1000.0;
	}

}
