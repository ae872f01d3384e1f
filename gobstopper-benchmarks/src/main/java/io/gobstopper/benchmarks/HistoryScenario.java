package io.gobstopper.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;

/**
 * How the speed depends on how many finished tasks are kept.
 */
final class HistoryScenario implements Scenario {

	private static final List<Integer> FINISHED = List.of(0, 1_000_000, 10_000_000);

	private static final int DRAINED = 100_000;

	private static final int LOOKUPS = 200;

	private static final int FILL_AT_ONCE = 500_000;

	// Ids that begin with the time, as those of enqueued tasks do.
	private static final String FILL = """
			insert into gobstopper_task_history
			select n - ? as seq, (printf('%%08x-%%04x-4%%03x-8%%03x-%%012x', n // 65536, n %% 65536, n %% 4096,
					(n * 7) %% 4096, hash(n) %% 281474976710656))::uuid as id,
				'work', 'default', 2, case when n %% 100 = 0 then 'failed' else 'success' end,
				'["user' || n || '@example.com"]', '{"subject":"Welcome","number":' || n || '}',
				timestamp '2026-01-01' + to_milliseconds(n), timestamp '2026-01-01' + to_milliseconds(n),
				timestamp '2026-01-01' + to_milliseconds(n + 5), timestamp '2026-01-01' + to_milliseconds(n + 9), 0.004,
				'{"to":"user' || n || '@example.com","sent":true}', case when n %% 100 = 0 then 'no' end, null, 0, 0, 1, 0,
				100.0, '', null, null, null, null, false, null, 'host/1/0', null
			from range(?, ? + 1) as numbers(n)
			"""
		.replace("%%", "%");

	@Override
	public void run(Options options, Consumer<Result> results) throws Exception {
		List<Integer> sizes = (options.tasks() != null) ? List.of(options.tasks()) : FINISHED;
		int drained = Math.min(DRAINED, options.tasks(DRAINED));
		try (GobstopperSystem system = GobstopperSystem.start(StoreKind.DUCKDB)) {
			BurndownScenario.drain("warm-up", system, drained);
		}
		for (int run = 0; run < options.runs(); run++) {
			for (int finished : sizes) {
				try (GobstopperSystem system = GobstopperSystem.start(StoreKind.DUCKDB,
						"gobstopper.retention.finished=36500d")) {
					measure(system, finished, drained, results);
				}
			}
		}
	}

	private static void measure(GobstopperSystem system, int finished, int tasks, Consumer<Result> results)
			throws Exception {
		JdbcTemplate jdbcTemplate = new JdbcTemplate(system.dataSource());
		for (int from = 1; from <= finished; from += FILL_AT_ONCE) {
			jdbcTemplate.update(FILL, finished, from, Math.min(finished, from + FILL_AT_ONCE - 1));
		}
		jdbcTemplate.execute("checkpoint");
		String name = "history %,d ".formatted(finished);
		results.accept(BurndownScenario.drain(name + "burndown", system, tasks));
		List<String> ids = jdbcTemplate.queryForList(
				"select id from gobstopper_task_history using sample %d rows".formatted(LOOKUPS), String.class);
		Histogram find = new Histogram(60_000_000, 3);
		for (String id : ids) {
			time(find, () -> system.queue().findTask(id).orElseThrow());
		}
		results.accept(latency(name + "findTask", find));
		results.accept(latency(name + "stats", repeat(() -> system.queue().stats())));
		results.accept(latency(name + "first page", repeat(() -> system.queue().findTasks(TaskQuery.all()))));
		results.accept(latency(name + "failed page",
				repeat(() -> system.queue().findTasks(TaskQuery.all().status(TaskStatus.FAILED)))));
	}

	private static Histogram repeat(Callable<?> call) throws Exception {
		Histogram histogram = new Histogram(60_000_000, 3);
		for (int i = 0; i < 20; i++) {
			time(histogram, call);
		}
		return histogram;
	}

	private static void time(Histogram histogram, Callable<?> call) throws Exception {
		long start = System.nanoTime();
		call.call();
		histogram.recordValue((System.nanoTime() - start) / 1000);
	}

	private static Result latency(String scenario, Histogram histogram) {
		double seconds = histogram.getMean() * histogram.getTotalCount() / 1e6;
		return Result.rate(scenario, StoreKind.DUCKDB.system(), histogram.getTotalCount(), seconds).with(histogram);
	}

}
