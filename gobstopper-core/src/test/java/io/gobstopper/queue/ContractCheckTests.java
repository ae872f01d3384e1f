package io.gobstopper.queue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.handler.HandlerFit;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.scheduling.ScheduleContractCheck;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContractCheck}, on each database.
 */
class ContractCheckTests {

	@TempDir
	private Path folder;

	private final PostgresSettings postgres = PostgresServer.newSettings();

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void namesThatCannotBeRunAreToldWithoutValues(String store) {
		try (TestQueue old = builder(store, new Old()).enqueueOnly()) {
			old.service().enqueue("send_mail", "secret@example.com");
			old.service().enqueue("resize", "secret.png");
			old.service().enqueue("resize", "secret.jpg");
			old.service().enqueue("kept", "secret");
			old.service().cancel(old.service().enqueue("gone", "secret"));
			for (int i = 0; i < 300; i++) {
				old.service().enqueue(TaskRequest.of("kept").args("many").category("others"));
			}
		}
		try (TestQueue queue = builder(store, new New()).enqueueOnly()) {
			List<String> misfits = new ContractCheck(queue.groupCommit(), queue.handlers(), Set.of()).findMisfits();
			assertThat(misfits).hasSize(2);
			assertThat(misfits.get(0)).startsWith("'resize': 2 waiting since 20")
				.contains(" have, all or some of them, arguments that cannot be read: ")
				.contains("lacks the argument(s) [width]")
				.doesNotContain("secret");
			assertThat(misfits.get(1)).startsWith("'send_mail': 1 waiting since 20")
				.endsWith("have no handler; one is named 'send_email'");
			assertThat(new ContractCheck(queue.groupCommit(), queue.handlers(), Set.of("others")).findMisfits())
				.isEmpty();
			assertThat(queue.service().stats().byStatus()).containsEntry(TaskStatus.PENDING, 304L);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void nothingWaitsInANewQueue(String store) {
		try (TestQueue queue = builder(store, new New()).enqueueOnly()) {
			assertThat(new ContractCheck(queue.groupCommit(), queue.handlers(), Set.of()).findMisfits()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "duckdb", "postgresql" })
	void schedulesThatAreKeptAsDataAreLookedAt(String store) {
		try (TestQueue old = builder(store, new Old()).enqueueOnly()) {
			create(old, "a-mail", TaskRequest.of("send_mail").args("secret@example.com"));
			create(old, "b-resize", TaskRequest.of("resize").args("secret.png"));
			create(old, "c-kept", TaskRequest.of("kept").args("secret"));
		}
		try (TestQueue queue = builder(store, new New()).enqueueOnly()) {
			assertThat(misfits(queue, Set.of())).satisfiesExactly((mail) -> assertThat(mail).isEqualTo(
					"schedule 'a-mail' enqueues 'send_mail', which has no handler; " + "one is named 'send_email'"),
					(resize) -> assertThat(resize)
						.startsWith("schedule 'b-resize' enqueues 'resize', which has arguments that cannot be read: ")
						.contains("[width]")
						.doesNotContain("secret"));
			assertThat(misfits(queue, Set.of("others"))).isEmpty();
		}
	}

	private static void create(TestQueue queue, String name, TaskRequest request) {
		queue.schedules().create(TaskSchedule.every(name, Duration.ofDays(1), request));
	}

	private static List<String> misfits(TestQueue queue, Set<String> categories) {
		return new ScheduleContractCheck(new HandlerFit(queue.handlers()), categories)
			.findMisfits(queue.groupCommit().reads().schedules());
	}

	private TestQueue.Builder builder(String store, Object handlers) {
		return TestQueue.with(handlers).on(store, this.folder, this.postgres);
	}

	static class Old {

		@GobstopperTask("send_mail")
		void send(String to) {
		}

		@GobstopperTask("resize")
		void resize(String file) {
		}

		@GobstopperTask("kept")
		void kept(String value) {
		}

		@GobstopperTask("gone")
		void gone(String value) {
		}

	}

	static class New {

		@GobstopperTask("send_email")
		void send(String to) {
		}

		@GobstopperTask("resize")
		void resize(String file, int width) {
		}

		@GobstopperTask("kept")
		void kept(String value) {
		}

	}

}
