package io.gobstopper.queue;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatableTasksTests {

	@Test
	void argumentsKeepTheirNamesWhenParametersHaveChangedPlaces(@TempDir Path folder) throws Exception {
		String path = folder.resolve("tasks.duckdb").toString();
		String id;
		try (TestQueue before = TestQueue.with(new Before()).path(path).enqueueOnly()) {
			id = before.service()
				.enqueue(TaskRequest.of("pay").args("Ann", "Bob").kwarg("amount", 5).priority(TaskPriority.HIGH))
				.id();
		}
		try (TestQueue after = TestQueue.with(new After()).path(path).start()) {
			assertThat(after.await(id).result()).isEqualTo("Ann pays Bob 5");
			TaskRequest request = repeatable(after).find(UUID.fromString(id)).orElseThrow();
			assertThat(request.priority()).isEqualTo(TaskPriority.HIGH);
			assertThat(after.await(after.service().enqueue(request).id()).result()).isEqualTo("Ann pays Bob 5");
		}
	}

	@Test
	void unknownTaskCannotBeRepeated() {
		try (TestQueue queue = TestQueue.with(new Before()).enqueueOnly()) {
			assertThat(repeatable(queue).find(UUID.randomUUID())).isEmpty();
		}
	}

	private static RepeatableTasks repeatable(TestQueue queue) {
		return new RepeatableTasks(queue.groupCommit(), StorageJson.with(List.of()).mapper());
	}

	static class Before {

		@GobstopperTask("pay")
		String pay(String from, String to, int amount) {
			return from + " pays " + to + " " + amount;
		}

	}

	static class After {

		@GobstopperTask("pay")
		String pay(int amount, String to, String from) {
			return from + " pays " + to + " " + amount;
		}

	}

}
