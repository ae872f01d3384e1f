package io.gobstopper.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An old and a new version beside each other, in a process each.
 */
class RollingDeployTests {

	private final List<Process> processes = new ArrayList<>();

	@AfterEach
	void killAll() throws InterruptedException {
		for (Process process : this.processes) {
			process.destroyForcibly().waitFor();
		}
	}

	@Test
	void everyTaskRunsOnceWhereItCanBeRead() throws Exception {
		PostgresSettings settings = PostgresServer.newSettings();
		start(settings.schema(), "old");
		start(settings.schema(), "new");
		try (TestQueue operator = TestQueue.with(new DeployedProcess.NewVersion()).postgres(settings).enqueueOnly()) {
			await().atMost(Duration.ofSeconds(60))
				.until(() -> operator.service().count(TaskQuery.all().status(TaskStatus.SUCCESS)) == 10
						* DeployedProcess.TASKS);
			Map<String, Integer> ran = new TreeMap<>();
			for (TaskInfo task : all(operator)) {
				ran.merge(task.name() + ": " + task.result(), 1, Integer::sum);
				assertThat(task.attempt()).as("%s", task).isEqualTo(1);
				assertThat(operator.service().findAttempts(task.id())).extracting(TaskAttempt::outcome)
					.containsExactly(TaskAttempt.Outcome.SUCCESS);
			}
			ran.keySet().removeIf((name) -> name.startsWith("same: any "));
			assertThat(ran).isEqualTo(new TreeMap<>(Map.of("only_new: new for new", DeployedProcess.TASKS,
					"only_old: old for old", DeployedProcess.TASKS, "parameter_added: new for new",
					DeployedProcess.TASKS, "parameter_added: old for old", DeployedProcess.TASKS,
					"parameter_retyped: new for new", DeployedProcess.TASKS, "parameter_retyped: old for old",
					DeployedProcess.TASKS, "swapped: any subjecttrue", 2 * DeployedProcess.TASKS)));
		}
	}

	private static List<TaskInfo> all(TestQueue queue) {
		List<TaskInfo> tasks = new ArrayList<>();
		TaskPage page;
		String after = null;
		do {
			page = queue.service().findTasks(TaskQuery.all().after(after).limit(500));
			tasks.addAll(page.tasks());
			after = page.next();
		}
		while (after != null);
		return tasks;
	}

	private void start(String schema, String version) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), DeployedProcess.class.getName(), PostgresServer.url(), schema,
				version)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		this.processes.add(process);
	}

}
