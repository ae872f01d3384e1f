package io.gobstopper.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.limit.TaskLimit;
import io.gobstopper.test.LimitedTaskTests.Accounts;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@Import(Accounts.class)
class LimitedTaskTests {

	@Autowired
	private TaskQueueService queue;

	@Autowired
	private TaskQueueTester tester;

	@Autowired
	private Accounts accounts;

	@Test
	void tasksWithLimitsRunOneAfterTheOther() {
		String first = this.queue.enqueue("sync_account", "tenant-7");
		String second = this.queue.enqueue("sync_account", "tenant-7");
		assertThat(this.tester.run(second)).isSuccessful();
		assertThat(this.tester.runDue()).isOne();
		assertThat(this.accounts.synced).endsWith(second, first);
	}

	@Test
	void clockGoesToWhenTheyAreDue() {
		Instant before = this.tester.now();
		String later = this.queue.enqueue(TaskRequest.of("sync_account").args("tenant-8").delay(Duration.ofHours(1)))
			.id();
		assertThat(this.tester.advance(Duration.ofMinutes(59))).isZero();
		assertThat(this.tester.run(later)).isSuccessful();
		assertThat(Duration.between(before, this.tester.now())).isBetween(Duration.ofHours(1), Duration.ofMinutes(61));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Accounts {

		private final List<String> synced = new ArrayList<>();

		@GobstopperTask("sync_account")
		@TaskLimit(name = "crm", key = "#tenant", perKey = 1)
		void sync(String tenant, TaskContext context) {
			this.synced.add(context.id());
		}

	}

}
