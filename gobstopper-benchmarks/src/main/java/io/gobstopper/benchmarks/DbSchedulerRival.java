package io.gobstopper.benchmarks;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * db-scheduler: 20 threads, lock-and-fetch, immediate execution.
 */
final class DbSchedulerRival implements Rival {

	private static final String SCHEMA = """
			create table if not exists scheduled_tasks (
				task_name text not null,
				task_instance text not null,
				task_data bytea,
				execution_time timestamp with time zone not null,
				picked boolean not null,
				picked_by text,
				last_success timestamp with time zone,
				last_failure timestamp with time zone,
				consecutive_failures int,
				last_heartbeat timestamp with time zone,
				version bigint not null,
				priority smallint,
				primary key (task_name, task_instance)
			);
			create index if not exists execution_time_idx on scheduled_tasks (execution_time);
			create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat);
			""";

	private static final int THREADS = 20;

	private static final int BATCH = 1000;

	private final AtomicInteger done = new AtomicInteger();

	private final OneTimeTask<Mail> task = Tasks.oneTime("work", Mail.class)
		.execute((instance, context) -> this.done.incrementAndGet());

	private final DataSource dataSource;

	private final JdbcTemplate jdbcTemplate;

	private final SchedulerClient client;

	DbSchedulerRival(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.jdbcTemplate.execute(SCHEMA);
		this.client = SchedulerClient.Builder.create(dataSource, this.task).build();
	}

	@Override
	public String name() {
		return "db-scheduler-postgresql";
	}

	@Override
	public void prefill(int jobs) {
		for (int from = 0; from < jobs; from += BATCH) {
			List<TaskInstance<?>> instances = new ArrayList<>(BATCH);
			for (int number = from; number < Math.min(jobs, from + BATCH); number++) {
				instances.add(instance(number));
			}
			this.client.scheduleBatch(instances, Instant.now());
		}
	}

	@Override
	public void enqueue(int number) {
		this.client.scheduleIfNotExists(instance(number), Instant.now().plus(Duration.ofDays(1)));
	}

	@Override
	public void drain(int jobs) throws InterruptedException {
		this.done.set(0);
		Scheduler scheduler = Scheduler.create(this.dataSource, this.task)
			.threads(THREADS)
			.pollUsingLockAndFetch(0.5, 4.0)
			.pollingInterval(Duration.ofMillis(100))
			.enableImmediateExecution()
			.build();
		scheduler.start();
		while (this.done.get() < jobs || !isEmpty()) {
			Thread.sleep(1);
		}
		scheduler.stop();
	}

	private boolean isEmpty() {
		return this.jdbcTemplate.queryForList("select 1 from scheduled_tasks limit 1").isEmpty();
	}

	private TaskInstance<Mail> instance(int number) {
		return this.task.instance(Integer.toString(number),
				new Mail("user%d@example.com".formatted(number), "Welcome", number));
	}

	@Override
	public void close() {
		this.jdbcTemplate.execute("drop table scheduled_tasks");
	}

	/**
	 * The data of a job.
	 */
	record Mail(String to, String subject, int number) implements Serializable {

	}

}
