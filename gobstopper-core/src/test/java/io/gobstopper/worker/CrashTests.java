package io.gobstopper.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskStats;
import io.gobstopper.TaskStatus;
import io.gobstopper.TaskTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is left after the process is killed.
 */
@Timeout(120)
class CrashTests {

	@TempDir
	private Path folder;

	@Test
	void killedProcessLosesNoTaskAndItsRunningOnesAreCounted() throws Exception {
		Process process = start("many");
		await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged().size() >= 500);
		process.destroyForcibly().waitFor();
		List<String> acknowledged = acknowledged();
		Files.createFile(this.folder.resolve("restarted"));
		try (TestQueue queue = TestQueue.with(new LastingEffects(this.folder)).path(database()).start()) {
			await().atMost(Duration.ofSeconds(60)).until(() -> {
				TaskStats stats = queue.service().stats();
				return stats.byStatus().get(TaskStatus.SUCCESS) == stats.total();
			});
			for (String id : acknowledged) {
				TaskInfo task = queue.find(id);
				assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(task.retryCount()).isZero();
			}
			for (String id : acknowledged.subList(0, 2)) {
				assertThat(queue.find(id).attempt()).isEqualTo(2);
				assertThat(queue.find(id).crashCount()).isEqualTo(1);
			}
		}
		Set<String> ran = new HashSet<>(Files.readAllLines(this.folder.resolve("effects")));
		assertThat(ran).containsAll(acknowledged);
	}

	@Test
	void taskThatKillsItsProcessThreeTimesFails() throws Exception {
		String id = "";
		for (int i = 0; i < 3; i++) {
			Process process = start("poison");
			assertThat(process.waitFor()).isEqualTo(137);
			id = acknowledged().get(0);
		}
		try (TestQueue queue = TestQueue.with(new LastingEffects(this.folder)).path(database()).start()) {
			TaskInfo task = queue.await(id);
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.crashCount()).isEqualTo(3);
			assertThat(task.retryCount()).isZero();
			assertThat(task.error()).isEqualTo("The process died 3 times while this task ran; it is not started again");
		}
	}

	@Test
	void taskThatKillsItsProcessTakesNoOtherWithIt() throws Exception {
		List<String> ids = List.of();
		for (int i = 0; i < 3; i++) {
			Process process = start("poison-among-others");
			assertThat(process.waitFor()).isEqualTo(137);
			ids = acknowledged();
		}
		Files.createFile(this.folder.resolve("restarted"));
		try (TestQueue queue = TestQueue.with(new LastingEffects(this.folder)).path(database()).start()) {
			assertThat(queue.await(ids.get(0)).status()).isEqualTo(TaskStatus.FAILED);
			for (String other : ids.subList(1, ids.size())) {
				TaskInfo task = queue.await(other);
				assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
				assertThat(task.crashCount()).isEqualTo(2);
			}
		}
	}

	@Test
	void processThatSleptLongerThanItsLeaseKeepsItsTask() throws Exception {
		Process process = start("short-lease");
		await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(this.folder.resolve("running")));
		signal(process, "STOP");
		boolean ended = process.waitFor(3, TimeUnit.SECONDS);
		assertThat(ended).isFalse();
		signal(process, "CONT");
		Files.createFile(this.folder.resolve("restarted"));
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(Files.readAllLines(this.folder.resolve("effects"))).isEqualTo(acknowledged());
		try (TestQueue queue = TestQueue.with(new LastingEffects(this.folder)).path(database()).enqueueOnly()) {
			TaskInfo task = queue.find(acknowledged().get(0));
			assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
			assertThat(task.attempt()).isEqualTo(1);
			assertThat(task.crashCount()).isZero();
		}
	}

	@Test
	void handlerThatOverranItsTimeoutWhileItsProcessWasFrozenTimesOut() throws Exception {
		Process process = start("frozen");
		await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(this.folder.resolve("running")));
		signal(process, "STOP");
		assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();
		Files.createFile(this.folder.resolve("restarted"));
		signal(process, "CONT");
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		try (TestQueue queue = TestQueue.with(new LastingEffects(this.folder)).path(database()).enqueueOnly()) {
			TaskInfo task = queue.find(acknowledged().get(0));
			assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
			assertThat(task.errorType()).isEqualTo(TaskTimeoutException.class.getName());
		}
	}

	private static void signal(Process process, String signal) throws Exception {
		Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
		assertThat(kill.waitFor()).isZero();
	}

	private Process start(String what) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), WorkerProcess.class.getName(), what, this.folder.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(this.folder.resolve("acknowledged").toFile())
			.start();
	}

	private List<String> acknowledged() throws IOException {
		try (Stream<String> lines = Files.lines(this.folder.resolve("acknowledged"))) {
			return lines.filter((line) -> line.length() == 36).toList();
		}
	}

	private String database() {
		return this.folder.resolve("tasks.duckdb").toString();
	}

}
