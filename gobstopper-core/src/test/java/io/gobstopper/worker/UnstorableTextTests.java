package io.gobstopper.worker;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A database that cannot store every character, such as one with the encoding LATIN1.
 */
class UnstorableTextTests {

	private static HikariDataSource latin1;

	@BeforeAll
	static void createDatabase() {
		new JdbcTemplate(PostgresServer.dataSource())
			.execute("create database latin1 encoding 'LATIN1' locale 'C' template template0");
		latin1 = new HikariDataSource();
		latin1.setJdbcUrl(PostgresServer.url().replaceFirst("/postgres(?=\\?)", "/latin1"));
	}

	@AfterAll
	static void closePool() {
		latin1.close();
	}

	@Test
	void taskEndsAlthoughItsErrorCannotBeStored() throws Exception {
		try (TestQueue queue = queue()) {
			TaskInfo failed = queue.await(queue.service().enqueue("fails"));
			assertThat(failed.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(failed.error()).isEqualTo("Out of ?");
		}
	}

	@Test
	void resultIsTheSame() throws Exception {
		try (TestQueue queue = queue()) {
			assertThat(queue.await(queue.service().enqueue("returns")).result()).isEqualTo("\uD83C\uDF6C");
		}
	}

	@Test
	void progressOfOthersIsStoredToo() throws Exception {
		Handlers handlers = new Handlers();
		try (TestQueue queue = TestQueue.with(handlers).postgres(latin1, PostgresServer.newSettings()).start()) {
			String sweet = queue.service().enqueue("reports", "euro");
			String plain = queue.service().enqueue("reports", "half");
			await().untilAsserted(() -> {
				assertThat(queue.find(sweet).progressMessage()).isEqualTo("?");
				assertThat(queue.find(plain).progressMessage()).isEqualTo("half");
			});
			queue.service().cancel(sweet);
			queue.service().cancel(plain);
			queue.await(sweet);
			queue.await(plain);
		}
	}

	private static TestQueue queue() {
		return TestQueue.with(new Handlers()).postgres(latin1, PostgresServer.newSettings()).start();
	}

	static class Handlers {

		@GobstopperTask(name = "fails")
		void fails() {
			throw new IllegalStateException("Out of \uD83C\uDF6C");
		}

		@GobstopperTask(name = "returns")
		String returns() {
			return "\uD83C\uDF6C";
		}

		@GobstopperTask(name = "reports")
		void reports(String message, TaskContext context) throws InterruptedException {
			context.progress(50, message.equals("half") ? message : "\u20AC");
			await().forever().until(context::isCancelled);
			context.throwIfCancelled();
		}

	}

}
