package io.gobstopper.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.BackgroundJob;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr: 20 workers, the shortest poll interval it allows.
 */
public final class JobRunrRival implements Rival {

	private static final int WORKERS = 20;

	private static final AtomicInteger DONE = new AtomicInteger();

	private final String name;

	private final StorageProvider storage;

	JobRunrRival(String name, DataSource dataSource) {
		this.name = name;
		this.storage = SqlStorageProviderFactory.using(dataSource);
	}

	@Override
	public String name() {
		return this.name;
	}

	/**
	 * The job.
	 * @param to an argument
	 * @param subject an argument
	 * @param number an argument
	 */
	public static void work(String to, String subject, int number) {
		DONE.incrementAndGet();
	}

	@Override
	public void prefill(int jobs) {
		configure();
		BackgroundJob.<Integer>enqueue(IntStream.range(0, jobs).boxed(),
				(number) -> work("user@example.com", "Welcome", number));
	}

	@Override
	public void enqueue(int number) {
		BackgroundJob.enqueue(() -> work("user@example.com", "Welcome", number));
	}

	@Override
	public void drain(int jobs) throws InterruptedException {
		DONE.set(0);
		configureWithServer();
		while (DONE.get() < jobs || this.storage.getJobStats().getSucceeded() < jobs) {
			Thread.sleep(20);
		}
		JobRunr.destroy();
	}

	void configure() {
		JobRunr.configure().useStorageProvider(this.storage).initialize();
	}

	private void configureWithServer() {
		JobRunr.configure()
			.useStorageProvider(this.storage)
			.useBackgroundJobServer(BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
				.andWorkerCount(WORKERS)
				.andPollInterval(Duration.ofSeconds(5)))
			.initialize();
	}

	@Override
	public void close() {
		this.storage.close();
	}

}
